"""Looking things up in the journal, a page at a time and each at a flat cost: what LookupEvents reads.

A page looks at SCANNED rows at most, however many there are: it goes by an index from its position towards the past,
and answers what it has found by then together with where to go on. Only rows that are told are decoded.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, literal, or_, select

from watchword.domain.clock import MICROSECONDS
from watchword.store import schema
from watchword.store.journal import Entry, decode
from watchword.store.journal_resources import quoted
from watchword.store.tx import Tx

SCANNED = 20_000
"""Rows that one page looks at."""
NOBODY = ""
"""The account of requests that nobody was recognised in."""

_kept = schema.journal.c
_NEWEST_FIRST = _kept.at.desc(), _kept.seq.desc()


@dataclass(frozen=True, slots=True)
class Position:
    """Where in a walk towards the past a page ended: `at` in microseconds."""

    at: int
    seq: int


@dataclass(frozen=True, slots=True)
class Window:
    """From when to when, both included, in whole epoch seconds; `until` may be left open."""

    since: int
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for: `by` is answered by an index, `of` by looking at each row that the index gives."""

    by: ColumnElement[bool]
    of: ColumnElement[bool] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One event as one account sees it."""

    event_id: str
    account: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Page:
    """Some of what was looked for, the newest first; `further` is where to go on, None at the end."""

    found: list[Found]
    further: Position | None


def everything(account: str) -> Question:
    """All that happened in an account, and in it alone."""
    return Question(_kept.account_id == account)


def named(account: str, operation: str) -> Question:
    """Requests for an operation, of whatever service."""
    return Question(_kept.account_id == account, _holds(_kept.event.concat("\n"), f":{operation}\n"))


def to_service(account: str, service: str) -> Question:
    """Requests to a service."""
    start = literal(f"{service}:")
    return Question(_kept.account_id == account, func.substr(_kept.event, 1, func.length(start)) == start)


def by_user(account: str, user_name: str) -> Question:
    """Requests of whoever bears a name."""
    return Question(_kept.account_id == account, _kept.user_name == user_name)


def reading(account: str, *, read_only: bool) -> Question:
    """Requests that only read, or those that do more."""
    return Question(_kept.account_id == account, _kept.read_only.is_(read_only))


def of_type(account: str, resource_type: str) -> Question:
    """Requests about resources of a type."""
    return Question(_kept.account_id == account, _has(f"\n{quoted(resource_type)} "))


def about(account: str, resource_name: str) -> Question:
    """Requests about the resource of this name, id or ARN."""
    return Question(_kept.account_id == account, _has(f" {quoted(resource_name)}\n"))


def about_key(account: str, key_id: str) -> Question:
    """Requests that gave out an access key, or were about one."""
    return Question(_kept.named_key_id == key_id, _in([account]))


def with_key(accounts: Collection[str], key_id: str) -> Question:
    """Requests that were signed with a key, or said so."""
    return Question(_kept.access_key_id == key_id, _in(accounts))


def one(accounts: Collection[str], event_id: str) -> Question:
    """The event of this id."""
    return Question(_kept.event_id == event_id, _in(accounts))


def page(
    tx: Tx, question: Question, window: Window, *, after: Position | None, limit: int, scanned: int = SCANNED
) -> Page:
    """Give the newest `limit` of what is looked for, past a position; fewer, or none, where they are far between.

    Two statements at most, each over no more than `scanned` rows.
    """
    wanted = [question.by, *_within(window), *_before(after)]
    floor = None
    if question.of is not None:
        floor = _floor(tx, wanted, scanned)
        wanted += [question.of, *_from(floor)]
    columns = select(_kept.at, _kept.seq, _kept.event_id, _kept.account_id, _kept.record)
    query = columns.where(*wanted).order_by(*_NEWEST_FIRST).limit(limit + 1)
    rows = tx.connection.execute(query).all()
    found = [Found(event_id, account, decode(record)) for _, _, event_id, account, record in rows[:limit]]
    if len(rows) > limit:
        at, seq, *_ = rows[limit - 1]
        return Page(found, Position(at, seq))
    return Page(found, floor)


def _floor(tx: Tx, wanted: Sequence[ColumnElement[bool]], scanned: int) -> Position | None:
    """Find the last row that may be looked at; None when there are not so many."""
    query = select(_kept.at, _kept.seq).where(*wanted).order_by(*_NEWEST_FIRST).offset(scanned - 1).limit(1)
    row = tx.connection.execute(query).first()
    return None if row is None else Position(*row)


def _within(window: Window) -> list[ColumnElement[bool]]:
    since = _kept.at >= window.since * MICROSECONDS
    return [since] if window.until is None else [since, _kept.at < (window.until + 1) * MICROSECONDS]


def _before(position: Position | None) -> list[ColumnElement[bool]]:
    if position is None:
        return []
    # Not a bare `or`: the first half is what lets an index start at the right row.
    return [_kept.at <= position.at, or_(_kept.at < position.at, _kept.seq < position.seq)]


def _from(position: Position | None) -> list[ColumnElement[bool]]:
    if position is None:
        return []
    return [_kept.at >= position.at, or_(_kept.at > position.at, _kept.seq >= position.seq)]


def _in(accounts: Collection[str]) -> ColumnElement[bool]:
    # Through a function, so that no database goes by the accounts' index instead of the one that is meant.
    return func.coalesce(_kept.account_id, NOBODY).in_(accounts)


def _has(part: str) -> ColumnElement[bool]:
    """Whether the lines of `resources` hold this text."""
    return _holds(literal("\n").concat(_kept.resources).concat("\n"), part)


def _holds(text: ColumnElement[str], part: str) -> ColumnElement[bool]:
    # By `replace`, which both databases have, which compares byte by byte and knows no pattern.
    return func.replace(text, part, "") != text
