"""What actions, resources, dates, ids and principals may say, in AWS's words and order.

Source: AWS's answers to CreatePolicy and CreateRole, as public test suites recorded them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from watchword.policy.dates import is_legacy_date
from watchword.policy.kinds import WITH_PRINCIPAL, Kind
from watchword.policy.malformed import Fault, Path, Statements
from watchword.policy.operators import named
from watchword.policy.principals_text import principal_faults
from watchword.policy.resources_text import resource_error

LEGACY = "The policy failed legacy parsing"
NO_ACTIONS = "Policy statement must contain actions."
NO_RESOURCES = "Policy statement must contain resources."
SHOULD_NOT_NAME = "Policy document should not specify a principal."
TRUST_ACTIONS = (
    "Trust Policy statement actions can only be sts:AssumeRole, sts:AssumeRoleWithSAML,  and "
    "sts:AssumeRoleWithWebIdentity"
)
_IN_TRUST = frozenset(
    f"sts:{name}".lower()
    for name in (
        "AssumeRole",
        "AssumeRoleWithSAML",
        "AssumeRoleWithWebIdentity",
        "DecodeAuthorizationMessage",
        "GetAccessKeyInfo",
        "GetCallerIdentity",
        "GetFederationToken",
        "GetServiceBearerToken",
        "GetSessionToken",
        "SetContext",
        "SetSourceIdentity",
        "TagSession",
    )
)
_VENDOR = re.compile(r"[A-Za-z0-9.-]+")
_SID = re.compile(r"[0-9A-Za-z_]*")
"""AWS says alpha-numeric; recorded valid documents hold underscores."""

Group = Callable[[Statements], Iterator[Fault]]


def groups(kind: Kind, *, lenient: bool) -> Iterator[Group]:
    """Give the checks of one kind of document, in order. Those that a lenient reader needs come back alone."""
    if not lenient:
        yield _legacy
        yield _sids
    yield _has_actions if not lenient else _has_some_actions
    if not lenient:
        yield _resources
        yield _actions
    if kind is Kind.TRUST and not lenient:
        yield _trust
    elif not (lenient and kind in WITH_PRINCIPAL):
        yield _has_resources if not lenient else _has_some_resources
    if kind is Kind.RCP and not lenient:
        yield _rcp
    yield principal_faults(kind, lenient=lenient) if kind in WITH_PRINCIPAL or lenient else _names_nobody
    if lenient:
        yield _effect


def _listed(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, str)]


def _places(path: Path, name: str, value: object) -> Iterator[tuple[Path, str]]:
    """Give each text of an element with its path."""
    if isinstance(value, list):
        for index, one in enumerate(value):
            if isinstance(one, str):
                yield (*path, name, index), one
    elif isinstance(value, str):
        yield (*path, name), value


def _effect(statements: Statements) -> Iterator[Fault]:
    for path, statement in statements:
        if statement["Effect"] not in {"Allow", "Deny"}:
            yield Fault((*path, "Effect"), LEGACY, "(Effect is written Allow or Deny)")


def _legacy(statements: Statements) -> Iterator[Fault]:
    yield from _effect(statements)
    for path, statement in statements:
        yield from _dates(path, statement.get("Condition"))
    # AWS reads resources for their format first; once one is wrong, later ones are not read the old way.
    for name in ("Resource", "NotResource"):
        for path, statement in statements:
            if any(resource_error(text) for text in _listed(statement.get(name))):
                return
            for place, text in _places(path, name, statement.get(name)):
                if text != "*" and (text.split(":")[2] == "" or (text.count(":") < 5 and "::" in text)):  # noqa: PLR2004
                    yield Fault(place, LEGACY, f"(`{text}` is no ARN)")


def _dates(path: Path, block: object) -> Iterator[Fault]:
    if not isinstance(block, dict):
        return
    for operator, keys in block.items():
        known = named(operator)
        if known is None or not known.comparison.startswith("Date"):
            continue
        for key, values in keys.items():
            for place, text in _places((*path, "Condition", operator), key, values):
                if not is_legacy_date(text):
                    yield Fault(place, LEGACY, f"(`{text}` is no date)")


def _sids(statements: Statements) -> Iterator[Fault]:
    seen: set[object] = set()
    for path, statement in statements:
        sid = str(statement.get("Sid", ""))
        if sid and sid in seen:
            yield Fault((*path, "Sid"), "Statement IDs (SID) in a single policy must be unique.")
        if not _SID.fullmatch(sid):
            yield Fault(
                (*path, "Sid"),
                "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression "
                "[0-9A-Za-z]*",
            )
        seen.add(sid)


def _has_actions(statements: Statements) -> Iterator[Fault]:
    for path, statement in statements:
        if not _listed(statement.get("Action", statement.get("NotAction", []))):
            yield Fault(path, NO_ACTIONS)


def _has_some_actions(statements: Statements) -> Iterator[Fault]:
    """An empty Action matches nothing; an empty NotAction would match everything, so it is not guessed at."""
    for path, statement in statements:
        if "Action" not in statement and not _listed(statement.get("NotAction", [])):
            yield Fault(path, NO_ACTIONS)


def _has_resources(statements: Statements) -> Iterator[Fault]:
    for path, statement in statements:
        if not _listed(statement.get("Resource", statement.get("NotResource", []))):
            yield Fault(path, NO_RESOURCES)


def _has_some_resources(statements: Statements) -> Iterator[Fault]:
    for path, statement in statements:
        if "Resource" not in statement and not _listed(statement.get("NotResource", [])):
            yield Fault(path, NO_RESOURCES)


def _resources(statements: Statements) -> Iterator[Fault]:
    """Where several are wrong, AWS tells the last statement's, and in a list the least: so they are turned around."""
    found: list[Fault] = []
    for name in ("Resource", "NotResource"):
        for path, statement in statements:
            places = sorted(_places(path, name, statement.get(name)), key=lambda place: place[1], reverse=True)
            found += [Fault(place, message) for place, text in places if (message := resource_error(text))]
    yield from reversed(found)


