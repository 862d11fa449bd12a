"""`watchword signature`: a signature explained offline, for the person who stares at SignatureDoesNotMatch."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from typing import BinaryIO, Literal

import click
import msgspec

from watchword.crypto.sigv4 import Explanation, KnownCredential, Rules, explain
from watchword.domain.http import HttpRequest
from watchword.domain.secret import Secret

Moment = int | float | str
"""Epoch seconds, ISO 8601, or `YYYYMMDDTHHMMSSZ`."""


class Encoded(msgspec.Struct):
    """A body that is not text."""

    base64: str


class Asked(msgspec.Struct):
    """The request as it was sent. `target` is its first line's middle: a path, with the query string if it has one."""

    method: str
    target: str
    headers: list[tuple[str, str]] = []
    body: str | Encoded | None = None
    body_base64: str | None = None


class Credential(msgspec.Struct):
    """A credential that the server knows."""

    access_key_id: str
    secret_access_key: str
    status: Literal["Active", "Inactive"] = "Active"
    session_token: str | None = None
    session_expires: Moment | None = None


class Question(msgspec.Struct):
    """One line of input. `service` and `region` are what the server answers for."""

    server_time: Moment
    service: str
    region: str
    request: Asked
    credentials: list[Credential] = []
    double_encode: bool = True
    normalize_path: bool = True


class Answer(msgspec.Struct):
    """One line of output."""

    valid: bool
    error: str | None = None
    canonical_request: str | None = None
    string_to_sign: str | None = None


class BadLine(Answer):
    """What is told of a line that could not be read."""

    message: str = ""


@click.group()
def signature() -> None:
    """Look into AWS Signature Version 4."""


@signature.command("explain")
@click.argument("lines", type=click.File("rb"), default="-")
@click.pass_context
def explain_command(context: click.Context, lines: BinaryIO) -> None:
    """Verify signed requests as a server would, and show the texts that had to be signed.

    Reads JSON Lines from a file or standard input, and writes one line for each:
    {"valid", "error", "canonical_request", "string_to_sign"}.

    \b
    {"server_time": 1440938160, "service": "iam", "region": "us-east-1",
     "credentials": [{"access_key_id": …, "secret_access_key": …, "status": "Active",
                      "session_token": …, "session_expires": …}],
     "request": {"method": "GET", "target": "/", "headers": [["Host", …], …], "body": ""}}

    The texts hold what was signed, session tokens included: mind where they go.
    For S3, set "double_encode" and "normalize_path" to false.
    """  # noqa: D301 - click's mark is the control character itself
    failed = False
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            answer = answered(msgspec.json.decode(line, type=Question))
        except (ValueError, OverflowError) as fault:  # msgspec's own errors are ValueErrors
            failed = True
            answer = BadLine(valid=False, error="InvalidInput", message=f"line {number}: {fault}")
        click.echo(msgspec.json.encode(answer))
    if failed:
        context.exit(1)


def answered(question: Question) -> Answer:
    """Answer one question.

    Raises ValueError when a time, a body or a target cannot be read.
    """
    told = explain(
        _request(question.request),
        [_known(credential) for credential in question.credentials],
        Rules(question.double_encode, question.normalize_path, unsigned_payload=question.service == "s3"),
        services=question.service,
        regions=question.region,
        now=_instant(question.server_time),
    )
    return _answer(told)


def _answer(told: Explanation) -> Answer:
    return Answer(
        valid=told.refusal is None,
        error=told.refusal.code if told.refusal else None,
        canonical_request=_shown(told.canonical_request),
        string_to_sign=_shown(told.string_to_sign),
    )


def _shown(text: bytes | None) -> str | None:
    return None if text is None else text.decode("utf-8", "backslashreplace")


def _request(asked: Asked) -> HttpRequest:
    target = asked.target.encode()
    if not target.startswith(b"/") and b"://" in target:
        # Absolute form, as a proxy gets it: the authority is no part of what is signed.
        _, slash, rest = target.partition(b"://")[2].partition(b"/")
        target = slash + rest
    path, _, query = target.partition(b"?")
    headers = [(name.strip().lower().encode(), value.encode()) for name, value in asked.headers]
    return HttpRequest(asked.method, path, query, headers, _body(asked))


def _body(asked: Asked) -> bytes:
    if isinstance(asked.body, str):
        return asked.body.encode()
    encoded = asked.body.base64 if asked.body else asked.body_base64
    try:
        return base64.b64decode(encoded or "", validate=True)
    except binascii.Error as error:
        msg = f"the body is not base64: {error}"
        raise ValueError(msg) from error


def _known(credential: Credential) -> KnownCredential:
    token, expires = credential.session_token, credential.session_expires
    return KnownCredential(
        credential.access_key_id,
        Secret(credential.secret_access_key),
        active=credential.status == "Active",
        session_token=Secret(token) if token else None,
        session_expires=None if expires is None else _instant(expires),
    )


def _instant(moment: Moment) -> float:
    """Read an instant into epoch seconds; a text without a zone is UTC."""
    if isinstance(moment, str):
        read = datetime.fromisoformat(moment.strip())
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()
    return float(datetime.fromtimestamp(moment, UTC).timestamp())
