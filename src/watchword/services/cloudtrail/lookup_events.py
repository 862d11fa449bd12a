"""LookupEvents: the last ninety days of one's own account, by one attribute at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from watchword.domain.ids import account_of
from watchword.services.cloudtrail import events, tokens
from watchword.services.cloudtrail.refusals import (
    InvalidEventCategory,
    InvalidLookupAttributes,
    InvalidMaxResults,
    InvalidNextToken,
    InvalidTimeRange,
)
from watchword.services.operation import Call, Reply, Way, operation
from watchword.store import journal_search as search
from watchword.store.journal_resources import is_key_id
from watchword.store.journal_search import NOBODY, Found, Question, Window

KEPT_SECONDS = 90 * 86_400
LARGEST_PAGE = 50
OF_INSIGHTS = frozenset({"EventId", "EventName", "EventSource"})
"""Attributes of Insights events.  Source: CloudTrail API, LookupEvents."""

Attribute = tuple[str, str]


@operation(
    "cloudtrail",
    way=Way.READ,
    journal=("lookup_attributes", "start_time", "end_time", "event_category", "max_results"),
    raises=(InvalidLookupAttributes, InvalidTimeRange, InvalidMaxResults, InvalidNextToken, InvalidEventCategory),
    invalid={
        "lookupAttributes": InvalidLookupAttributes,
        "maxResults": InvalidMaxResults,
        "eventCategory": InvalidEventCategory,
    },
)
def lookup_events(
    call: Call,
    *,
    lookup_attributes: Sequence[Mapping[str, str]] | None = None,
    start_time: float | None = None,
    end_time: float | None = None,
    event_category: str | None = None,
    max_results: int | None = None,
    next_token: str | None = None,
) -> Reply:
    """Tell what happened in the caller's account, the newest first. A page may be short, or empty, and not the last.

    Raises InvalidLookupAttributes, InvalidTimeRange, InvalidNextToken; InvalidMaxResults and InvalidEventCategory for
    what breaks the model's limits.

    Source: CloudTrail API, LookupEvents.
    """
    attribute = _attribute(lookup_attributes or (), insights=event_category is not None)
    window = _window(call.now, start_time, end_time)
    asked = (attribute, start_time, end_time, event_category)
    after = None if next_token is None else tokens.take_back(call, asked, next_token)
    question = None if event_category else _question(call.account, attribute)
    if question is None:  # nothing can fit; nor is there anything to gain insights from
        return {"Events": []}
    page = search.page(call.tx, question, window, after=after, limit=max_results or LARGEST_PAGE)
    reply = {"Events": [events.told(found, call.account) for found in page.found if _is_of(found, call.account)]}
    return reply if page.further is None else reply | {"NextToken": tokens.hand_out(call, asked, page.further)}


def _attribute(given: Sequence[Mapping[str, str]], *, insights: bool) -> Attribute | None:
    if len(given) > 1:
        raise InvalidLookupAttributes(message="You can specify only one lookup attribute.")
    for one in given:
        if insights and one["AttributeKey"] not in OF_INSIGHTS:
            raise InvalidLookupAttributes(message=f"Insights events have no attribute {one['AttributeKey']}.")
        return one["AttributeKey"], one["AttributeValue"]
    return None


def _window(now: int, start: float | None, end: float | None) -> Window:
    """Read the times, both included. What began earlier than events are kept is told from there on."""
    oldest = now - KEPT_SECONDS
    if end is not None and end < oldest:
        raise InvalidTimeRange(message="The end time is more than 90 days ago.")
    if start is not None and start > (now if end is None else end):
        raise InvalidTimeRange(message="The start time must not be later than the end time.")
    return Window(oldest if start is None else max(int(start), oldest), None if end is None else int(end))


def _question(account: str, attribute: Attribute | None) -> Question | None:
    """Say what to look for; None when nothing can fit."""
    if attribute is None:
        return search.everything(account)
    key, value = attribute
    return _QUESTIONS[key](account, value)


def _by_source(account: str, value: str) -> Question | None:
    service = value.removesuffix(events.DOMAIN)
    return None if service == value else search.to_service(account, service)


def _by_reading(account: str, value: str) -> Question | None:
    return search.reading(account, read_only=value == "true") if value in {"true", "false"} else None


def _by_resource(account: str, value: str) -> Question:
    """Go by the index of keys for what looks like one: who asked for a session is told at once, however long ago."""
    return search.about_key(account, value) if is_key_id(value) else search.about(account, value)


def _by_key(account: str, value: str) -> Question:
    accounts = [account, NOBODY] if _owns(account, value) else [account]
    return search.with_key(accounts, value)


_QUESTIONS: dict[str, Callable[[str, str], Question | None]] = {
    "AccessKeyId": _by_key,
    "EventId": lambda account, value: search.one([account, NOBODY], value),
    "EventName": search.named,
    "EventSource": _by_source,
    "ReadOnly": _by_reading,
    "ResourceName": _by_resource,
    "ResourceType": search.of_type,
    "Username": search.by_user,
}


def _is_of(found: Found, account: str) -> bool:
    """Whether an event is this account's; nobody's are those of whoever owns the key that was named."""
    return found.account == account or _owns(account, found.entry.access_key_id)


def _owns(account: str, key_id: str) -> bool:
    """Whether a key bears this account's number. That it exists it does not say."""
    try:
        return account_of(key_id) == account
    except ValueError:
        return False
