"""AssumeRoleWithWebIdentity through the SDK, with tokens of a real provider that runs beside it."""

from __future__ import annotations

import os
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from joserfc.jwk import ECKey

from tests.api.sts.federation import EXCHANGE, Federated, federated, known_authority, trusting_authority
from tests.api.sts.people import Role, document
from tests.support.authority import Authority, initialise, run, serving
from tests.support.issuers import KEYS, CertificateAuthority, issuing, rsa_key
from tests.support.lines import Line, line_to_each_worker
from tests.support.polling import until
from tests.support.processes import on_linux
from tests.support.refusals import refused

__all__ = ["federated", "known_authority", "trusting_authority"]

UNTRUSTED = "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint"
UNKNOWN_KEY = (
    "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity "
    "documentation for requirements"
)
NOT_AUTHORIZED = f"Not authorized to perform {EXCHANGE}"
TAGS = "https://aws.amazon.com/tags"
RED: dict[str, Any] = {f"{TAGS}/principal_tags/team": "red"}
ANN: dict[str, Any] = {"https://aws.amazon.com/source_identity": "ann"}
BOB: dict[str, Any] = {"https://aws.amazon.com/source_identity": "bob"}
LIST = {"Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*"}


def test_a_token_is_exchanged_for_a_role_s_credentials(federated: Federated) -> None:
    role = federated.role(LIST)
    given = federated.exchange(role)
    assert given["SubjectFromWebIdentityToken"] == "person-7"
    assert given["Audience"] == "app"
    assert given["Provider"] == federated.arn
    assumed = f"arn:aws:sts::{federated.people.account}:assumed-role/{role.name}/run-7"
    assert given["AssumedRoleUser"] == {"Arn": assumed, "AssumedRoleId": f"{role.id}:run-7"}
    session = federated.people.sts_of(given["Credentials"])
    assert session.get_caller_identity()["Arn"] == assumed
    reader = federated.people.iam_of(given["Credentials"])
    reader.list_users()
    with refused("AccessDenied", status=403):
        reader.list_roles()


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"])
def test_every_algorithm_that_aws_takes(algorithm: str, federated: Federated) -> None:
    curve = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}.get(algorithm)
    federated.issuer.roll(ECKey.generate_key(curve) if curve else rsa_key())
    federated.exchange(federated.role(), federated.issuer.token(alg=algorithm))


def test_a_missing_role_and_an_unwilling_one_are_refused_alike(federated: Federated) -> None:
    missing = f"arn:aws:iam::{federated.people.account}:role/Nobody"
    for role in (federated.people.role().arn, missing, federated.role(actions=("sts:AssumeRole",)).arn):
        with refused("AccessDenied", status=403, message=NOT_AUTHORIZED):
            federated.exchange(role)
    everybody = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": EXCHANGE}
    with refused("AccessDenied", status=403, message=NOT_AUTHORIZED):
        federated.exchange(federated.people.role(trusts=everybody))


def test_a_denial_in_the_trust_policy_is_final(federated: Federated) -> None:
    allow = {"Effect": "Allow", "Principal": {"Federated": federated.arn}, "Action": EXCHANGE}
    role = federated.people.role(trusts=allow)
    deny = allow | {"Effect": "Deny", "Condition": {"StringLike": {federated.key("sub"): "person-*"}}}
    federated.people.iam.update_assume_role_policy(RoleName=role.name, PolicyDocument=document(allow, deny))
    with refused("AccessDenied", status=403, message=NOT_AUTHORIZED):
        federated.exchange(role)
    federated.exchange(role, federated.issuer.token(sub="robot-1"))


@dataclass(frozen=True)
class Asked:
    """A condition on one claim, and claims that fulfil it and do not."""

    operator: str
    claim: str
    value: str
    good: dict[str, Any]
    bad: dict[str, Any]


