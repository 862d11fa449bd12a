"""Whatever shapes a session is in the digest that it is kept under."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.cli.credentials.chains import (
    Delegated,
    Key,
    Link,
    Own,
    Role,
    checked,
    issuer,
    root,
    with_mfa,
)
from watchword.cli.credentials.shapes import Credentials
from watchword.cli.exits import Stop
from watchword.domain.secret import Secret

KEY = Key(Credentials("AKIA1", Secret("s")))
TEMPORARY = Key(Credentials("ASIA1", Secret("s"), Secret("t")))
SSO = Delegated("corp", "SSO", "f", kept=True, of_role=True)
SERIAL = "arn:aws:iam::123456789012:mfa/ann"

texts = st.text(max_size=12)
roles = st.builds(
    Role,
    st.sampled_from([KEY, SSO, Own(KEY), Own(KEY, mfa_serial=SERIAL), Role(KEY, "first")]),
    texts,
    st.none() | st.integers(900, 43_200),
    *([texts] * 3),
    st.lists(st.tuples(texts, texts), max_size=3).map(tuple),
    st.lists(texts, max_size=3).map(tuple),
    texts,
    st.lists(texts, max_size=3).map(tuple),
    *([texts] * 2),
)
owns = st.builds(Own, st.just(KEY), st.none() | st.integers(900, 129_600), texts, texts)


@given(roles, roles)
def test_two_roles_share_a_digest_only_if_nothing_differs(one: Role, other: Role) -> None:
    assert (one.digest == other.digest) == (shape(one) == shape(other))


@given(owns, owns)
def test_two_sessions_of_ones_own(one: Own, other: Own) -> None:
    assert (one.digest == other.digest) == (shape(one) == shape(other))


@pytest.mark.parametrize("member", [field.name for field in fields(Role)])
def test_each_member_counts(member: str) -> None:
    changes: dict[str, Any] = {
        "parent": Key(Credentials("AKIA2", Secret("s"))),
        "duration": 900,
        "tags": (("a", "b"),),
        "transitive_tag_keys": ("a",),
        "policy_arns": ("a",),
    }
    before = Role(KEY, "r")
    assert replace(before, **{member: changes.get(member, "x")}).digest != before.digest


def test_a_rotated_key_changes_all_that_came_from_it() -> None:
    rotated = Key(replace(KEY.credentials, access_key_id="AKIA2"))
    chains = [(Own(key), Role(Own(key), "a"), Role(Role(key, "a"), "b")) for key in (KEY, rotated)]
    digests = [link.digest for chain in chains for link in chain]
    assert len(set(digests)) == len(digests)
    assert {issuer(link) for link in chains[1]} == {"AKIA2"}


def test_what_another_tool_got_has_no_issuer() -> None:
    assert issuer(Role(SSO, "a")) == ""
    assert root(Role(SSO, "a")) is SSO
    assert SSO.digest != replace(SSO, fingerprint="g").digest


def test_one_device_is_asked_about_once_for_all_roles() -> None:
    one, other = (with_mfa(Role(KEY, name), SERIAL) for name in ("a", "b"))
    assert one.parent.digest == other.parent.digest
    assert one.mfa_serial == ""
    assert with_mfa(one, SERIAL) == one


def test_a_chain_of_roles_asks_about_it_at_its_root() -> None:
    found = with_mfa(Role(Role(KEY, "a"), "b"), SERIAL)
    assert isinstance(found.parent, Role)
    assert found.parent.parent == Own(KEY, mfa_serial=SERIAL)


@pytest.mark.parametrize("parent", [TEMPORARY, SSO, Role(SSO, "a")], ids=["temporary", "SSO", "role of SSO"])
def test_where_no_session_of_ones_own_can_be_had_the_role_is_asked_with_the_code(parent: Link) -> None:
    assert with_mfa(Role(parent, "b"), SERIAL) == Role(parent, "b", mfa_serial=SERIAL)


@pytest.mark.parametrize(
    ("link", "good"),
    [
        (Role(KEY, "a", duration=43_200), True),
        (Role(KEY, "a", duration=43_201), False),
        (Role(Own(KEY), "a", duration=43_200), True),
        (Role(Role(KEY, "a"), "b", duration=3_600), True),
        (Role(Role(KEY, "a"), "b", duration=3_601), False),
        (Role(SSO, "b", duration=3_601), False),
        (Role(Role(KEY, "a", duration=50_000), "b"), False),
        (Own(KEY, 129_600), True),
        (Own(KEY, 129_601), False),
    ],
)
def test_durations_are_checked_for_each_call(link: Link, *, good: bool) -> None:
    if good:
        assert checked(link) is link
    else:
        with pytest.raises(Stop, match="by default"):
            checked(link)


def shape(link: Own | Role) -> list[Any]:
    return [getattr(link, field.name) for field in fields(link) if field.name != "parent"] + [link.parent.digest]
