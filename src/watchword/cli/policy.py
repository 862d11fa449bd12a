"""`watchword policy`: decide requests and check documents offline, with the very code that the authority runs.

What is asked comes as JSON Lines. A line that cannot be understood in every part gets an error, never a decision.
"""

from __future__ import annotations

import re
import sys
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import click
import msgspec

from watchword.cli.policy_why import why
from watchword.domain.principal import ANONYMOUS, Principal, PrincipalType
from watchword.policy import (
    Kind,
    MalformedPolicy,
    Outcome,
    Policies,
    PolicySet,
    Problem,
    Request,
    compile_policy,
    evaluate,
    near_misses,
    parse,
    problems,
)

CACHED_DOCUMENTS = 1024
_ABSENT = msgspec.Raw(b"null")
_ACCOUNT = re.compile(r"[0-9]{12}")
_TRUST_ACTION = re.compile(r"sts:(assumerole.*|tagsession|setsourceidentity)")
_PROVIDER = re.compile(r"arn:[^:]+:iam::[0-9]{12}:(?:saml-provider|oidc-provider)/.+|[a-z0-9-]+(?:\.[a-z0-9-]+)+")
"""A service or an identity provider: it acts without an account."""
_TYPES = (
    (re.compile(r"arn:[^:]+:iam::[0-9]{12}:root"), PrincipalType.ROOT),
    (re.compile(r"arn:[^:]+:iam::[0-9]{12}:user/.+"), PrincipalType.USER),
    (re.compile(r"arn:[^:]+:iam::[0-9]{12}:role/.+"), PrincipalType.ASSUMED_ROLE),
    (re.compile(r"arn:[^:]+:sts::[0-9]{12}:assumed-role/[^/]+/.+"), PrincipalType.ASSUMED_ROLE),
    (re.compile(r"arn:[^:]+:sts::[0-9]{12}:federated-user/.+"), PrincipalType.FEDERATED_USER),
)


class NotUnderstoodError(ValueError):
    """A part of a line has no meaning here; the text says which and what to write instead."""


class Who(msgspec.Struct, forbid_unknown_fields=True):
    """A principal, where its ARN alone cannot tell all."""

    arn: str = ""
    type: PrincipalType | None = None
    issuer_arn: str = ""
    unique_id: str = ""


class Asked(msgspec.Struct, forbid_unknown_fields=True):
    """The request of one line."""

    action: str
    resource: str = "*"
    principal: str | Who | None = None
    resource_account: str | None = None
    context: dict[str, msgspec.Raw] | None = None


class Given(msgspec.Struct, forbid_unknown_fields=True):
    """The policies of one line: documents as objects or as strings, alone or in lists."""

    identity: msgspec.Raw = _ABSENT
    resource: msgspec.Raw = _ABSENT
    boundary: msgspec.Raw = _ABSENT
    session: msgspec.Raw = _ABSENT
    scp: list[msgspec.Raw] | None = None
    rcp: list[msgspec.Raw] | None = None


class Line(msgspec.Struct):
    """One line; members beside these two, such as a name, are the writer's own."""

    request: Asked
    policies: Given | None = None


_LINE = msgspec.json.Decoder(Line)
_RAWS = msgspec.json.Decoder(list[msgspec.Raw])
_TEXT = msgspec.json.Decoder(str)
_encode = msgspec.json.Encoder().encode


@click.group()
def policy() -> None:
    """Ask policies, and check them."""


policy.add_command(why)


