"""What a request was about, and that no name can pass for another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.domain.arn import iam_arn, sts_arn
from watchword.store.journal_resources import lines_of, named_key, quoted, resources_of

ACCOUNT = "111122223333"
ROLE = iam_arn(ACCOUNT, "role/ops/Reader")
KEY = "ASIAIOSFODNN7EXAMPLE"


def test_a_session_is_about_all_that_names_it() -> None:
    """Source: LookupEvents' answer for AssumeRole, as recorded from AWS."""
    session = sts_arn(ACCOUNT, "assumed-role/Reader/run-7")
    response = {
        "Credentials.AccessKeyId": KEY,
        "Credentials.Expiration": 1_700_000_000,
        "AssumedRoleUser.AssumedRoleId": "AROA1:run-7",
        "AssumedRoleUser.Arn": session,
    }
    found = resources_of(ROLE, {"role_arn": ROLE, "role_session_name": "run-7"}, response)
    assert found == (
        ("AWS::IAM::AccessKey", KEY),
        ("AWS::STS::AssumedRole", "AROA1:run-7"),
        ("AWS::STS::AssumedRole", session),
        ("AWS::STS::AssumedRole", "run-7"),
        ("AWS::IAM::Role", ROLE),
        ("AWS::IAM::Role", "Reader"),
    )
    assert named_key(found) == KEY


@pytest.mark.parametrize(
    ("target", "kind", "name"),
    [
        ("user/people/ann", "AWS::IAM::User", "ann"),
        ("group/team", "AWS::IAM::Group", "team"),
        ("policy/all/Reading", "AWS::IAM::Policy", "Reading"),
        ("instance-profile/web", "AWS::IAM::InstanceProfile", "web"),
        ("mfa/phone", "AWS::IAM::MfaDevice", "phone"),
        ("saml-provider/idp", "AWS::IAM::SAMLProvider", "idp"),
        ("oidc-provider/idp.example/realms/a", "AWS::IAM::OpenIDConnectProvider", "idp.example/realms/a"),
        ("server-certificate/cloud/web", "AWS::IAM::ServerCertificate", "web"),
    ],
)
def test_a_target_is_told_by_arn_and_by_name(target: str, kind: str, name: str) -> None:
    arn = iam_arn(ACCOUNT, target)
    assert resources_of(arn, None, None) == ((kind, arn), (kind, name))


@pytest.mark.parametrize(
    "target", ["", "*", "no arn", iam_arn(ACCOUNT, "root"), iam_arn(ACCOUNT, "user/"), iam_arn(ACCOUNT, "user/ops/*")]
)
def test_what_is_not_one_thing_has_no_name(target: str) -> None:
    assert resources_of(target, None, None) == ()


def test_whatever_a_parameter_names_is_found_as_well() -> None:
    given_too = {"user_name": "ann", "policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess", "max_items": 3}
    found = resources_of(iam_arn(ACCOUNT, "user/ann"), given_too, None)
    assert ("AWS::IAM::Policy", "arn:aws:iam::aws:policy/ReadOnlyAccess") in found
    assert found.count(("AWS::IAM::User", "ann")) == 1


def test_only_what_looks_like_a_key_is_indexed_as_one() -> None:
    assert named_key(resources_of("", {"access_key_id": "not a key"}, None)) is None
    assert named_key(resources_of("", {"user_name": KEY}, None)) is None
    assert named_key(resources_of("", {"access_key_id": KEY}, None)) == KEY


def test_nothing_is_no_line() -> None:
    assert lines_of(()) is None


@given(st.lists(st.text(max_size=8), min_size=1), st.text(max_size=8))
def test_a_line_fits_no_name_but_its_own(names: list[str], asked: str) -> None:
    kind = "AWS::IAM::User"
    lines = lines_of(tuple((kind, name) for name in names))
    assert lines is not None
    assert "\0" not in lines
    assert len(lines.split("\n")) == len(names)
    assert (f" {quoted(asked)}\n" in f"\n{lines}\n") is (asked in names)