@pytest.mark.parametrize(
    "asked",
    [
        Asked("StringEquals", "aud", "app", {"aud": "app"}, {"aud": "other"}),
        Asked("StringEquals", "sub", "repo:one", {"sub": "repo:one"}, {"sub": "repo:two"}),
        Asked("StringLike", "sub", "repo:*", {"sub": "repo:one"}, {"sub": "person-7"}),
        Asked("ForAnyValue:StringEquals", "amr", "otp", {"amr": ["pwd", "otp"]}, {"amr": ["pwd"]}),
        Asked("StringEquals", "oaud", "backend", {"aud": "backend", "azp": "app"}, {"aud": "app"}),
        Asked("StringEquals", "repository", "org/one", {"repository": "org/one"}, {"repository": "org/two"}),
    ],
    ids=lambda asked: asked.claim,
)
def test_conditions_ask_what_the_token_says(asked: Asked, federated: Federated) -> None:
    federated.register(None, "app", "other")
    role = federated.role(condition={asked.operator: {federated.key(asked.claim): asked.value}})
    federated.exchange(role, federated.issuer.token(**asked.good))
    with refused("AccessDenied", status=403, message=NOT_AUTHORIZED):
        federated.exchange(role, federated.issuer.token(**asked.bad))


def test_conditions_ask_for_the_session_s_name_and_the_provider(federated: Federated) -> None:
    role = federated.role(
        condition={
            "StringEquals": {"sts:RoleSessionName": "run-7", "aws:FederatedProvider": federated.arn},
            "Null": {"aws:PrincipalAccount": "true"},
        }
    )
    federated.exchange(role)
    with refused("AccessDenied", status=403):
        federated.exchange(role, RoleSessionName="run-8")


def test_the_session_remembers_who_vouched_for_it(federated: Federated) -> None:
    condition = {
        "StringEquals": {
            "aws:FederatedProvider": federated.arn,
            federated.key("sub"): "person-7",
            federated.key("aud"): "app",
        }
    }
    given = federated.exchange(federated.role(LIST | {"Condition": condition}))
    federated.people.iam_of(given["Credentials"]).list_users()
    other = federated.exchange(federated.role(LIST | {"Condition": condition}), federated.issuer.token(sub="person-8"))
    with refused("AccessDenied", status=403):
        federated.people.iam_of(other["Credentials"]).list_users()


def test_an_issuer_that_is_not_registered_hears_nothing(federated: Federated) -> None:
    role = federated.role()
    federated.people.iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=federated.arn)
    words = f"No OpenIDConnect provider found in your account for {federated.issuer.url}"
    with refused("InvalidIdentityToken", status=400, message=words):
        federated.exchange(role)
    federated.register()
    elsewhere = f"arn:aws:iam::{'9' * 12}:role/Guest"
    with refused("InvalidIdentityToken", status=400, message=words):
        federated.exchange(elsewhere)
    assert federated.issuer.asked == []


@pytest.mark.parametrize(
    ("claims", "code", "words"),
    [
        ({"aud": "stranger"}, "InvalidIdentityToken", "Incorrect token audience"),
        ({"sub": None}, "InvalidIdentityToken", "Missing a required claim: sub"),
        ({"aud": None}, "InvalidIdentityToken", "Missing a required claim: aud"),
        ({"iss": "https://evil.example"}, "InvalidIdentityToken", None),
        ({"iss": "\u0000\u0007<&>"}, "InvalidIdentityToken", None),
        ({"exp": 1_000}, "ExpiredTokenException", None),
        ({"nbf": 9_999_999_999}, "InvalidIdentityToken", None),
    ],
)
def test_claims_that_are_not_believed(
    claims: dict[str, Any], code: str, words: str | None, federated: Federated
) -> None:
    with refused(code, status=400, message=words):
        federated.exchange(federated.role(), federated.issuer.token(**claims))


def test_a_token_expires_by_the_authority_s_clock(federated: Federated) -> None:
    role, token = federated.role(), federated.issuer.token()
    federated.exchange(role, token)
    federated.authority.advance(700)
    with refused("ExpiredTokenException", status=400):
        federated.exchange(role, token)


