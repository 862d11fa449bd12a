"""What a run came to, for one user."""

from __future__ import annotations

from watchword.rotation.results import Line, Run


def lines(run: Run, user: str) -> list[Line]:
    """Give a user's lines."""
    return [line for one in run.accounts for line in one.lines if line.user == user]


def line(run: Run, user: str, key: str = "") -> Line:
    """Give a user's one line; or that of one of its keys."""
    (found,) = [one for one in lines(run, user) if key in {"", one.key}]
    return found


def done(run: Run, user: str) -> list[str]:
    """Tell what a run did for a user."""
    return [what for one in lines(run, user) for what in one.done]


def errors(run: Run, user: str) -> str:
    """Tell what a run could not do for a user."""
    return "; ".join(one.error for one in lines(run, user) if one.error)
