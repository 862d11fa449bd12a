"""Blocks: refuse sessions that match, and new ones like them, until a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from watchword.services.operation import Asking, Call, Need, Reply, Target, Way, operation
from watchword.services.sessions import criteria as sessions
from watchword.services.sessions.criteria import Criteria
from watchword.services.watchword import pages
from watchword.services.watchword.meaning import criteria_of, in_place_of, sessions_meant
from watchword.services.watchword.refusals import InvalidParameter, NotFound, TooMany
from watchword.services.watchword.written import who
from watchword.store import blocks
from watchword.store.blocks import Block

LONGEST = 366 * 86_400
"""Seconds: a year."""
MOST = 1_000
"""Blocks of one account: each request that a session signs is held against them."""


def _to_replace(asking: Asking, target: Target) -> Sequence[Need]:
    kept = blocks.named(asking.tx, asking.caller.account, asking.parameters["name"], asking.now)
    return in_place_of(asking, target, "watchword:PutBlock", sessions.read(kept.criteria) if kept else None)


@operation(
    "watchword",
    way=Way.CHANGE,
    on=sessions_meant,
    journal=(
        "name",
        "user",
        "role",
        "session_name",
        "source_identity",
        "issuing_access_key_id",
        "source_ips",
        "until",
        "reason",
    ),
    raises=(InvalidParameter, NotFound, TooMany),
    also=_to_replace,
)
def put_block(
    call: Call,
    *,
    name: str,
    until: float,
    user: str | None = None,  # noqa: ARG001 - this and the next five are read by the target
    role: str | None = None,  # noqa: ARG001
    session_name: str | None = None,  # noqa: ARG001
    source_identity: str | None = None,  # noqa: ARG001
    issuing_access_key_id: str | None = None,  # noqa: ARG001
    source_ips: Sequence[str] | None = None,  # noqa: ARG001
    reason: str | None = None,
) -> Reply:
    """Put a block in the place of one of its name.

    Raises InvalidParameter, NotFound, TooMany.
    """
    criteria = criteria_of(call)
    if criteria == Criteria():
        raise InvalidParameter(message="Say which sessions: give one criterion at least.")
    if not call.now < until <= call.now + LONGEST:
        raise InvalidParameter(message="Until is in the past, or more than a year from now.")
    if blocks.count(call.tx, call.account, call.now) >= MOST:
        raise TooMany(limit=MOST, what="blocks")
    by = call.caller.principal.arn
    block = Block(call.account, name, sessions.written(criteria), int(until), reason or "", call.now, by)
    blocks.put(call.tx, block)
    return {"Block": _told(block)}


@operation("watchword", way=Way.READ, journal=("max_results", "next_token"), raises=(InvalidParameter,))
def list_blocks(call: Call, *, max_results: int | None = None, next_token: str | None = None) -> Reply:
    """List the blocks that have not lifted, by name.

    Raises InvalidParameter.
    """
    page = pages.page(call, "watchword:ListBlocks", max_results, next_token)
    found = blocks.page(call.tx, call.account, now=call.now, after=page.after, limit=page.fetch)
    return page.reply("Blocks", found, _told, name=lambda block: block.name)


@operation("watchword", way=Way.CHANGE, journal=("name",), raises=(NotFound,))
def delete_block(call: Call, *, name: str) -> Reply:
    """Lift a block.

    Raises NotFound.
    """
    if not blocks.remove(call.tx, call.account, name):
        raise NotFound(what="block", name=name)
    return {}


def _told(block: Block) -> dict[str, Any]:
    criteria = sessions.read(block.criteria)
    return {
        "Name": block.name,
        **who(criteria),
        **({"SourceIps": list(criteria.source_ips)} if criteria.source_ips else {}),
        "Until": block.until,
        "Reason": block.reason,
        "CreatedAt": block.created_at,
        "CreatedBy": block.created_by,
    }