def test_junk_is_refused_in_aws_s_words(federated: Federated) -> None:
    role = federated.role()
    words = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"
    for junk in ("junk", "a.b.c", "x" * 20_000, federated.issuer.token().rpartition(".")[0] + "."):
        with refused("InvalidIdentityToken", status=400, message=words):
            federated.exchange(role, junk)
    with refused("ValidationError", status=400):
        federated.exchange(role, "x" * 20_001)
    with refused("ValidationError", status=400, message="Request ARN is invalid"):
        federated.exchange("arn:aws:iam::123456789012:user/ann")
    with refused("ValidationError", status=400):
        federated.exchange(role, ProviderId="www.amazon.com")


def test_a_forger_s_token_is_refused(federated: Federated, tmp_path: Path) -> None:
    """Somebody else's provider says it is ours, with a key of the same name."""
    role = federated.role()
    forger = ECKey.generate_key("P-256")
    kid = next(iter(federated.issuer.keys))
    with issuing(federated.issuer.authority, federated.issuer.authority.server(tmp_path)) as evil:
        evil.keys[kid] = forger
        with refused("InvalidIdentityToken", status=400):
            federated.exchange(role, evil.token(kid=kid, iss=federated.issuer.url))
        assert evil.asked == []
    federated.exchange(role)


def test_the_role_says_how_long_and_the_token_does_not(federated: Federated) -> None:
    token = federated.issuer.token()
    hour = federated.exchange(federated.role(), token)
    longest = federated.exchange(federated.role(longest=43_200), token, DurationSeconds=43_200)
    lead = longest["Credentials"]["Expiration"] - hour["Credentials"]["Expiration"]
    assert abs(lead - timedelta(hours=11)) < timedelta(seconds=10)
    message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
    with refused("ValidationError", status=400, message=message):
        federated.exchange(federated.role(), token, DurationSeconds=3_601)
    with refused("ValidationError", status=400):
        federated.exchange(federated.role(), token, DurationSeconds=43_201)


def test_session_policies_narrow_a_session(federated: Federated) -> None:
    given = federated.exchange(federated.role(), Policy=document(LIST))
    assert 0 < given["PackedPolicySize"] <= 100
    narrowed = federated.people.iam_of(given["Credentials"])
    narrowed.list_users()
    with refused("AccessDenied", status=403):
        narrowed.list_roles()
    with refused("MalformedPolicyDocument", status=400):
        federated.exchange(federated.role(), Policy="{not json")


def test_tags_of_the_token_are_tags_of_the_session(federated: Federated) -> None:
    claims: dict[str, Any] = {TAGS: {"principal_tags": {"team": ["blue"]}, "transitive_tag_keys": ["team"]}}
    token = federated.issuer.token(**claims)
    with refused("AccessDenied", status=403, message="Not authorized to perform sts:TagSession"):
        federated.exchange(federated.role(), token)
    blue = {"StringEquals": {"aws:PrincipalTag/team": "blue"}}
    asked = {"aws:RequestTag/team": "blue", "sts:TransitiveTagKeys": "team", "aws:TagKeys": "team"}
    role = federated.role(
        LIST | {"Condition": blue},
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"},
        actions=(EXCHANGE, "sts:TagSession"),
        condition={"ForAllValues:StringEquals": asked},
    )
    given = federated.exchange(role, token)["Credentials"]
    federated.people.iam_of(given).list_users()
    second = federated.people.role(LIST | {"Condition": blue}, trusts=federated.people.trust("sts:TagSession"))
    with refused("AccessDenied", status=403):
        federated.people.sts_of(given).assume_role(RoleArn=second.arn, RoleSessionName="next")
    with refused("AccessDenied", status=403, message="Not authorized to perform sts:AssumeRoleWithWebIdentity"):
        federated.exchange(role, federated.issuer.token(**RED))


