"""What an environment is told, and how one comes out of it again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from watchword.cli.credentials.shapes import Credentials
from watchword.cli.lending import variables
from watchword.domain.secret import Secret

OPS = Credentials(
    "ASIA1",
    Secret("s1"),
    Secret("t1"),
    1_800_000_000.9,
    account_id="111122223333",
    region="eu-west-1",
    endpoint_url="http://here",
    role_arn="arn:aws:iam::111122223333:role/ops",
)
KEY = Credentials("AKIA1", Secret("s2"), profile="dev")
BEFORE = {
    "HOME": "/home/ann",
    "AWS_PROFILE": "dev",
    "AWS_REGION": "us-east-1",
    "AWS_WEB_IDENTITY_TOKEN_FILE": "/token",
    "AWS_EC2_METADATA_DISABLED": "true",
}


def inside(credentials: Credentials, environ: dict[str, str]) -> dict[str, str]:
    return variables.entered(variables.carrying(credentials), environ).applied(environ)


def test_what_a_session_is_told_as() -> None:
    told = inside(OPS, BEFORE)
    assert {name: value for name, value in told.items() if name.startswith("AWS_")} == {
        "AWS_ACCESS_KEY_ID": "ASIA1",
        "AWS_SECRET_ACCESS_KEY": "s1",
        "AWS_SESSION_TOKEN": "t1",
        "AWS_CREDENTIAL_EXPIRATION": "2027-01-15T08:00:00Z",
        "AWS_SESSION_EXPIRATION": "2027-01-15T08:00:00Z",
        "AWS_ACCOUNT_ID": "111122223333",
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL": "http://here",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    assert told["WATCHWORD_ROLE"] == OPS.role_arn
    assert told["HOME"] == "/home/ann"


def test_a_key_leaves_no_token_of_another() -> None:
    told = inside(KEY, inside(OPS, BEFORE) | {"AWS_SECURITY_TOKEN": "old", "AWS_ENDPOINT_URL": "http://other"})
    assert told["AWS_ACCESS_KEY_ID"] == "AKIA1"
    assert not {"AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_SESSION_EXPIRATION", "AWS_ENDPOINT_URL"} & told.keys()
    assert told["WATCHWORD_ROLE"] == "dev"


def test_one_comes_out_as_one_went_in() -> None:
    told = inside(OPS, BEFORE)
    assert variables.outside(told) == BEFORE
    assert variables.outside(BEFORE) == BEFORE


def test_what_a_person_set_since_stays() -> None:
    told = inside(OPS, BEFORE) | {"AWS_PROFILE": "other", "NEW": "1"}
    assert variables.outside(told) == BEFORE | {"AWS_PROFILE": "other", "NEW": "1"}


def test_what_is_the_same_is_not_taken_for_ours() -> None:
    before = BEFORE | {"AWS_ENDPOINT_URL": "http://here"}
    told = inside(OPS, before)
    assert "AWS_ENDPOINT_URL" not in told["WATCHWORD_GAVE"]
    assert variables.outside(told) == before


def test_a_forged_memory_takes_nothing_else() -> None:
    told = {"WATCHWORD_ROLE": "x", "WATCHWORD_GAVE": "HOME,PATH", "WATCHWORD_WAS_PATH": "/evil", "PATH": "/bin"}
    assert variables.outside(told | {"HOME": "/h"})["PATH"] == "/bin"
    assert variables.outside(told | {"HOME": "/h"})["HOME"] == "/h"


def test_an_endpoint_takes_the_keys_away() -> None:
    change = variables.served("http://127.0.0.1:1/", OPS, **{variables.TOKEN_FILE: "/t", "AWS_CONFIG_FILE": "/c"})
    before = BEFORE | {"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s", variables.TOKEN: "t"}
    told = variables.entered(change, before).applied(before)
    assert told[variables.URI] == "http://127.0.0.1:1/"
    assert not {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", variables.TOKEN} & told.keys()
    assert variables.outside(told) == BEFORE


def test_no_secret_is_remembered() -> None:
    secret = {
        "AWS_SECRET_ACCESS_KEY": "x1",
        "AWS_SESSION_TOKEN": "x2",
        "AWS_SECURITY_TOKEN": "x3",
        variables.TOKEN: "x4",
    }
    assert not set(secret.values()) & set(inside(OPS, secret).values())


NAMES = st.sampled_from([*variables.REMEMBERED, "HOME", "OTHER"])
ENVIRONMENTS = st.dictionaries(NAMES, st.text(st.characters(exclude_characters="\0"), max_size=5))


@given(before=ENVIRONMENTS)
def test_there_and_back(before: dict[str, str]) -> None:
    for credentials in (OPS, KEY):
        assert variables.outside(inside(credentials, before)) == before


@given(one=ENVIRONMENTS, other=ENVIRONMENTS)
def test_a_difference_turns_one_into_the_other(one: dict[str, str], other: dict[str, str]) -> None:
    assert variables.difference(one, other).applied(one) == other
