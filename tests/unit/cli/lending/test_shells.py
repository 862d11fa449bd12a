from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.processes import on_linux
from watchword.cli.exits import Stop
from watchword.cli.lending import shells


@pytest.mark.parametrize(
    ("ancestors", "shell", "form"),
    [
        (["bash"], "", "bash"),
        (["-zsh"], "/bin/bash", "zsh"),
        (["/usr/bin/fish"], "/bin/bash", "fish"),
        (["uv", "sudo", "dash"], "", "bash"),
        (["pwsh.exe"], "", "powershell"),
        (["nu", "bash"], "", "nu"),
        (["sshd"], "/usr/bin/fish", "fish"),
        (["systemd"], "", "bash"),
        ([], "", "bash"),
    ],
)
def test_the_nearest_shell_decides(ancestors: list[str], shell: str, form: str) -> None:
    assert shells.form_in_use({"SHELL": shell}, ancestors) == form


def test_a_shell_that_we_cannot_speak_to_is_told() -> None:
    with pytest.raises(Stop, match=r"`tcsh` .* `--format`") as stopped:
        shells.form_in_use({}, ["-tcsh", "bash"])
    assert stopped.value.exit_code == 2


@pytest.mark.parametrize(("environ", "form"), [({"PROMPT": "$P$G"}, "cmd"), ({}, "powershell")])
def test_on_windows(environ: dict[str, str], form: str) -> None:
    assert shells.form_in_use(environ, windows=True) == form


@on_linux
def test_ancestors_are_found() -> None:
    found = list(shells.ancestors_of(os.getpid()))
    assert found[0] == Path("/proc/self/comm").read_text().strip()
    assert len(found) >= 2


@on_linux
@pytest.mark.skipif(not Path("/bin/ps").exists(), reason="asks ps")
def test_ps_tells_the_same() -> None:
    assert shells._asked(os.getpid()) == shells._process(os.getpid())
    assert shells._asked(2**22 + 1) is None


def test_a_process_that_is_gone_has_none() -> None:
    assert list(shells.ancestors_of(2**22 + 1)) == []