def test_a_source_identity_comes_from_the_token_alone(federated: Federated) -> None:
    token = federated.issuer.token(**ANN)
    with refused("AccessDenied", status=403, message="Not authorized to perform sts:SetSourceIdentity"):
        federated.exchange(federated.role(), token)
    actions = (EXCHANGE, "sts:SetSourceIdentity")
    role = federated.role(actions=actions, condition={"StringLike": {"sts:SourceIdentity": "ann"}})
    assert federated.exchange(role, token)["SourceIdentity"] == "ann"
    with refused("AccessDenied", status=403):
        federated.exchange(role, federated.issuer.token(**BOB))


def test_keys_roll_over(federated: Federated) -> None:
    role = federated.role()
    first = next(iter(federated.issuer.keys))
    federated.exchange(role)
    federated.issuer.roll()
    until(lambda: works(federated, role), within=15)
    federated.exchange(role, federated.issuer.token(kid=first))


def works(federated: Federated, role: Role) -> bool:
    """Whether a token is exchanged now; it may fail only for reasons that pass."""
    try:
        federated.exchange(role)
    except ClientError as error:
        passing = error.response["Error"]["Message"] == UNKNOWN_KEY
        return not (passing or error.response["Error"]["Code"] == "IDPCommunicationError")
    return True


def test_strangers_cannot_have_a_provider_hammered(federated: Federated) -> None:
    role = federated.role()
    federated.exchange(role)
    stranger = ECKey.generate_key("P-256")
    for number in range(30):
        federated.issuer.keys[f"made-up-{number}"] = stranger
        token = federated.issuer.token(kid=f"made-up-{number}")
        del federated.issuer.keys[f"made-up-{number}"]
        with refused("InvalidIdentityToken", status=400, message=UNKNOWN_KEY):
            federated.exchange(role, token)
    assert federated.issuer.asked.count(KEYS) <= 3
    federated.exchange(role)


def test_a_provider_that_is_down_and_comes_back(federated: Federated) -> None:
    role = federated.role()
    federated.issuer.down = True
    with refused("IDPCommunicationError", status=400):
        federated.exchange(role)
    federated.issuer.down = False
    until(lambda: works(federated, role), within=10)
    federated.issuer.down = True
    federated.exchange(role)  # its keys are still good


def test_a_slow_provider_holds_up_nobody_else(federated: Federated, tmp_path: Path) -> None:
    slow, role = federated.issuer, federated.role()
    slow.gate.clear()
    with (
        ThreadPoolExecutor(40) as waiting,
        issuing(slow.authority, slow.authority.server(tmp_path)) as quick,
    ):
        held = [waiting.submit(federated.exchange, role, slow.token()) for _ in range(40)]
        until(lambda: slow.asked)
        arn = federated.register(quick)
        federated.exchange(federated.role(arn=arn), quick.token())
        federated.people.iam.list_users()
        assert not any(one.done() for one in held)
        slow.gate.set()
        for one in held:
            assert one.result(20)["Audience"] == "app"
    assert slow.asked.count(KEYS) == 1


def test_a_provider_that_never_answers_is_given_up(federated: Federated) -> None:
    federated.issuer.gate.clear()
    with refused("IDPCommunicationError", status=400):
        federated.exchange(federated.role())


def test_many_exchanges_at_once_ask_once(federated: Federated) -> None:
    role = federated.role()
    client = federated.sts
    barrier = threading.Barrier(24)

    def exchange(number: int) -> str:
        barrier.wait(30)
        given = client.assume_role_with_web_identity(
            RoleArn=role.arn,
            RoleSessionName=f"run-{number}",
            WebIdentityToken=federated.issuer.token(sub=f"person-{number}"),
        )
        return str(given["SubjectFromWebIdentityToken"])

    with ThreadPoolExecutor(24) as threads:
        assert set(threads.map(exchange, range(24))) == {f"person-{number}" for number in range(24)}
    assert federated.issuer.asked.count(KEYS) == 1