def _actions(statements: Statements) -> Iterator[Fault]:
    for name in ("Action", "NotAction"):
        for path, statement in statements:
            for place, text in _places(path, name, statement.get(name)):
                message = _action_error(text)
                if message:
                    yield Fault(place, message)


def _action_error(text: str) -> str:
    vendor, colon, name = text.partition(":")
    if not colon:
        return "" if text == "*" else "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
    if ":" in name:
        return "Actions/Condition can contain only one colon."
    return "" if vendor == "*" or _VENDOR.fullmatch(vendor) else f"Vendor {vendor} is not valid"


def _trust(statements: Statements) -> Iterator[Fault]:
    for path, statement in statements:
        if "NotAction" in statement:
            yield Fault((*path, "NotAction"), TRUST_ACTIONS)
        for place, text in _places(path, "Action", statement.get("Action")):
            if text.lower() not in _IN_TRUST:
                yield Fault(place, TRUST_ACTIONS)
    for path, statement in statements:
        for name in ("Resource", "NotResource"):
            if name in statement:
                yield Fault((*path, name), "Has prohibited field Resource.")


def _names_nobody(statements: Statements) -> Iterator[Fault]:
    for path, statement in statements:
        for name in ("Principal", "NotPrincipal"):
            if name in statement:
                yield Fault((*path, name), SHOULD_NOT_NAME)


def _rcp(statements: Statements) -> Iterator[Fault]:
    """Source: AWS Organizations User Guide, "RCP syntax"."""
    for path, statement in statements:
        if statement["Effect"] != "Deny":
            yield Fault((*path, "Effect"), "Resource control policies can only use the Deny effect.")
        for name in ("NotAction", "NotPrincipal"):
            if name in statement:
                yield Fault((*path, name), f"Resource control policies do not support {name}.")
        for place, text in _places(path, "Action", statement.get("Action")):
            if text == "*":
                yield Fault(place, "Resource control policies do not support the action *.")
        if statement.get("Principal") not in ("*", {"AWS": "*"}):
            yield Fault((*path, "Principal"), "Resource control policies only support the principal *.")