@policy.command("evaluate")
def evaluate_lines() -> None:
    """Decide requests: JSON Lines from standard input to standard output.

    In: {"request": {"principal", "action", "resource", "resource_account", "context"}, "policies": {"identity": [...],
    "resource": {...}, "boundary": [...], "session": {...}, "scp": [[...], ...], "rcp": [[...], ...]}}. What is absent
    does not exist. Out: {"decision", "allowed", "because"}, or {"error"} for a line that cannot be understood; then the
    exit code is 1.
    """
    source, target = sys.stdin.buffer, sys.stdout.buffer
    failed = False
    for number, line in enumerate(source, 1):
        if not line.strip():
            continue
        try:
            answer: dict[str, Any] = decide(line)
        except (msgspec.MsgspecError, NotUnderstoodError, UnicodeDecodeError, RecursionError) as error:
            answer = {"error": {"line": number, "message": str(error)}}
            failed = True
        target.write(_encode(answer) + b"\n")
        target.flush()
    sys.exit(1 if failed else 0)


def decide(line: bytes) -> dict[str, Any]:
    """Decide one line.

    Raises NotUnderstoodError, or msgspec's errors for what is not of the form.
    """
    read = _LINE.decode(line)
    asked, given = read.request, read.policies or Given()
    action = asked.action.lower()
    trust = bool(_TRUST_ACTION.fullmatch(action)) and ":role/" in asked.resource
    request = Request(_principal(asked.principal), asked.action, asked.resource, _context(asked), _owner(asked))
    policies = _policies(given, trust=trust)
    if action == "sts:getcalleridentity" and request.principal.account:
        note = "AWS lets every signed caller ask who it is, whatever policies say"
        return {"decision": Outcome.ALLOW, "allowed": True, "because": [{"note": note}]}
    decision = evaluate(request, policies, trust=trust)
    because = list(decision.because)
    if decision.outcome is Outcome.IMPLICIT_DENY:
        because += near_misses(request, policies)
    return {"decision": decision.outcome, "allowed": decision.allowed, "because": [asdict(one) for one in because]}


def _owner(asked: Asked) -> str:
    """Tell whose the resource is: as given, else as its ARN says, else the principal's own account."""
    if asked.resource_account is not None:
        return asked.resource_account
    parts = asked.resource.split(":", 5)
    return parts[4] if len(parts) > 5 and _ACCOUNT.fullmatch(parts[4]) else ""  # noqa: PLR2004 - parts of an ARN


def _context(asked: Asked) -> Any:
    values: dict[str, str | tuple[str, ...] | None] = {}
    for name, raw in (asked.context or {}).items():
        key = name.lower()
        if key in values:
            raise NotUnderstoodError(f"context key `{name}` stands twice; names are compared without case")
        values[key] = _value(name, bytes(raw).strip())
    return values.get


def _value(name: str, raw: bytes) -> str | tuple[str, ...] | None:
    """Write a context value as text, numbers as they were written; null is as good as absent."""
    if raw.startswith(b"["):
        return tuple(_scalar(name, bytes(one).strip()) for one in _RAWS.decode(raw))
    return None if raw == b"null" else _scalar(name, raw)


def _scalar(name: str, raw: bytes) -> str:
    if raw.startswith(b'"'):
        return _TEXT.decode(raw)
    if raw[:1] in b"{[" or raw == b"null":
        raise NotUnderstoodError(f"context key `{name}`: write a string, a boolean, a number, or a list of them")
    return raw.decode()


def _principal(given: str | Who | None) -> Principal:
    who = given if isinstance(given, Who) else Who(arn=given or "")
    if who.arn in {"", "*"}:
        if who.type not in {None, PrincipalType.ANONYMOUS}:
            raise NotUnderstoodError("a principal that is not anonymous needs its `arn`")
        return ANONYMOUS
    kind = who.type or next((kind for shape, kind in _TYPES if shape.fullmatch(who.arn)), None)
    if kind is None or kind is PrincipalType.ANONYMOUS:
        if not _PROVIDER.fullmatch(who.arn):
            raise NotUnderstoodError(f"`{who.arn}` is no principal; write the ARN of a user, a session or a root user")
        return Principal(PrincipalType.ANONYMOUS, "", who.arn, who.arn, "", "")
    parts = who.arn.split(":", 5)
    if len(parts) < 6 or not _ACCOUNT.fullmatch(parts[4]):  # noqa: PLR2004 - parts of an ARN
        raise NotUnderstoodError(f"`{who.arn}` names no account")
    name = "" if kind is PrincipalType.ROOT else parts[5].rpartition("/")[2]
    return Principal(kind, parts[4], who.arn, who.unique_id, who.unique_id, who.issuer_arn or _issuer(parts), name)