def test_a_registered_thumbprint_vouches_for_a_provider(federated: Federated, tmp_path: Path) -> None:
    private = CertificateAuthority.made()
    with issuing(private, private.server(tmp_path)) as issuer:
        arn = federated.register(issuer)
        role = federated.role(arn=arn)
        with refused("InvalidIdentityToken", status=400, message=UNTRUSTED):
            federated.exchange(role, issuer.token())
        for thumbprints in (["0" * 40], [CertificateAuthority.made().thumbprint]):
            federated.people.iam.update_open_id_connect_provider_thumbprint(
                OpenIDConnectProviderArn=arn, ThumbprintList=thumbprints
            )
            with refused("InvalidIdentityToken", status=400, message=UNTRUSTED):
                federated.exchange(role, issuer.token())
        assert issuer.asked == []
        federated.people.iam.update_open_id_connect_provider_thumbprint(
            OpenIDConnectProviderArn=arn, ThumbprintList=[private.thumbprint.upper()]
        )
        federated.exchange(role, issuer.token())


def test_a_client_that_is_removed_is_refused_at_once(federated: Federated) -> None:
    role, iam = federated.role(), federated.people.iam
    federated.exchange(role)
    iam.remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=federated.arn, ClientID="app")
    with refused("InvalidIdentityToken", status=400, message="Incorrect token audience"):
        federated.exchange(role)
    iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=federated.arn, ClientID="app")
    federated.exchange(role)


def test_no_token_is_kept(federated: Federated) -> None:
    token = federated.issuer.token(sub="person-kept")
    federated.exchange(federated.role(), token)
    with refused("InvalidIdentityToken"):
        federated.exchange(federated.role(), token[:-4] + "AAAA")
    with sqlite3.connect(federated.authority.data / "watchword.db") as store:
        records = [bytes(row[0]) for row in store.execute("SELECT record FROM journal")]
    found = [record for record in records if b"AssumeRoleWithWebIdentity" in record]
    assert any(b"person-kept" in record for record in found)
    signature = token.rpartition(".")[2].encode()
    assert not any(signature in record or token.split(".")[1].encode() in record for record in records)


@on_linux
def test_a_deleted_provider_is_believed_by_no_worker(known_authority: CertificateAuthority, tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = initialise(data, "--sandbox")
    environment = {"WATCHWORD_OIDC_CA_FILE": str(known_authority.write(tmp_path / "ca.pem"))}
    with (
        issuing(known_authority, known_authority.server(tmp_path)) as issuer,
        serving(data, first, "--workers", "2", environment=environment) as pair,
        line_to_each_worker(pair) as lines,
    ):
        url, account = issuer.url, first["account_id"]
        arn = f"arn:aws:iam::{account}:oidc-provider/{url.removeprefix('https://')}"
        trust = document({"Effect": "Allow", "Principal": {"Federated": arn}, "Action": EXCHANGE})
        assert lines[0].ask("iam", "CreateRole", RoleName="r", AssumeRolePolicyDocument=trust).status == 200
        for turn in range(4):
            here, there = lines[turn % 2], lines[(turn + 1) % 2]
            registered = here.ask("iam", "CreateOpenIDConnectProvider", Url=url, **{"ClientIDList.member.1": "app"})
            assert registered.status == 200, registered.body
            assert [exchanged(one, account, issuer.token()) for one in lines] == [200, 200]
            there.ask("iam", "DeleteOpenIDConnectProvider", OpenIDConnectProviderArn=arn)
            assert [exchanged(one, account, issuer.token()) for one in lines] == [400, 400]


def exchanged(one: Line, account: str, token: str) -> int:
    asked = {"RoleArn": f"arn:aws:iam::{account}:role/r", "RoleSessionName": "run", "WebIdentityToken": token}
    return one.ask("sts", "AssumeRoleWithWebIdentity", **asked).status


def test_a_file_of_authorities_that_cannot_be_read_stops_the_start(tmp_path: Path, authority: Authority) -> None:
    (tmp_path / "empty.pem").write_text("nothing")
    for name in ("missing.pem", "empty.pem"):
        environment = os.environ | {"WATCHWORD_OIDC_CA_FILE": str(tmp_path / name)}
        done = run("serve", "--data", str(authority.data), "--listen", "127.0.0.1:0", env=environment)
        assert done.returncode == 1
        assert f"the authorities in `{tmp_path / name}` cannot be read" in done.stderr
