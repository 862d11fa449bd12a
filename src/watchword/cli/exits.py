"""How a command ends, for whoever wrote a script around it."""

from __future__ import annotations

from enum import IntEnum

import click


class Exit(IntEnum):
    """Exit codes, the same for every command that asks an account."""

    OK = 0
    ERROR = 1
    USAGE = 2
    FINDING = 3
    LOGIN = 4
    DENIED = 5
    EXPIRED = 6


class Stop(click.ClickException):
    """The command cannot go on: one line on standard error says why and what to do next."""

    def __init__(self, message: str, code: Exit = Exit.ERROR) -> None:
        super().__init__(" ".join(message.split()))
        self.exit_code = int(code)  # type: ignore[misc]  # declared for the class, and read of the instance


class NotAllowed(Stop):
    """A request was denied; `action` is the permission that is missing: `iam:ListUsers`."""

    def __init__(self, action: str, message: str, code: Exit = Exit.DENIED) -> None:
        super().__init__(message, code)
        self.action = action

    @property
    def note(self) -> str:
        """What a row says in the place of what could not be read."""
        return f"not allowed: {self.action}"
