from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest

from tests.unit.services.iam.documents import READ_ALL, sized
from tests.unit.services.iam.house import House, refused
from tests.unit.services.iam.test_attachments import KINDS, MISSING, holder
from watchword.policy import MalformedPolicy
from watchword.services.iam.policy_refusals import InlineSizeReached, NoSuchInlinePolicy

SIZES = {"user": 2048, "group": 5120, "role": 10240}


@pytest.mark.parametrize("kind", KINDS)
def test_a_policy_is_put_told_listed_and_deleted(house: House, kind: str) -> None:
    ann = holder(house, kind)
    for document in (READ_ALL.replace("Get", "Put"), READ_ALL):
        house.ask(f"put_{kind}_policy", policy_name="own", policy_document=document, **ann)
    assert len(house.touched) == 1
    told = house.ask(f"get_{kind}_policy", policy_name="own", **ann)
    assert unquote(told.pop("PolicyDocument")) == READ_ALL
    assert told == {f"{kind.title()}Name": "ann", "PolicyName": "own"}
    assert house.ask(f"list_{kind}_policies", **ann) == {"PolicyNames": ["own"], "IsTruncated": False}
    house.ask(f"delete_{kind}_policy", policy_name="own", **ann)
    assert house.ask(f"list_{kind}_policies", **ann)["PolicyNames"] == []
    for operation in ("get", "delete"):
        with refused(NoSuchInlinePolicy, f"The {kind} policy with name own cannot be found."):
            house.ask(f"{operation}_{kind}_policy", policy_name="own", **ann)


@pytest.mark.parametrize("kind", KINDS)
def test_all_documents_together_have_a_size(house: House, kind: str) -> None:
    ann, limit = holder(house, kind), SIZES[kind]
    put = f"put_{kind}_policy"
    house.ask(put, policy_name="a", policy_document=sized(limit - 200), **ann)
    house.ask(put, policy_name="b", policy_document=sized(200), **ann)
    with refused(InlineSizeReached, f"Maximum policy size of {limit} bytes exceeded for {kind} ann"):
        house.ask(put, policy_name="b", policy_document=sized(201), **ann)
    house.ask(put, policy_name="a", policy_document=sized(limit - 200), **ann)


@pytest.mark.parametrize("kind", KINDS)
def test_the_holder_must_exist(house: House, kind: str) -> None:
    nobody: dict[str, Any] = {f"{kind}_name": "nobody"}
    with refused(MISSING[kind]):
        house.ask(f"put_{kind}_policy", policy_name="own", policy_document=READ_ALL, **nobody)
    for operation in ("get", "delete"):
        with refused(MISSING[kind]):
            house.ask(f"{operation}_{kind}_policy", policy_name="own", **nobody)
    with refused(MISSING[kind]):
        house.ask(f"list_{kind}_policies", **nobody)


def test_a_bad_document_leaves_the_one_that_was(house: House) -> None:
    ann = holder(house, "user")
    house.ask("put_user_policy", policy_name="own", policy_document=READ_ALL, **ann)
    with refused(MalformedPolicy):
        house.ask("put_user_policy", policy_name="own", policy_document="{", **ann)
    assert unquote(house.ask("get_user_policy", policy_name="own", **ann)["PolicyDocument"]) == READ_ALL


def test_a_listing_goes_on_where_it_stopped(house: House) -> None:
    ann = holder(house, "user")
    for name in ("c", "a", "b"):
        house.ask("put_user_policy", policy_name=name, policy_document=READ_ALL, **ann)
    first = house.ask("list_user_policies", max_items=2, **ann)
    rest = house.ask("list_user_policies", max_items=2, marker=first["Marker"], **ann)
    assert first["PolicyNames"] + rest["PolicyNames"] == ["a", "b", "c"]
