"""What is on record, and how it is found again."""

from __future__ import annotations

import secrets
import uuid
from typing import Any

import pytest

from tests.support.stores import ACCOUNT, StoreInHand
from watchword.domain.secret import Secret
from watchword.store import journal
from watchword.store.journal import Entry, SessionContext, Use, mint_request_id


def entry(number: int, **values: Any) -> Entry:
    known = {"request_id": f"r{number}", "at": 100.5 + number, "service": "iam", "event": "CreateUser"}
    return Entry(**{**known, "account": ACCOUNT, **values})


def test_an_entry_comes_back_whole(store: StoreInHand) -> None:
    whole = entry(
        1,
        principal_type="AssumedRole",
        principal=f"arn:aws:sts::{ACCOUNT}:assumed-role/deployer/s",
        principal_id="AROA1:s",
        access_key_id="ASIA1",
        session=SessionContext(
            "arn:aws:iam::1:role/deployer", 90.0, "s", "ann", (("arn:aws:iam::1:user/ann", "AKIA1"),), mfa=True
        ),
        source_ip="192.0.2.7",
        user_agent="Boto3/1",
        region="us-east-1",
        read_only=True,
        request={"UserName": "bob", "Tags": [{"Key": "team", "Value": "red"}], "MaxItems": 3},
        response={"User": {"UserId": "AIDA1"}},
        error="EntityAlreadyExists",
        error_message="User with name bob already exists.",
        sandbox=True,
        used=(Use("AROA1", "iam", "us-east-1"),),
    )
    store.writer.record_now(whole)
    assert store.read(lambda tx: journal.recent(tx, ACCOUNT, 1)) == [whole]


def test_entries_are_found_newest_first(store: StoreInHand) -> None:
    for number, key in [(1, "AKIA1"), (3, "AKIA2"), (2, "AKIA1"), (4, "AKIA1")]:
        store.writer.record_now(entry(number, access_key_id=key))
    store.writer.record_now(entry(9, account="222233334444"))

    def ids(found: list[Entry]) -> list[str]:
        return [each.request_id for each in found]

    assert ids(store.read(lambda tx: journal.recent(tx, ACCOUNT, 3))) == ["r4", "r3", "r2"]
    assert ids(store.read(lambda tx: journal.by_access_key(tx, "AKIA1", 9))) == ["r4", "r2", "r1"]
    found = store.read(lambda tx: journal.by_request(tx, "r3"))
    assert found is not None
    assert found.access_key_id == "AKIA2"
    assert store.read(lambda tx: journal.by_request(tx, "r5")) is None


@pytest.mark.parametrize("hidden", [Secret("s"), {"Deep": [Secret("s")]}])
def test_a_secret_cannot_be_recorded(hidden: object) -> None:
    with pytest.raises(TypeError):
        journal.rows_of(entry(1, response={"SecretAccessKey": hidden}))


def test_another_account_has_a_copy_of_its_own(store: StoreInHand) -> None:
    other = "222233334444"
    store.writer.record_now(entry(1, request_id="0a", access_key_id="AKIA1", user_name="ann", owner=other))
    (copy,) = store.read(lambda tx: journal.recent(tx, other, 9))
    assert [copy] == store.read(lambda tx: journal.recent(tx, ACCOUNT, 9))
    assert store.read(lambda tx: journal.newest(tx, 9)) == [copy], "it happened once"
    assert store.read(lambda tx: journal.by_access_key(tx, "AKIA1", 9)) == [copy]
    assert store.read(lambda tx: journal.by_request(tx, "0b")) == copy


def test_whom_a_provider_vouches_for_has_one_row_with_whose_role_it_is(store: StoreInHand) -> None:
    store.writer.record_now(entry(1, request_id="0a", account="", owner=ACCOUNT))
    assert len(store.read(lambda tx: journal.recent(tx, ACCOUNT, 9))) == 1
    assert len(store.read(lambda tx: journal.recent(tx, "", 9))) == 0


def test_a_copys_id_leads_both_ways() -> None:
    first = mint_request_id(1_700_000_000, secrets.token_bytes)
    assert journal.twin(first) != first
    assert journal.twin(journal.twin(first)) == first
    assert uuid.UUID(journal.twin(first)).version == 7


def test_request_ids_rise_with_time_and_are_uuids() -> None:
    """Source: RFC 9562, appendix A.6: version 7, variant 10, milliseconds in front."""
    ids = [mint_request_id(1_700_000_000 + n / 1000, secrets.token_bytes) for n in range(50)]
    assert ids == sorted(ids)
    known = uuid.UUID(ids[0])
    assert (known.version, known.variant) == (7, uuid.RFC_4122)
    assert known.int >> 80 == 1_700_000_000_000
    assert len({mint_request_id(1.0, secrets.token_bytes) for _ in range(50)}) == 50
