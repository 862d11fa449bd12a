"""Runs commands for real, in a terminal and one after another, and writes down what a person would see.

A list of steps makes a page. What differs from run to run, and what is secret, is written as a stable stand-in of the
same length where tables would otherwise shift. A step that does not go as told ends it all: the page would be untrue.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from scripts.stand_ins import StandIns
from tests.support.pty import Conversation, typing

BIN = Path(sys.executable).parent
COLUMNS = 100
PATIENCE = 60.0
"""Seconds that one step may take."""
IN_A_SHELL = """\
[ -e "$1" ] && . "$1"
eval "$2"
code=$?
export -p > "$1"
exit $code
"""
"""Each step has a shell of its own, which goes on with the environment that the step before left."""


class Untrue(Exception):  # noqa: N818 - an answer to whoever runs it
    """A step did not go as told."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line that is typed, and what is to come of it.

    `typed` are answers to prompts: what is waited for, and what is then typed. `finds` names what later lines may
    hold as `{name}`: the first group of a pattern in the output. `until` leaves the command running once it said that.
    """

    line: str
    typed: Sequence[tuple[str, str]] = ()
    finds: Mapping[str, str] = field(default_factory=dict)
    code: int = 0
    until: str = ""
    most: int = 40
    """Lines that are shown; of more, the first."""
    shown: str = ""
    """What the page has in the place of the line."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """Some steps under a heading, and what is said before them."""

    heading: str
    said: str
    steps: Sequence[Step]
    terminal: str = "second"
    """Each has an environment of its own, which its steps leave to those after them."""


@dataclass(slots=True)
class Desk:
    """Where somebody sits: a home of their own, and nothing of this machine but its commands."""

    home: Path
    port: int
    names: StandIns
    running: ExitStack
    found: dict[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.pathsep.join((str(BIN), "/usr/local/bin", "/usr/bin", "/bin")),
            "HOME": str(self.home),
            "USER": "ann",
            "LOGNAME": "ann",
            "SHELL": "/bin/bash",
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "NO_COLOR": "1",
            "PAGER": "cat",
            "AWS_PAGER": "",
            "AWS_EC2_METADATA_DISABLED": "true",
            "WATCHWORD_LISTEN": f"127.0.0.1:{self.port}",
        }

    def carry_out(self, step: Step, terminal: str = "") -> str:
        """Run a step in one of the terminals; gives what was shown, as the page has it.

        Raises Untrue when it goes otherwise than told.
        """
        line = self._filled(step.line)
        command = [
            "bash",
            "--norc",
            "--noprofile",
            "-c",
            IN_A_SHELL,
            "bash",
            str(self.home / f".environment-{terminal}"),
            line,
        ]
        talk = typing(command, environment=self.environment(), columns=COLUMNS, cwd=self.home, deadline=PATIENCE)
        if step.until:
            conversation = self.running.enter_context(talk)
            conversation.expect(step.until, PATIENCE)
            conversation.settle()
        else:
            with talk as conversation:
                self._converse(conversation, step)
        self._find(step, conversation.output)
        return "\n".join((f"$ {self.names.steady(step.shown or line)}", *self._shown(step, conversation.output)))

    def _converse(self, conversation: Conversation, step: Step) -> None:
        for prompt, answer in step.typed:
            conversation.expect(prompt, PATIENCE)
            conversation.send(self._filled(answer))
        code = conversation.finish(PATIENCE)
        if code != step.code:
            raise Untrue(f"`{step.line}` ended with {code}, not {step.code}:\n{conversation.output}")

    def _filled(self, text: str) -> str:
        for name, value in (*self.found.items(), ("port", str(self.port))):
            text = text.replace(f"{{{name}}}", value)
        return text

    def _find(self, step: Step, output: str) -> None:
        for name, pattern in step.finds.items():
            found = re.search(pattern, output, re.MULTILINE)
            if found is None:
                raise Untrue(f"`{step.line}` does not tell `{name}` ({pattern}):\n{output}")
            self.found[name] = found[1]
        self.names.account = self.found.get("account", "")

    def _shown(self, step: Step, output: str) -> list[str]:
        lines = [line.rstrip() for line in self.names.steady(output).replace("\r", "").splitlines()]
        while lines and not lines[-1]:
            lines.pop()
        return lines if len(lines) <= step.most else [*lines[: step.most], "…"]


def told(chapters: Sequence[Chapter], desk: Desk) -> Iterator[str]:
    """Run all steps; gives the page's lines."""
    for chapter in chapters:
        yield from ("", f"## {chapter.heading}", "", chapter.said, "", "```console")
        for step in chapter.steps:
            yield desk.carry_out(step, chapter.terminal)
        yield "```"
