"""ListSecrets: the secrets of a region, in one of four orders, those that filters let through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from watchword.services.operation import Call, Reply, Way, operation
from watchword.services.secretsmanager import filters as rules
from watchword.services.secretsmanager import paging, telling
from watchword.services.secretsmanager.filters import Filters
from watchword.services.secretsmanager.refusals import InvalidNextToken, InvalidParameter
from watchword.store import secret_labels, secret_tags, secrets
from watchword.store.secrets import Order, Place, Secret

LOOKED_THROUGH = 2_000
"""Secrets that one page looks through for those that fit; it may then tell fewer than were asked for, and go on."""
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One secret of a listing."""

    secret: Secret
    accessed_at: int
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """What a listing asks for."""

    order: Order = Order.CREATED
    descending: bool = True
    planned: bool = False
    """Whether secrets that are to be deleted are listed, too."""
    filters: Filters = ()


@operation(
    "secretsmanager",
    way=Way.READ,
    journal=("include_planned_deletion", "max_results", "next_token", "filters", "sort_order", "sort_by"),
    raises=(InvalidNextToken, InvalidParameter),
)
def list_secrets(
    call: Call,
    *,
    include_planned_deletion: bool | None = None,
    max_results: int | None = None,
    next_token: str | None = None,
    filters: Filters | None = None,
    sort_order: str | None = None,
    sort_by: str | None = None,
) -> Reply:
    """List the secrets of the caller's account and region, the newest first unless another order is named.

    Raises InvalidNextToken, InvalidParameter.   Source: Secrets Manager API, ListSecrets.
    """
    rules.check(filters or ())
    order = Order(sort_by or Order.CREATED.value)
    question = Question(order, _descends(order, sort_order), bool(include_planned_deletion), filters or ())
    asked = ("ListSecrets", call.asking.region, order.value, question.descending, question.planned, question.filters)
    rows, further = found(call, question, _after(paging.opened(call, asked, next_token)), max_results or paging.LARGEST)
    stages = secret_labels.of_all(call.tx, [row.secret.arn for row in rows])
    reply = {"SecretList": [_listed(row, stages.get(row.secret.arn, {})) for row in rows]}
    return {**reply, "NextToken": paging.token(call, asked, further)} if further else reply


def found(call: Call, question: Question, after: Place | None, size: int) -> tuple[list[Row], Place | None]:
    """Find secrets past a place, and tell where to go on if there may be more."""
    rows: list[Row] = []
    at_once = AT_ONCE if question.filters else size
    for _ in range(0, LOOKED_THROUGH, at_once):
        stretch = _stretch(call, question, after, at_once + 1)  # one more, so that it is known whether there are any
        for row in stretch[:at_once]:
            if len(rows) == size:
                return rows, after
            after = secrets.place_of(row.secret, row.accessed_at, question.order)
            if _wanted(call, question, row):
                rows.append(row)
        if len(stretch) <= at_once:
            return rows, None
        if len(rows) == size:
            break
    return rows, after


def _stretch(call: Call, question: Question, after: Place | None, limit: int) -> list[Row]:
    found = secrets.page(
        call.tx,
        call.account,
        call.asking.region,
        by=question.order,
        descending=question.descending,
        after=after,
        limit=limit,
    )
    tags = secret_tags.of_all(call.tx, [secret.arn for secret, _ in found])
    return [Row(secret, accessed_at, tags.get(secret.arn, {})) for secret, accessed_at in found]


def _wanted(call: Call, question: Question, row: Row) -> bool:
    gone_at = row.secret.gone_at
    if gone_at is not None and (gone_at <= call.now or not question.planned):
        return False
    return rules.fits(question.filters, row.secret, row.tags)


def _descends(order: Order, sort_order: str | None) -> bool:
    """Names go upwards and instants downwards, unless it is said."""
    return order is not Order.NAME if sort_order is None else sort_order == "desc"


def _after(position: paging.Position | None) -> Place | None:
    return None if position is None else Place(*position)


def _listed(row: Row, labels: Mapping[str, str]) -> dict[str, Any]:
    told = telling.detailed(row.secret, accessed_at=row.accessed_at, tags=row.tags)
    return {**told, "SecretVersionsToStages": secret_labels.on_versions(labels)} if labels else told
