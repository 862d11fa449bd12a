"""What can go wrong with telling. No text of these holds a password or a channel's URL."""

from __future__ import annotations


class TellingFault(Exception):  # noqa: N818  # as the other faults of these rooms
    """Nothing can be told as the rules say; the text says what to mend."""


class BadTemplate(TellingFault):
    """A template cannot be read or filled in; nothing was sent. `file` and `line` say where."""

    def __init__(self, file: str, line: int, problem: str) -> None:
        super().__init__(f"{file}:{line}: {problem}")
        self.file, self.line = file, line


class Undelivered(Exception):  # noqa: N818  # it is a state of the message, told and kept
    """A message did not arrive.

    `for_good` says that trying again cannot help; `all_of_it` that nothing else can go the same way either, now.
    """

    def __init__(self, why: str, *, for_good: bool = False, all_of_it: bool = False) -> None:
        super().__init__(why)
        self.for_good, self.all_of_it = for_good, all_of_it
