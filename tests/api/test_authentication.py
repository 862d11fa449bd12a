"""Who signed: every way in which a credential works, and every way in which it does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.authority import Authority
from tests.support.refusals import refused
from tests.support.wire import Raw, presigned, send, signed

WHO = {"Action": "GetCallerIdentity"}
INVALID = "The security token included in the request is invalid."


@pytest.fixture
def ann(iam: Any) -> dict[str, Any]:
    """A user's first key."""
    iam.create_user(UserName="ann")
    key: dict[str, Any] = iam.create_access_key(UserName="ann")["AccessKey"]
    return key


def test_a_new_key_signs_at_once(authority: Authority, ann: dict[str, Any]) -> None:
    assert authority.of("sts", ann).get_caller_identity()["Arn"].endswith(":user/ann")


def test_an_inactive_key_is_refused_and_works_again_when_activated(
    authority: Authority, iam: Any, ann: dict[str, Any]
) -> None:
    sts = authority.of("sts", ann)
    iam.update_access_key(UserName="ann", AccessKeyId=ann["AccessKeyId"], Status="Inactive")
    with refused("InvalidClientTokenId", status=403, message=INVALID):
        sts.get_caller_identity()
    iam.update_access_key(UserName="ann", AccessKeyId=ann["AccessKeyId"], Status="Active")
    assert sts.get_caller_identity()["Arn"].endswith(":user/ann")


def test_a_deleted_key_is_refused(authority: Authority, iam: Any, ann: dict[str, Any]) -> None:
    iam.delete_access_key(UserName="ann", AccessKeyId=ann["AccessKeyId"])
    with refused("InvalidClientTokenId", status=403, message=INVALID):
        authority.of("sts", ann).get_caller_identity()


def test_an_unknown_key_is_refused(authority: Authority) -> None:
    with refused("InvalidClientTokenId", status=403, message=INVALID):
        authority.client("sts", "AKIAIOSFODNN7EXAMPLE", "x" * 40).get_caller_identity()


def test_a_wrong_secret_is_refused(authority: Authority) -> None:
    with refused("SignatureDoesNotMatch", status=403):
        authority.client("sts", authority.access_key_id, "x" * 40).get_caller_identity()


def test_a_json_service_refuses_under_its_own_names(authority: Authority) -> None:
    with refused("UnrecognizedClientException", status=400, message=INVALID):
        authority.client("watchword", "AKIAIOSFODNN7EXAMPLE", "x" * 40).get_server_information()
    with refused("InvalidSignatureException", status=400):
        authority.client("watchword", authority.access_key_id, "x" * 40).get_server_information()


def test_a_session_ends_to_the_second(authority: Authority, sts: Any) -> None:
    session = authority.of("sts", sts.get_session_token(DurationSeconds=900)["Credentials"])
    authority.advance(890)
    assert session.get_caller_identity()["Account"] == authority.account_id
    authority.advance(11)
    with refused("ExpiredToken", status=403, message="The security token included in the request is expired"):
        session.get_caller_identity()


def test_a_session_without_its_token_is_refused(authority: Authority, sts: Any) -> None:
    given = sts.get_session_token()["Credentials"]
    with refused("InvalidClientTokenId", status=403):
        authority.client("sts", given["AccessKeyId"], given["SecretAccessKey"]).get_caller_identity()


def test_a_token_of_another_session_is_refused(authority: Authority, sts: Any) -> None:
    one, other = (sts.get_session_token()["Credentials"] for _ in range(2))
    with refused("InvalidClientTokenId", status=403):
        authority.of("sts", one | {"SessionToken": other["SessionToken"]}).get_caller_identity()


def test_a_token_with_a_long_term_key_is_refused(authority: Authority, sts: Any) -> None:
    token = sts.get_session_token()["Credentials"]["SessionToken"]
    with refused("InvalidClientTokenId", status=403):
        authority.client("sts", token=token).get_caller_identity()


def test_a_deleted_users_session_opens_nothing(authority: Authority, iam: Any, ann: dict[str, Any]) -> None:
    session = authority.of("sts", authority.of("sts", ann).get_session_token()["Credentials"])
    assert session.get_caller_identity()["Arn"].endswith(":user/ann")
    iam.delete_access_key(UserName="ann", AccessKeyId=ann["AccessKeyId"])
    iam.delete_user(UserName="ann")
    with refused("InvalidClientTokenId", status=403):
        session.get_caller_identity()


