"""Running another command in the place of this one, or below it, as if this one were not there."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Never

import click

NOT_EXECUTABLE, NOT_FOUND, SIGNALLED = 126, 127, 128
"""What a shell ends with.  Source: POSIX, Shell Command Language, Exit Status for Commands."""
FROM_TERMINAL = ("SIGINT", "SIGQUIT")
"""A terminal sends these to everyone in its foreground, the child included."""
FORWARDED = (*FROM_TERMINAL, "SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2")
UNDONE = ("SIGPIPE", "SIGXFZ", "SIGXFSZ")
"""Python ignores these, and what is ignored stays so in what replaces it."""


class NotRun(click.ClickException):
    """The command could not be started."""

    def __init__(self, command: str, error: OSError) -> None:
        missing = error.errno in {errno.ENOENT, errno.ENOTDIR}
        next_step = "see that it is on the PATH" if missing else "see its mode and its first line"
        super().__init__(f"`{command}` cannot be run: {error.strerror}; {next_step}")
        self.exit_code = NOT_FOUND if missing else NOT_EXECUTABLE  # type: ignore[misc]  # read of the instance


def become(command: Sequence[str], environ: Mapping[str, str]) -> Never:
    """Replace this process by a command, found by the PATH that it will have.

    Raises NotRun.
    """
    if os.name == "nt":  # there, the one who waits would be told that this one ended
        raise SystemExit(run(command, environ))
    sys.stdout.flush()
    sys.stderr.flush()
    before = {number: signal.signal(number, signal.SIG_DFL) for number in _numbers(UNDONE)}
    try:
        os.execvpe(command[0], list(command), environ)  # noqa: S606 - no shell is what is wanted
    except OSError as error:
        for number, handler in before.items():
            signal.signal(number, handler)
        raise NotRun(command[0], error) from error


def run(command: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run a command to its end, hand it the signals that come, and give the exit code that a shell would tell.

    Raises NotRun.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    with _forwarding() as started:
        try:
            child = subprocess.Popen(list(command), env=dict(environ))  # noqa: S603 - the person's own command
        except OSError as error:
            raise NotRun(command[0], error) from error
        started(child)
        ended = child.wait()
    return ended if ended >= 0 else SIGNALLED - ended


@contextmanager
def _forwarding() -> Iterator[Callable[[subprocess.Popen[bytes]], None]]:
    """Hand signals on to a child, from before it is there until after it has ended."""
    children: list[subprocess.Popen[bytes]] = []
    early: list[int] = []

    def hand_on(number: int, _frame: FrameType | None) -> None:
        if not children:
            early.append(number)
        elif signal.Signals(number).name not in FROM_TERMINAL or not _in_foreground():
            with suppress(ProcessLookupError):
                children[0].send_signal(number)

    def started(child: subprocess.Popen[bytes]) -> None:
        children.append(child)
        for number in early:
            child.send_signal(number)

    before = {}
    for number in _numbers(FORWARDED):
        if signal.getsignal(number) is not signal.SIG_IGN:  # what `nohup` ignores stays ignored
            before[number] = signal.signal(number, hand_on)
    try:
        yield started
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _in_foreground() -> bool:
    """Whether a terminal sends its signals to this process's group, of which the child is."""
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)


def _numbers(names: Sequence[str]) -> list[int]:
    """Give those signals that this system has."""
    return [getattr(signal, name) for name in names if hasattr(signal, name)]
