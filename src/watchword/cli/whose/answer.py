"""What can be told of an identifier, to people and to machines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import click

from watchword.cli import tables, times
from watchword.cli.exits import NotAllowed
from watchword.cli.uses import Use

SHORT = 60
"""Characters of a user agent that a person wants to see."""


@dataclass(frozen=True, slots=True)
class Link:
    """Somebody who stands behind a session, and the key they asked with."""

    who: str
    access_key_id: str

    def __str__(self) -> str:
        return f"{self.who} ({self.access_key_id})" if self.access_key_id else self.who


@dataclass(slots=True)
class Answer:
    """Everything that was found out; what was not stays None."""

    id: str
    kind: str
    account: str | None = None
    owner: str | None = None
    status: str | None = None
    created: datetime | None = None
    created_by: str | None = None
    age_days: int | None = None
    last_used_state: str | None = None
    last_used: datetime | None = None
    last_used_service: str | None = None
    last_used_region: str | None = None
    deleted: datetime | None = None
    deleted_by: str | None = None
    requested_by: str | None = None
    requested_with: str | None = None
    requested_at: datetime | None = None
    request: str | None = None
    event_id: str | None = None
    source_ip: str | None = None
    user_agent: str | None = None
    source_identity: str | None = None
    expires: datetime | None = None
    chain: tuple[Link, ...] = ()
    not_allowed: list[str] = field(default_factory=list)
    """The permissions without which something could not be read."""
    notes: list[str] = field(default_factory=list)

    def used(self, use: Use) -> None:
        """Take up when it was last used."""
        self.last_used_state = use.known
        self.last_used, self.last_used_service, self.last_used_region = use.at, use.service, use.region

    def kept_from(self, denial: NotAllowed) -> None:
        """Take up what one may not ask."""
        if denial.action not in self.not_allowed:
            self.not_allowed.append(denial.action)


def tell(answer: Answer, form: str, now: datetime) -> None:
    """Print an answer: a line for each thing that is known, or one row of CSV, or one JSON object."""
    answer.age_days = times.days(answer.created, now) if answer.created else None
    sheet = tables.sheet_of(Answer, {})
    if form == "csv":
        tables.write(form, sheet, [answer])
    elif form == "json":
        click.echo(tables.encoded(sheet.record(answer)))
    else:
        for label, text in _lines(answer, now):
            click.echo(f"{label:<12} {tables.shown(text)}")


def _lines(answer: Answer, now: datetime) -> Iterator[tuple[str, str]]:
    yield "identifier", f"{answer.id}, {answer.kind}"
    yield from (
        (label, text)
        for label, text in (
            ("account", answer.account),
            ("owner", answer.owner),
            ("status", answer.status),
            ("created", None if answer.requested_at else _event(answer.created, answer.created_by, now)),
            ("last used", _last_use(answer, now)),
            ("deleted", _event(answer.deleted, answer.deleted_by, now)),
            ("asked for", _event(answer.requested_at, answer.requested_by, now)),
            ("with key", answer.requested_with),
            ("by", answer.request and f"{answer.request}, event {answer.event_id}"),
            ("from", answer.source_ip and f"{answer.source_ip}, {(answer.user_agent or '?')[:SHORT]}"),
            ("identity", answer.source_identity),
            ("expires", answer.expires and times.both(answer.expires, now)),
        )
        if text
    )
    for link in answer.chain:
        yield "behind it", str(link)
    for action in answer.not_allowed:
        yield "not allowed", action
    for note in answer.notes:
        yield "note", note


def _event(at: datetime | None, by: str | None, now: datetime) -> str | None:
    if at is None:
        return None
    return f"{times.both(at, now)} by {by}" if by else times.both(at, now)


def _last_use(answer: Answer, now: datetime) -> str | None:
    if answer.last_used is None:
        return answer.last_used_state
    where = " ".join(part for part in (answer.last_used_service, answer.last_used_region) if part)
    return f"{times.both(answer.last_used, now)} {where}".rstrip()
