"""Which shell a person sits at: the nearest ancestor of this process that is one, else their $SHELL."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from watchword.cli.exits import Exit, Stop
from watchword.cli.lending.forms import SHELLS

FORM_OF = {
    "sh": "bash",
    "bash": "bash",
    "dash": "bash",
    "ash": "bash",
    "ksh": "bash",
    "mksh": "bash",
    "zsh": "zsh",
    "fish": "fish",
    "pwsh": "powershell",
    "powershell": "powershell",
    "cmd": "cmd",
    "nu": "nu",
}
OTHERS = frozenset({"csh", "tcsh", "elvish", "xonsh", "rc"})
"""Shells whose words we do not know: those of another would be wrong."""
FARTHEST = 12
"""Ancestors to look at: wrappers such as `uv run` or `sudo` may stand between."""


class Process(NamedTuple):
    """One process: its name, and its parent's number."""

    name: str
    parent: int


def form_in_use(environ: Mapping[str, str], ancestors: Iterable[str] | None = None, *, windows: bool = False) -> str:
    """Name the form that the shell in use reads.

    Raises Stop when it is a shell that we have no words for.
    """
    if windows:  # only cmd has a PROMPT
        return "cmd" if "PROMPT" in environ else "powershell"
    for name in (*(ancestors_of(os.getppid()) if ancestors is None else ancestors), environ.get("SHELL", "")):
        shell = name.rpartition("/")[2].removeprefix("-").removesuffix(".exe").lower()
        if shell in FORM_OF:
            return FORM_OF[shell]
        if shell in OTHERS:
            known = ", ".join(SHELLS)
            raise Stop(f"`{shell}` has words of its own; choose with `--format` among {known}", Exit.USAGE)
    return "bash"


def ancestors_of(pid: int) -> Iterator[str]:
    """Name a process and those it came from, nearest first."""
    for _ in range(FARTHEST):
        found = _process(pid) if pid > 1 else None
        if found is None:
            return
        yield found.name
        pid = found.parent


def _process(pid: int) -> Process | None:
    folder = Path("/proc") / str(pid)
    try:
        name, _, rest = (folder / "stat").read_text(errors="replace").partition("(")[2].rpartition(")")
        return Process(name, int(rest.split()[1]))
    except (OSError, ValueError, IndexError):
        return _asked(pid)


def _asked(pid: int) -> Process | None:
    """Ask `ps`, where there is no /proc."""
    try:
        asking = ("/bin/ps", "-o", "ppid=,comm=", "-p", str(pid))
        answered = subprocess.run(asking, capture_output=True, text=True, timeout=2, check=True)  # noqa: S603 - a number
        words = answered.stdout.split(None, 1)
        return Process(words[1].strip(), int(words[0]))
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return None
