"""What the story shows: commands as they look in a terminal of a hundred columns, in part where they are long."""

from __future__ import annotations

import re
import shlex
import textwrap
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from demo.rotation.commands import COLUMNS, Shell
from demo.stage import DIM, GREEN, PLAIN, StoryBrokenError, typed

ROTATION = ("watchword", "rotation")
FOLLOW = ("--follow-sandbox-clock",)
TAIL = 2
"""Lines at the end of a long block that are always shown."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """Where the story's commands are typed."""

    shell: Shell

    def rotation(self, words: str, *, ends: Collection[int] = (0, 3), **how: Any) -> None:
        """Run `watchword rotation`, and show it.

        Raises StoryBrokenError when it ends otherwise than expected.
        """
        self.type(words, *FOLLOW, ends=ends, **how)

    def type(self, words: str, *silent: str, ends: Collection[int] = (0,), keep: int = 12) -> None:
        """Do it with more words that are not shown; of each long block `keep` lines are, and its end.

        Raises StoryBrokenError.
        """
        command(f"watchword rotation {words}")
        told = self.shell.seen([*ROTATION, *shlex.split(words), *silent])
        if told.code not in ends:
            raise StoryBrokenError(f"`{words}` ended with {told.code}:\n{told.text}")
        show(told.text, keep)

    def silently(self, words: str, *, ends: Collection[int]) -> None:
        """Run `watchword rotation`, and show nothing. Raises StoryBrokenError."""
        done = self.shell.piped([*ROTATION, *shlex.split(words), *FOLLOW])
        if done.returncode not in ends:
            raise StoryBrokenError(f"`{words}` ended with {done.returncode}:\n{done.stderr}")


def command(text: str) -> None:
    """Show what is typed."""
    print(f"   {GREEN}$ {typed(text)}{PLAIN}", flush=True)


def show(text: str, keep: int) -> None:
    """Print what was said, indented; of each block of more than `keep` lines the beginning and the end."""
    blocks = [block.splitlines() for block in re.split(r"\n{2,}", text)]
    for number, lines in enumerate(filter(any, blocks)):
        if number:
            print()
        left_out = len(lines) - keep - TAIL
        if left_out > 1:
            lines[keep:-TAIL] = [f"{DIM}… {left_out:,} more lines{PLAIN}"]
        for line in lines:
            say(*_folded(line))


def _folded(line: str) -> list[str]:
    """Go on in the next line as a terminal does, but between words."""
    indent = " " * (len(line) - len(line.lstrip()))
    return textwrap.wrap(
        line, COLUMNS, subsequent_indent=indent + "    ", break_long_words=False, break_on_hyphens=False,
        drop_whitespace=True, replace_whitespace=False,
    ) or [line]  # fmt: skip


def say(*lines: str) -> None:
    """Tell what is going on, between commands."""
    for line in lines:
        print(f"   {line}".rstrip(), flush=True)
