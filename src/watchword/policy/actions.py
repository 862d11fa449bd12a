"""Actions: which of them a statement is about. Asked once per action and set of policies, then remembered."""

from __future__ import annotations

from collections.abc import Callable

from watchword.policy.match import glob, has_wildcard

IsAbout = Callable[[str], bool]


def about(values: tuple[str, ...], *, excepts: bool) -> IsAbout:
    """Compile Action or NotAction to a test of a lower-case action (`iam:createuser`).

    The service is compared as a whole; wildcards count in the name only. A value that is no action (white space, a
    comma, no name) is like no action, so under NotAction it excepts nothing.
    Source: IAM User Guide, "IAM JSON policy elements: Action".
    """
    if "*" in values:
        return lambda _action: not excepts
    exact = frozenset(value.lower() for value in values if not has_wildcard(value))
    patterns: dict[str, list[IsAbout]] = {}
    for value in values:
        service, colon, name = value.lower().partition(":")
        if colon and has_wildcard(name) and not has_wildcard(service):
            patterns.setdefault(service, []).append(glob(name))

    def is_about(action: str) -> bool:
        service, _colon, name = action.partition(":")
        found = action in exact or any(test(name) for test in patterns.get(service, ()))
        return found is not excepts

    return is_about