def test_a_recreated_name_does_not_inherit_a_session(authority: Authority, iam: Any, ann: dict[str, Any]) -> None:
    session = authority.of("sts", authority.of("sts", ann).get_session_token()["Credentials"])
    iam.delete_access_key(UserName="ann", AccessKeyId=ann["AccessKeyId"])
    iam.delete_user(UserName="ann")
    iam.create_user(UserName="ann")
    with refused("InvalidClientTokenId", status=403):
        session.get_caller_identity()


def test_a_renamed_users_keys_go_on_under_the_new_name(authority: Authority, iam: Any, ann: dict[str, Any]) -> None:
    session = authority.of("sts", authority.of("sts", ann).get_session_token()["Credentials"])
    iam.update_user(UserName="ann", NewUserName="anna", NewPath="/people/")
    assert authority.of("sts", ann).get_caller_identity()["Arn"].endswith(":user/people/anna")
    assert session.get_caller_identity()["Arn"].endswith(":user/people/anna")


def test_credentials_are_valid_in_every_region(authority: Authority) -> None:
    for region in ("us-east-1", "eu-central-1", "ap-southeast-2"):
        assert authority.client("sts", region_name=region).get_caller_identity()["Account"] == authority.account_id


def test_nobody_signed(authority: Authority) -> None:
    raw = signed(authority, "sts", WHO)
    raw.headers = [header for header in raw.headers if header[0] != "Authorization"]
    answer = send(authority, raw)
    assert (answer.status, answer.code) == (403, "MissingAuthenticationToken")
    assert answer.message == "Request is missing Authentication Token"
    assert answer.text("RequestId") == answer.headers["x-amzn-requestid"]


def test_two_authorization_headers_are_refused(authority: Authority) -> None:
    raw = signed(authority, "sts", WHO)
    raw.headers.append(next(header for header in raw.headers if header[0] == "Authorization"))
    answer = send(authority, raw)
    assert answer.status in {400, 403}
    assert answer.code in {"IncompleteSignature", "SignatureDoesNotMatch"}


@pytest.mark.parametrize("part", ["body", "host", "x-amz-date", "content-type", "authorization"])
def test_what_was_signed_cannot_be_changed(authority: Authority, part: str) -> None:
    raw = signed(authority, "sts", WHO)
    if part == "body":
        raw.body = raw.body.replace(b"GetCallerIdentity", b"GetAccessKeyInfo ").strip()
    else:
        raw.headers = [(name, _changed(value) if name.lower() == part else value) for name, value in raw.headers]
    answer = send(authority, raw)
    assert answer.status in {400, 403}
    assert answer.code in {"SignatureDoesNotMatch", "IncompleteSignature"}, answer.body


def _changed(value: str) -> str:
    last = "0" if value[-1] != "0" else "1"
    return value[:-1] + last


@pytest.mark.parametrize(("minutes", "words"), [(-16, "Signature expired: "), (16, "Signature not yet current: ")])
def test_a_signature_of_another_time_is_refused(authority: Authority, minutes: int, words: str) -> None:
    answer = send(authority, signed(authority, "sts", WHO, at=datetime.now(UTC) + timedelta(minutes=minutes)))
    assert (answer.status, answer.code) == (403, "SignatureDoesNotMatch")
    assert (answer.message or "").startswith(words)


def test_a_moved_sandbox_clock_does_not_move_signatures(authority: Authority) -> None:
    authority.advance(91 * 86_400)
    assert send(authority, signed(authority, "sts", WHO)).status == 200


def test_a_presigned_request_works_until_it_expires(authority: Authority) -> None:
    assert send(authority, presigned(authority, "sts", WHO)).status == 200
    old = presigned(authority, "sts", WHO, expires=60, at=datetime.now(UTC) - timedelta(seconds=62))
    answer = send(authority, old)
    assert (answer.status, answer.code) == (403, "SignatureDoesNotMatch")


def test_a_token_may_stand_in_the_header_or_the_query_but_not_both(authority: Authority, sts: Any) -> None:
    session = sts.get_session_token()["Credentials"]
    assert send(authority, signed(authority, "sts", WHO, credentials=session)).status == 200
    raw = presigned(authority, "sts", WHO, credentials=session)
    assert send(authority, raw).status == 200
    both = Raw(raw.method, raw.target, [*raw.headers, ("X-Amz-Security-Token", session["SessionToken"])], b"")
    assert send(authority, both).code == "InvalidClientTokenId"


def test_a_signature_for_another_service_is_refused(authority: Authority) -> None:
    answer = send(authority, signed(authority, "iam", {"Action": "ListUsers"}, scope="sts"))
    assert answer.status in {400, 403}
    assert answer.code in {"InvalidAction", "SignatureDoesNotMatch"}
