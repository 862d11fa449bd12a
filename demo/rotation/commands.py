"""`watchword` and `aws` in processes of their own, forked from one that has their modules loaded."""

from __future__ import annotations

import multiprocessing
import os
import select
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fcntl import ioctl
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from awscli import clidriver  # type: ignore[import-untyped]  # it has no types

from demo.stage import Stage
from watchword.cli.main import main as watchword

COLUMNS, ROWS = 97, 50
"""Of the commands' terminal: with the indent, what they print has a hundred columns."""
LOADED = (
    "awscli.clidriver", "boto3", "rich.table", "rich.progress", "demo.rotation.commands", "watchword.cli.main",
    "watchword.cli.tables", "watchword.cli.rotation", "watchword.cli.rotation.apply", "watchword.rotation.acting",
    "watchword.rotation.sweeping.sweeps", "watchword.rotation.sweeping.workers", "watchword.rotation.telling",
    "watchword.rotation.reporting",
)  # fmt: skip
FORKING = multiprocessing.get_context("forkserver")
FORKING.set_forkserver_preload(list(LOADED))


@dataclass(frozen=True, slots=True)
class Told:
    """What a command printed, and how it ended."""

    text: str
    code: int


@dataclass(frozen=True, slots=True)
class Shell:
    """Where commands are run: their variables, and their directory."""

    environment: Mapping[str, str]
    folder: Path

    def start(self, command: Sequence[str], out: str, err: str, **variables: str) -> ForkServerProcess:
        """Start a command, with its output and its talk written to files or terminals."""
        environment = {**self.environment, **variables}
        child = FORKING.Process(target=_become, args=(tuple(command), environment, str(self.folder), out, err))
        child.start()
        return child

    def seen(self, command: Sequence[str]) -> Told:
        """Run one in a terminal, one that knows no colours and no bars."""
        ours, theirs = os.openpty()
        ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        terminal = os.ttyname(theirs)
        child = self.start(command, terminal, terminal, TERM="dumb", COLUMNS=str(COLUMNS), NO_COLOR="1")
        said = _heard(ours, theirs, child.is_alive)
        child.join()
        return Told(said.decode(errors="replace").replace("\r\n", "\n"), child.exitcode or 0)

    def piped(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        """Run one whose output is no terminal."""
        with tempfile.TemporaryDirectory() as place:
            out, err = Path(place) / "out", Path(place) / "err"
            child = self.start(command, str(out), str(err))
            child.join()
            return subprocess.CompletedProcess(command, child.exitcode or 0, out.read_text(), err.read_text())


class QuickStage(Stage):
    """The stage, with `aws` started quickly."""

    def _done(self, command: Sequence[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        return Shell(environment, self.folder).piped(command)


def _heard(ours: int, theirs: int, is_alive: Callable[[], bool]) -> bytes:
    """Read a terminal until whoever writes to it is gone."""
    said = bytearray()
    os.set_blocking(ours, False)
    try:
        while True:
            living = is_alive()
            with suppress(BlockingIOError):
                said += os.read(ours, 65536)
                continue
            if not living:
                return bytes(said)
            select.select([ours], [], [], 0.02)
    finally:
        os.close(ours)
        os.close(theirs)


def _become(command: Sequence[str], environment: Mapping[str, str], folder: str, out: str, err: str) -> None:
    """Be the command: its variables, its directory, its output."""
    models = os.environ.get("AWS_DATA_PATH", "")  # which aws has set as it was loaded
    os.environ.clear()
    os.environ.update({**environment, "AWS_DATA_PATH": models} if command[0] == "aws" else environment)
    os.chdir(folder)
    for number, path in ((0, os.devnull), (1, out), (2, err)):
        opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOCTTY, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115 - as at a start
    sys.argv = list(command)
    if command[0] == "aws":
        sys.exit(clidriver.main())
    watchword(prog_name=command[0])
