"""LookupEvents' handler: what it refuses, what its tokens open, whose events it tells."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from tests.support.stores import ACCOUNT, NOW, StoreInHand
from tests.unit.edge.asked import TOOLS
from watchword.crypto.sealing import Vault
from watchword.domain.arn import iam_arn
from watchword.domain.clock import Clock
from watchword.domain.ids import Prefix, mint_key_id
from watchword.domain.principal import Principal, PrincipalType
from watchword.domain.refusal import Refusal
from watchword.policy import Decision, Kind, Outcome
from watchword.services.cloudtrail.lookup_events import lookup_events
from watchword.services.cloudtrail.refusals import InvalidLookupAttributes, InvalidNextToken, InvalidTimeRange
from watchword.services.directory import Directory
from watchword.services.memory import Memory
from watchword.services.operation import Asking, Call, Caller, Target, Tools
from watchword.store.journal import Entry

OTHER = "444455556666"
chance = random.Random(3).randbytes
KEY, FOREIGN = mint_key_id(Prefix.LONG_TERM_KEY, ACCOUNT, chance), mint_key_id(Prefix.LONG_TERM_KEY, OTHER, chance)
VAULTS = {account: Vault(chance(32), chance) for account in (ACCOUNT, OTHER)}
DAY = 86_400


def tools() -> Tools:
    return replace(TOOLS, clock=Clock(lambda: NOW), vaults=VAULTS.__getitem__)


def ask(store: StoreInHand, *, account: str = ACCOUNT, by: tuple[str, str] | None = None, **asked: Any) -> Any:
    arn = iam_arn(account, "root")
    caller = Caller(Principal(PrincipalType.ROOT, account, arn, account, account, arn), "AKIAROOT")
    if by:
        asked["lookup_attributes"] = [{"AttributeKey": by[0], "AttributeValue": by[1]}]

    def look(tx: Any) -> Any:
        directory = Directory(Memory(), VAULTS.__getitem__)
        asking = Asking(caller, asked, directory, tools(), NOW + 0.5, tx)
        call = Call(Decision(Outcome.ALLOW, Kind.IDENTITY), asking, Target("*", account), "request")
        return lookup_events(call, **asked)

    return store.read(look)


def write(store: StoreInHand, number: int, **more: Any) -> None:
    plain: dict[str, Any] = {"at": NOW - 100 + number, "service": "iam", "event": "GetUser", "account": ACCOUNT}
    store.writer.record_now(Entry(request_id=f"{number:08x}", **(plain | more)))


def ids(reply: Any) -> list[int]:
    return [int(event["EventId"], 16) for event in reply["Events"]]


def test_pages_lead_through_everything(store: StoreInHand) -> None:
    for number in range(7):
        write(store, number)
    first = ask(store, max_results=3)
    second = ask(store, max_results=3, next_token=first["NextToken"])
    third = ask(store, max_results=3, next_token=second["NextToken"])
    assert ids(first) + ids(second) + ids(third) == [6, 5, 4, 3, 2, 1, 0]
    assert "NextToken" not in third


def test_a_page_has_fifty_unless_fewer_are_asked_for(store: StoreInHand) -> None:
    for number in range(60):
        write(store, number)
    assert len(ask(store)["Events"]) == 50


def test_a_token_is_good_for_its_question_and_its_account_alone(store: StoreInHand) -> None:
    for number in range(4):
        write(store, number)
        write(store, number + 16, account=OTHER)
    by = ("EventName", "GetUser")
    token = ask(store, by=by, max_results=1)["NextToken"]
    assert ids(ask(store, by=by, max_results=2, next_token=token)) == [2, 1]
    for wrong in (
        {"by": None, "next_token": token},
        {"by": ("EventName", "GetRole"), "next_token": token},
        {"by": by, "end_time": NOW, "next_token": token},
        {"by": by, "next_token": token, "account": OTHER},
        {"by": by, "next_token": token[:-4] + "AAAA"},
        {"by": by, "next_token": "\u00e9"},
        {"by": by, "next_token": ""},
    ):
        with refused(InvalidNextToken):
            ask(store, **wrong)


def refused(kind: type[Refusal]) -> Any:
    return pytest.raises(kind)


def test_only_one_attribute(store: StoreInHand) -> None:
    one = {"AttributeKey": "EventName", "AttributeValue": "GetUser"}
    with refused(InvalidLookupAttributes):
        ask(store, lookup_attributes=[one, one])
    assert ask(store, lookup_attributes=[])["Events"] == []


@pytest.mark.parametrize(
    ("start", "end"),
    [(NOW - 10, NOW - 11), (NOW + 10, None), (None, NOW - 91 * DAY), (NOW - 99 * DAY, NOW - 91 * DAY)],
)
def test_times_between_which_nothing_can_lie(store: StoreInHand, start: float | None, end: float | None) -> None:
    with refused(InvalidTimeRange):
        ask(store, start_time=start, end_time=end)


def test_the_last_ninety_days(store: StoreInHand) -> None:
    write(store, 1, at=NOW - 91 * DAY)
    write(store, 2, at=NOW - 89 * DAY)
    write(store, 3)
    assert ids(ask(store)) == [3, 2]
    assert ids(ask(store, start_time=NOW - 365.5 * DAY)) == [3, 2], "an earlier start is told from there on"
    assert ids(ask(store, start_time=NOW - DAY)) == [3]
    assert ids(ask(store, end_time=NOW - DAY)) == [2]


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (("EventName", "CreateRole"), [2]),
        (("EventName", "iam:CreateRole"), []),
        (("EventSource", "sts.amazonaws.com"), [3]),
        (("EventSource", "sts"), []),
        (("ReadOnly", "true"), [1]),
        (("ReadOnly", "True"), []),
        (("Username", "root"), [2]),
        (("ResourceName", "Reader"), [2]),
        (("ResourceName", KEY), [3]),
        (("ResourceType", "AWS::IAM::Role"), [2]),
        (("EventId", f"{3:08x}"), [3]),
        (("AccessKeyId", KEY), [1]),
    ],
)
def test_attributes(store: StoreInHand, by: tuple[str, str], expected: list[int]) -> None:
    write(store, 1, read_only=True, access_key_id=KEY, user_name="ann")
    write(store, 2, event="CreateRole", principal_type="Account", request={"role_name": "Reader"})
    write(store, 3, service="sts", event="GetSessionToken", response={"Credentials.AccessKeyId": KEY})
    assert ids(ask(store, by=by)) == expected


def test_insights_are_none(store: StoreInHand) -> None:
    write(store, 1)
    assert ask(store, event_category="insight", by=("EventName", "GetUser")) == {"Events": []}
    with refused(InvalidLookupAttributes):
        ask(store, event_category="insight", by=("Username", "ann"))


def test_a_stranger_with_ones_key_is_seen_only_when_the_key_is_asked_for(store: StoreInHand) -> None:
    """A stranger who fills the journal must not fill an account's history; who asks for the key has to see it."""
    write(store, 1, access_key_id=KEY)
    write(store, 2, account="", access_key_id=KEY, error="SignatureDoesNotMatch")
    write(store, 3, account="", access_key_id=FOREIGN, error="SignatureDoesNotMatch")
    write(store, 4, account="", access_key_id="", error="MissingAuthenticationToken")
    assert ids(ask(store)) == [1]
    assert ids(ask(store, by=("AccessKeyId", KEY))) == [2, 1]
    assert ids(ask(store, by=("AccessKeyId", FOREIGN))) == []
    assert ids(ask(store, by=("AccessKeyId", FOREIGN), account=OTHER)) == [3]
    assert ids(ask(store, by=("EventId", f"{2:08x}"))) == [2]
    assert ids(ask(store, by=("EventId", f"{3:08x}"))) == []
    assert ids(ask(store, by=("EventId", f"{4:08x}"))) == []


def test_another_accounts_events_are_never_told(store: StoreInHand) -> None:
    write(store, 1, account=OTHER, access_key_id=FOREIGN, user_name="ann", request={"role_name": "Reader"})
    for by in (
        None,
        ("EventId", f"{1:08x}"),
        ("EventName", "GetUser"),
        ("ReadOnly", "false"),
        ("Username", "ann"),
        ("ResourceType", "AWS::IAM::Role"),
        ("ResourceName", "Reader"),
        ("EventSource", "iam.amazonaws.com"),
        ("AccessKeyId", FOREIGN),
    ):
        assert ids(ask(store, by=by)) == []
