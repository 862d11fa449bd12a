"""Session tokens."""

from __future__ import annotations

import re
from secrets import token_bytes

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.crypto import KeyRing, Link, Session, TokenRing
from watchword.crypto.sigv4 import InvalidClientTokenId
from watchword.domain.principal import Principal, PrincipalType

KEY_ID = "ASIAQAAAAAAAAAAAAAAA"
OLD, NEW = bytes(range(32)), bytes(range(32, 64))
RING = TokenRing(KeyRing({1: OLD}), token_bytes)
ROTATED = TokenRing(KeyRing({1: OLD, 2: NEW}), token_bytes)
RETIRED = TokenRing(KeyRing({2: NEW}), token_bytes)

texts = st.text(max_size=20)
sessions = st.builds(
    Session,
    access_key_id=st.just(KEY_ID),
    type=st.sampled_from([kind for kind in PrincipalType if kind is not PrincipalType.ANONYMOUS]),
    account=st.from_regex(r"[0-9]{12}", fullmatch=True),
    unique_id=texts,
    issuer_arn=texts,
    name=texts,
    issued_at=st.integers(0, 2**40),
    expires_at=st.integers(0, 2**40),
    chain=st.lists(st.builds(Link, texts, texts), max_size=3).map(tuple),
    policies=st.lists(texts, max_size=2).map(tuple),
    policy_arns=st.lists(texts, max_size=2).map(tuple),
    tags=st.lists(st.tuples(texts, texts), max_size=3).map(tuple),
    transitive_tag_keys=st.lists(texts, max_size=2).map(tuple),
    source_identity=texts,
    mfa_at=st.integers(0, 2**40),
    federated_provider=texts,
)


def a_session(**changes: object) -> Session:
    plain = Session(
        KEY_ID,
        PrincipalType.ASSUMED_ROLE,
        "123456789012",
        "AROAQAAAAAAAAAAAAAAAA",
        "arn:aws:iam::123456789012:role/team/reader",
        "RoleSession1",
        1_700_000_000,
        1_700_003_600,
        (Link("arn:aws:iam::123456789012:user/ann", "AKIAQAAAAAAAAAAAAAAA"),),
    )
    return msgspec.structs.replace(plain, **changes)


@given(sessions)
def test_a_session_comes_back(session: Session) -> None:
    opened = RING.open(RING.seal(session), KEY_ID)
    assert opened == msgspec.structs.replace(session, ring_key=1)


def test_a_token_opens_for_its_own_key_alone() -> None:
    with pytest.raises(InvalidClientTokenId):
        RING.open(RING.seal(a_session()), "ASIAQAAAAAAAAAAAAAAB")


def test_every_changed_or_missing_character_spoils_it() -> None:
    token = RING.seal(a_session())
    for place, character in enumerate(token):
        for other in {"A", "B", "_"} - {character}:
            with pytest.raises(InvalidClientTokenId):
                RING.open(token[:place] + other + token[place + 1 :], KEY_ID)
        with pytest.raises(InvalidClientTokenId):
            RING.open(token[:place], KEY_ID)


@pytest.mark.parametrize("size", range(4))
def test_a_token_has_one_text(size: int) -> None:
    token = RING.seal(a_session(name="x" * size))
    for other in (token + "=", token + "\n", " " + token, token + "A", token + "!", token[:-1] + "é"):
        with pytest.raises(InvalidClientTokenId):
            RING.open(other, KEY_ID)


@given(st.text(max_size=200))
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(InvalidClientTokenId):
        RING.open(text, KEY_ID)


@pytest.mark.parametrize("token", ["A" * 100_000, "AQAAAAE" + "A" * 60, "\ud800", "", "AQ"])
def test_odd_texts_are_refused(token: str) -> None:
    with pytest.raises(InvalidClientTokenId):
        RING.open(token, KEY_ID)
    with pytest.raises(InvalidClientTokenId):
        RING.open(token, "\ud800")


def test_live_tokens_survive_a_new_ring_key_and_fall_with_their_own() -> None:
    token, secret = RING.seal(a_session()), RING.secret_for(KEY_ID)
    opened = ROTATED.open(token, KEY_ID)
    assert ROTATED.secret_for(KEY_ID, opened.ring_key) == secret
    assert ROTATED.secret_for(KEY_ID) != secret
    assert ROTATED.open(ROTATED.seal(a_session()), KEY_ID).ring_key == 2
    with pytest.raises(InvalidClientTokenId):
        RETIRED.open(token, KEY_ID)
    with pytest.raises(InvalidClientTokenId):
        RETIRED.secret_for(KEY_ID, opened.ring_key)


def test_secrets_look_like_awss() -> None:
    secret = RING.secret_for(KEY_ID)
    assert re.fullmatch(r"[A-Za-z0-9+/]{40}", secret.reveal())
    assert RING.secret_for(KEY_ID) == secret
    assert RING.secret_for("ASIAQAAAAAAAAAAAAAAB") != secret


def test_an_ordinary_token_is_short_and_safe_everywhere() -> None:
    tags = tuple((f"key{number}", "value" * 4) for number in range(10))
    token = RING.seal(a_session(policies=("x" * 1_500,), tags=tags, source_identity="ann"))
    assert len(token) < 4096
    assert re.fullmatch(r"[A-Za-z0-9_-]+", token)
    assert len(RING.seal(a_session())) < 400


@pytest.mark.parametrize(
    ("changes", "principal"),
    [
        (
            {},
            Principal(
                PrincipalType.ASSUMED_ROLE,
                "123456789012",
                "arn:aws:sts::123456789012:assumed-role/reader/RoleSession1",
                "AROAQAAAAAAAAAAAAAAAA:RoleSession1",
                "AROAQAAAAAAAAAAAAAAAA",
                "arn:aws:iam::123456789012:role/team/reader",
                "RoleSession1",
            ),
        ),
        (
            {"type": PrincipalType.FEDERATED_USER, "unique_id": "AIDAX", "issuer_arn": "arn:u", "name": "bob"},
            Principal(
                PrincipalType.FEDERATED_USER,
                "123456789012",
                "arn:aws:sts::123456789012:federated-user/bob",
                "123456789012:bob",
                "AIDAX",
                "arn:u",
                "bob",
            ),
        ),
        (
            {"type": PrincipalType.USER, "unique_id": "AIDAX", "issuer_arn": "arn:u", "name": "ann"},
            Principal(PrincipalType.USER, "123456789012", "arn:u", "AIDAX", "AIDAX", "arn:u", "ann"),
        ),
    ],
)
def test_who_acts(changes: dict[str, object], principal: Principal) -> None:
    assert a_session(**changes).principal() == principal


def test_what_a_session_tells() -> None:
    session = a_session()
    assert (session.mfa, session.issuing_key_id, session.role_name) == (False, "AKIAQAAAAAAAAAAAAAAA", "reader")
    assert a_session(mfa_at=1).mfa
    assert a_session(chain=()).issuing_key_id == ""
