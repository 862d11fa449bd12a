"""Asking a person for what only they have: the code that their MFA device shows."""

from __future__ import annotations

import re
import sys
from typing import Protocol

import click

from watchword.cli.exits import Exit, Stop

CODE = re.compile(r"[0-9]{6}")
TRIES = 3


class Ask(Protocol):
    """Somebody who can be asked, or nobody."""

    def mfa_code(self, serial: str) -> str:
        """Give the code that this MFA device shows now.

        Raises Stop.
        """


class TerminalAsk:
    """Asks on the terminal, whatever standard input and output are connected to; what is typed is not shown."""

    def mfa_code(self, serial: str) -> str:
        from getpass import getpass  # noqa: PLC0415 - only where a person is asked

        for _ in range(TRIES):
            try:
                code = getpass(f"MFA code of {serial}: ").replace(" ", "")
            except (EOFError, OSError) as error:
                raise _nobody(serial) from error
            if CODE.fullmatch(code):
                return code
            click.echo("A code has six digits.", err=True)
        raise Stop("no MFA code was given; try again when the device is at hand", Exit.LOGIN)


class NoAsk:
    """Nobody is there."""

    def mfa_code(self, serial: str) -> str:
        raise _nobody(serial)


def asking(*, insisting: bool = False) -> Ask:
    """Ask on the terminal, if a person is at it: a job in the background may have one, too, and nobody who looks.

    `insisting` asks wherever there is a terminal at all.
    """
    if not (insisting or sys.stdin.isatty() or sys.stderr.isatty()):
        return NoAsk()
    try:
        with open("/dev/tty", "rb"):  # noqa: PTH123 - only whether it can be had
            return TerminalAsk()
    except OSError:
        return NoAsk()


def _nobody(serial: str) -> Stop:
    return Stop(
        f"an MFA code of `{serial}` is needed, and nobody can be asked here; run `watchword assume` with the same "
        "profile or role in a terminal first, and its session will be used",
        Exit.LOGIN,
    )