def _issuer(parts: list[str]) -> str:
    """Guess where a session's rights come from, as well as its ARN can tell."""
    sort, _slash, rest = parts[5].partition("/")
    if parts[2] == "sts" and sort == "assumed-role":
        return f"arn:{parts[1]}:iam::{parts[4]}:role/{rest.partition('/')[0]}"
    if parts[2] == "sts" and sort == "federated-user":
        return f"arn:{parts[1]}:iam::{parts[4]}:user/{rest}"
    return ":".join(parts)


def _policies(given: Given, *, trust: bool) -> Policies:
    return Policies(
        identity=_set(given.identity, Kind.IDENTITY),
        resource=_set(given.resource, Kind.TRUST if trust else Kind.RESOURCE),
        boundary=_set(given.boundary, Kind.BOUNDARY),
        session=_set(given.session, Kind.SESSION),
        scp=_levels(given.scp, Kind.SCP),
        rcp=_levels(given.rcp, Kind.RCP),
    )


def _levels(given: list[msgspec.Raw] | None, kind: Kind) -> tuple[PolicySet, ...] | None:
    levels = [bytes(level).strip() for level in given or ()]
    if not all(level.startswith(b"[") for level in levels):
        raise NotUnderstoodError(f"`{kind}` is a list of levels, each a list of policies")
    return tuple(_compiled(level, kind) for level in levels) or None


def _set(given: msgspec.Raw, kind: Kind) -> PolicySet | None:
    """Compile a layer. No document is no layer; a document without statements is one that allows nothing."""
    raw = bytes(given).strip()
    if raw == b"null" or (raw.startswith(b"[") and not raw[1:-1].strip()):
        return None
    return _compiled(raw, kind)


@lru_cache(maxsize=CACHED_DOCUMENTS)
def _compiled(raw: bytes, kind: Kind) -> PolicySet:
    """Compile one document, or a list of them; the same text is compiled once, however many lines hold it."""
    documents = _RAWS.decode(raw) if raw.startswith(b"[") else [msgspec.Raw(raw)]
    compiled = []
    for number, document in enumerate(documents, 1):
        text = _TEXT.decode(document) if bytes(document).lstrip().startswith(b'"') else bytes(document).decode()
        try:
            compiled.append(compile_policy(parse(text, kind, lenient=True), str(number)))
        except MalformedPolicy as error:
            detail = f"{error.message} {error.detail}".rstrip()
            raise NotUnderstoodError(
                f"{kind} policy {number}, line {error.line}, column {error.column}: {detail}"
            ) from None
    return PolicySet.of(compiled)


@policy.command("validate")
@click.option(
    "--type",
    "kind",
    type=click.Choice([str(kind) for kind in Kind]),
    default="identity",
    show_default=True,
    help="What the documents are used as.",
)
@click.option("--json", "as_json", is_flag=True, help="Tell the problems as one JSON array.")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, allow_dash=True))
def validate(kind: str, as_json: bool, files: tuple[str, ...]) -> None:
    """Say what is wrong with policy documents, and where; `-` is standard input. The exit code is 1 if anything is."""
    found = [(file, problem) for file in files for problem in _problems(file, Kind(kind))]
    if as_json:
        click.echo(_encode([{"file": file, **asdict(problem)} for file, problem in found]))
    else:
        for file, problem in found:
            click.echo(f"{file}:{problem.line}:{problem.column}: {problem.message}")
    sys.exit(1 if found else 0)


def _problems(file: str, kind: Kind) -> list[Problem]:
    raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    try:
        return problems(raw.decode(), kind)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return [Problem(line, error.start - raw.rfind(b"\n", 0, error.start), "the text is not UTF-8")]
