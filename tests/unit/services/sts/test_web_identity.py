"""AssumeRoleWithWebIdentity: which tokens are believed, what they come to, and what is never asked of anybody."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from tests.support.issuers import public
from tests.unit.services.sts.world import ACCOUNT, NOW, OTHER, READ, ROLE_ARN, World, role
from watchword.crypto.jose import WebKeys, read_keys
from watchword.domain.arn import iam_arn
from watchword.domain.principal import ANONYMOUS, PrincipalType
from watchword.domain.refusal import Refusal
from watchword.policy import Decision, Kind, Outcome
from watchword.services.issuers.faults import IssuerFault, Unreachable, Untrusted, Unusable
from watchword.services.issuers.key_sets import KeySets
from watchword.services.known import KnownOidcProvider, KnownRole
from watchword.services.operation import OPERATIONS, Asking, Call, Caller, Outside, Reply
from watchword.services.sts import refusals, web_identity
from watchword.services.sts import web_identity_refusals as words
from watchword.services.sts.credentials import LARGEST_TOKEN, LONGEST_CHAIN
from watchword.services.sts.refusals import RequestArnInvalid
from watchword.services.sts.web_identity_claims import LEEWAY, WebIdentity

ISSUER = "https://issuer.example/Realm"
PROVIDER = KnownOidcProvider(
    iam_arn(ACCOUNT, "oidc-provider/issuer.example/Realm"), "issuer.example/Realm", frozenset({"app", "other-app"}), ()
)
KEY, STRANGER = ECKey.generate_key("P-256"), ECKey.generate_key("P-256")
TAGS, SOURCE = "https://aws.amazon.com/tags", "https://aws.amazon.com/source_identity"
WHOLE = int(NOW)
GOOD = {"iss": ISSUER, "aud": "app", "sub": "person-7", "iat": WHOLE, "exp": WHOLE + 60}
NAME = web_identity.assume_role_with_web_identity.__name__


def token(claims: Mapping[str, Any] = GOOD, key: ECKey = KEY, **header: Any) -> str:
    signable = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode({"alg": "ES256", "kid": "k", **header}, signable, key, algorithms=["ES256"])


class Federation(World):
    """A world in which one account has registered one provider."""

    def __init__(self, *roles: KnownRole, answer: Callable[[], WebKeys] | None = None) -> None:
        super().__init__(*(roles or (role(),)))
        self.asked: list[str] = []
        self._answer = answer or (lambda: read_keys(json.dumps({"keys": [public(KEY, "k")]}).encode()))
        self.tools = replace(self.tools, key_sets=KeySets(self._fetch, lambda: 0.0))
        known = {PROVIDER.arn: PROVIDER}

        class Registered(type(self.directory)):  # type: ignore[misc] # whatever the world's directory is
            __slots__ = ()

            def oidc_provider(self, arn: str) -> KnownOidcProvider | None:
                return known.get(arn)

        self.directory = Registered({one.arn: one for one in roles or (role(),)}, {})

    def _fetch(self, issuer: str, _thumbprints: tuple[str, ...]) -> WebKeys:
        self.asked.append(issuer)
        return self._answer()

    def asking_with(self, text: str, **more: Any) -> Asking:
        parameters = {"role_arn": ROLE_ARN, "role_session_name": "run", "web_identity_token": text, **more}
        return self.asking(Caller(ANONYMOUS, ""), **parameters)

    def caller(self, text: str, **more: Any) -> Caller:
        """Find who asks, with what must be fetched for it."""
        asks = OPERATIONS["sts", NAME].asks
        assert asks is not None
        try:
            return asks(self.asking_with(text, **more))
        except Outside as wanted:
            wanted.fetch()
        return asks(self.asking_with(text, **more))

    def identity(self, claims: Mapping[str, Any] = GOOD) -> WebIdentity:
        found: WebIdentity = self.caller(token(claims)).vouched
        return found

    def assume(self, text: str | None = None, **more: Any) -> Reply:
        asking = replace(self.asking_with(text or token(), **more), caller=self.caller(text or token(), **more))
        offered = OPERATIONS["sts", NAME]
        call = Call(Decision(Outcome.ALLOW, Kind.TRUST), asking, offered.on(asking), "request")
        return offered.handler(call, **asking.parameters)


def refuses(kind: type[Refusal], text: str | None = None, **claims: Any) -> Refusal:
    world = Federation()
    with pytest.raises(Refusal) as caught:
        world.caller(token(GOOD | claims) if text is None else text)
    assert type(caught.value) is kind, caught.value
    return caught.value


def test_the_answer_tells_who_and_through_whom() -> None:
    world = Federation()
    reply = world.assume()
    assert reply["SubjectFromWebIdentityToken"] == "person-7"
    assert reply["Audience"] == "app"
    assert reply["Provider"] == PROVIDER.arn
    assert reply["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/Reader/run"
    assert "PackedPolicySize" not in reply
    assert "SourceIdentity" not in reply


def test_the_session_is_the_role_s_and_begins_a_chain_without_a_key() -> None:
    world = Federation()
    session = world.session(world.assume())
    assert (session.type, session.unique_id) == (PrincipalType.ASSUMED_ROLE, "AROAReader")
    assert [(link.arn, link.access_key_id) for link in session.chain] == [(f"{PROVIDER.arn}:app:person-7", "")]
    assert session.issuing_key_id == ""
    assert session.federated_provider == PROVIDER.arn
    assert (session.federated_audience, session.federated_subject) == ("app", "person-7")


def test_who_asks_is_whom_the_provider_vouches_for() -> None:
    who = Federation().caller(token()).principal
    assert who.type is PrincipalType.WEB_IDENTITY_USER
    assert (who.account, who.unique_id, who.name) == ("", "", "person-7")
    assert who.arn == who.issuer_arn == PROVIDER.arn
    assert who.user_id == f"{PROVIDER.arn}:app:person-7"


def test_credentials_may_outlive_the_token() -> None:
    world = Federation(role(longest=43_200))
    assert world.session(world.assume()).expires_at == WHOLE + 3_600
    assert world.session(world.assume(duration_seconds=43_200)).expires_at == WHOLE + 43_200
    with pytest.raises(refusals.RoleDurationExceeded):
        Federation().assume(duration_seconds=3_601)


def test_a_session_policy_narrows() -> None:
    world = Federation()
    reply = world.assume(policy=READ)
    assert world.session(reply).policies == (READ,)
    assert reply["PackedPolicySize"] > 0


def test_keys_are_asked_for_once() -> None:
    world = Federation()
    for _ in range(3):
        world.assume()
    assert world.asked == [ISSUER]


@pytest.mark.parametrize(
    "arn",
    [
        "nothing-valid-in-here",
        f"arn:aws:iam::{ACCOUNT}:user/ann-and-more",
        iam_arn(ACCOUNT, "role/"),
        "arn:aws:iam:::role/x",
    ],
)
def test_what_is_no_role_is_told_first(arn: str) -> None:
    world = Federation()
    with pytest.raises(RequestArnInvalid, match="Request ARN is invalid"):
        world.caller("junk", role_arn=arn)


def test_an_access_token_is_not_taken() -> None:
    for provider in ("www.amazon.com", "graph.facebook.com", "accounts.google.com"):
        with pytest.raises(words.AccessTokenNotTaken):
            Federation().caller(token(), provider_id=provider)


@pytest.mark.parametrize("text", ["junk", "a.b.c", "ya29.a0AfH6SMBx", "Atza|IwEBIJ", token()[:-3] + "==="])
def test_what_is_no_token(text: str) -> None:
    refuses(words.NotAToken, text)


def test_a_token_without_a_signature_is_none() -> None:
    parts = [urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=").decode() for one in ({"alg": "none"}, GOOD)]
    refuses(words.NotAToken, ".".join((*parts, "")))
    refuses(words.NotAToken, ".".join((*parts, "eA")))


@pytest.mark.parametrize(
    "issuer",
    [
        "https://evil.example",
        "https://issuer.example",
        "https://issuer.example/Realm/",
        "https://issuer.example/realm",
        "http://issuer.example/Realm",
        "issuer.example/Realm",
        "https://https://issuer.example/Realm",
        "https://" + "x" * 5_000,
    ],
)
def test_an_issuer_that_is_not_registered_is_asked_for_nothing(issuer: str) -> None:
    world = Federation()
    with pytest.raises(words.NoSuchProvider) as caught:
        world.caller(token(GOOD | {"iss": issuer}))
    assert caught.value.message == f"No OpenIDConnect provider found in your account for {issuer[:255]}"
    assert world.asked == []


def test_another_account_s_provider_is_nobody_s() -> None:
    world = Federation()
    with pytest.raises(words.NoSuchProvider):
        world.caller(token(), role_arn=iam_arn(OTHER, "role/Guest"))
    assert world.asked == []


@pytest.mark.parametrize(
    ("fault", "refusal", "code"),
    [
        (Unreachable("down"), words.IdpUnreachable, "IDPCommunicationError"),
        (Untrusted("who?"), words.CertificateUnknown, "InvalidIdentityToken"),
        (Unusable("what?"), words.KeyNotFound, "InvalidIdentityToken"),
    ],
)
def test_what_is_wrong_with_a_provider_is_told(fault: IssuerFault, refusal: type[Refusal], code: str) -> None:
    def fail() -> WebKeys:
        raise fault

    world = Federation(answer=fail)
    for _ in range(3):
        with pytest.raises(refusal) as caught:
            world.caller(token())
        assert (caught.value.code, caught.value.status) == (code, 400)
    assert len(world.asked) == 1


def test_a_key_that_is_not_published_verifies_nothing() -> None:
    refuses(words.KeyNotFound, token(kid="other"))
    refuses(words.KeyNotFound, token(key=STRANGER, kid="../../keys"))
    refuses(words.SignatureInvalid, token(key=STRANGER))


def test_no_claim_is_judged_before_the_signature() -> None:
    refuses(words.SignatureInvalid, token(GOOD | {"exp": 1, "aud": "nobody"}, STRANGER))


def test_a_key_in_the_header_is_not_looked_at() -> None:
    """RFC 8725, section 2.10: neither a key nor an address that the token itself brings."""
    forged = token(key=STRANGER, jwk=STRANGER.as_dict(private=False), jku="https://evil.example/keys")
    refuses(words.SignatureInvalid, forged)


@pytest.mark.parametrize(
    ("claims", "refusal"),
    [
        ({"iss": None}, words.MissingClaim),
        ({"sub": None}, words.MissingClaim),
        ({"sub": ""}, words.MissingClaim),
        ({"aud": None}, words.MissingClaim),
        ({"aud": []}, words.MissingClaim),
        ({"aud": None, "azp": "app"}, words.MissingClaim),
        ({"exp": None}, words.MissingClaim),
        ({"exp": WHOLE}, words.IdentityTokenExpired),
        ({"exp": WHOLE - 1}, words.IdentityTokenExpired),
        ({"exp": -1}, words.IdentityTokenExpired),
        ({"exp": WHOLE + 60.5}, words.ClaimInvalid),
        ({"exp": str(WHOLE + 60)}, words.ClaimInvalid),
        ({"exp": True}, words.ClaimInvalid),
        ({"exp": [WHOLE + 60]}, words.ClaimInvalid),
        ({"nbf": "soon"}, words.ClaimInvalid),
        ({"nbf": WHOLE + LEEWAY + 1}, words.TokenNotYetValid),
        ({"iat": WHOLE + LEEWAY + 1}, words.TokenNotYetValid),
        ({"aud": "nobody"}, words.WrongAudience),
        ({"aud": "APP"}, words.WrongAudience),
        ({"aud": ["nobody", "else"]}, words.WrongAudience),
        ({"aud": ["nobody"], "azp": "stranger"}, words.WrongAudience),
        ({"aud": "app", "azp": "stranger"}, words.WrongAudience),
        ({"aud": 7}, words.ClaimInvalid),
        ({"aud": ["app", 7]}, words.ClaimInvalid),
        ({"aud": {"app": 1}}, words.ClaimInvalid),
        ({"azp": 7}, words.ClaimInvalid),
        ({"sub": 7}, words.ClaimInvalid),
        ({"sub": ["person-7"]}, words.ClaimInvalid),
        ({"sub": "x" * 256}, words.ClaimInvalid),
        ({"sub": "line\nbreak"}, words.ClaimInvalid),
        ({"sub": "\u0000"}, words.ClaimInvalid),
        ({SOURCE: 7}, words.ClaimInvalid),
        ({SOURCE: "a"}, words.ClaimInvalid),
        ({SOURCE: "a" * 65}, words.ClaimInvalid),
        ({SOURCE: "aws:ann"}, words.ClaimInvalid),
        ({SOURCE: "ann\n"}, words.ClaimInvalid),
        ({TAGS: "team=blue"}, words.ClaimInvalid),
        ({TAGS: []}, words.ClaimInvalid),
        ({TAGS: {"principal_tags": []}}, words.ClaimInvalid),
        ({TAGS: {"principal_tags": {"team": ["a", "b"]}}}, words.ClaimInvalid),
        ({TAGS: {"principal_tags": {"team": []}}}, words.ClaimInvalid),
        ({TAGS: {"principal_tags": {"team": 7}}}, words.ClaimInvalid),
        ({TAGS: {"principal_tags": {"": "x"}}}, words.ClaimInvalid),
        ({TAGS: {"principal_tags": {"k" * 129: "x"}}}, words.ClaimInvalid),
        ({TAGS: {"principal_tags": {"team": "v" * 257}}}, words.ClaimInvalid),
        ({TAGS: {"principal_tags": {"a\u0007b": "x"}}}, words.ClaimInvalid),
        ({TAGS: {"principal_tags": {"team": "a*"}}}, words.ClaimInvalid),
        ({TAGS: {"principal_tags": {f"k{number}": "v" for number in range(51)}}}, words.ClaimInvalid),
        ({TAGS: {"principal_tags": {"team": "x"}, "transitive_tag_keys": [7]}}, words.ClaimInvalid),
        ({TAGS: {"principal_tags": {"team": "x", "Team": "y"}}}, refusals.DuplicateTagKeys),
        ({TAGS: {"principal_tags": {"team": "x"}}, f"{TAGS}/principal_tags/TEAM": "y"}, refusals.DuplicateTagKeys),
        ({TAGS: {"principal_tags": {"aws:team": "x"}}}, refusals.TagKeyReserved),
        ({TAGS: {"transitive_tag_keys": ["team"]}}, refusals.TransitiveKeyNotPassed),
    ],
)
def test_claims_that_are_not_believed(claims: dict[str, Any], refusal: type[Refusal]) -> None:
    refuses(refusal, **claims)


def test_refusals_have_aws_s_words() -> None:
    assert refuses(words.MissingClaim, sub=None).message == "Missing a required claim: sub"
    assert refuses(words.WrongAudience, aud="nobody").message == "Incorrect token audience"
    expired = refuses(words.IdentityTokenExpired, exp=WHOLE - 5)
    assert (expired.code, expired.status) == ("ExpiredTokenException", 400)
    assert expired.message == (
        f"Token expired: current date/time {WHOLE} must be before the expiration date/time {WHOLE - 5}"
    )
    assert "(You may see this error if you sent an Access Token)" in refuses(words.NotAToken, "junk").message


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": WHOLE + 1},
        {"exp": 10**15},
        {"iat": WHOLE + LEEWAY, "nbf": WHOLE + LEEWAY},
        {"iat": None},
        {"nbf": 0},
        {"aud": ["app"]},
        {"aud": ["nobody", "app"]},
        {"aud": "somebody", "azp": "app"},
        {"sub": "x" * 255},
        {"sub": "system:serviceaccount:default:\u00e9\u4e2d"},
        {"amr": 7},
        {"email": ["not", "a", "text"]},
        {"deep": {"a": [{"b": 1}]}},
    ],
)
def test_claims_that_are_believed(claims: dict[str, Any]) -> None:
    assert Federation().identity(GOOD | claims).audience == "app"


def keys(**claims: Any) -> Mapping[str, Any]:
    world = Federation()
    asking = replace(world.asking_with(""), caller=world.caller(token(GOOD | claims)))
    return OPERATIONS["sts", NAME].on(asking).keys()


def test_conditions_can_ask_what_the_token_says() -> None:
    found = keys(amr=["pwd", "otp"], email="ann@example.com", repository="org/repo", roles=["admin"], **{SOURCE: "ann"})
    issuer = "issuer.example/realm"
    assert {name: value for name, value in found.items() if value is not None} == {
        f"{issuer}:aud": "app",
        f"{issuer}:sub": "person-7",
        f"{issuer}:amr": ("pwd", "otp"),
        f"{issuer}:email": "ann@example.com",
        f"{issuer}:repository": "org/repo",
        "sts:sourceidentity": "ann",
    }


def test_an_authorised_party_is_the_audience_and_the_audience_another() -> None:
    found = keys(aud="backend", azp="app")
    assert (found["issuer.example/realm:aud"], found["issuer.example/realm:oaud"]) == ("app", "backend")
    assert keys(aud=["a", "b"], azp="app")["issuer.example/realm:oaud"] == ("a", "b")
    assert keys(aud=["a"], azp="app")["issuer.example/realm:oaud"] == "a"
    assert "issuer.example/realm:oaud" not in keys()
    assert keys(amr="pwd")["issuer.example/realm:amr"] == ("pwd",)


@pytest.mark.parametrize(
    "claims",
    [
        {TAGS: {"principal_tags": {"team": ["blue"], "Stage": [""]}, "transitive_tag_keys": ["team"]}},
        {TAGS: {"principal_tags": {"team": "blue", "Stage": ""}, "transitive_tag_keys": ["TEAM"]}},
        {
            f"{TAGS}/principal_tags/team": "blue",
            f"{TAGS}/principal_tags/Stage": "",
            f"{TAGS}/transitive_tag_keys": ["team"],
        },
        {
            TAGS: {"principal_tags": {"team": "blue"}},
            f"{TAGS}/principal_tags/Stage": [""],
            f"{TAGS}/transitive_tag_keys": "team",
        },
    ],
    ids=["nested", "nested texts", "flat", "mixed"],
)
def test_tags_come_in_both_forms(claims: dict[str, Any]) -> None:
    world = Federation()
    reply = world.assume(token(GOOD | claims))
    session = world.session(reply)
    assert dict(session.tags) == {"team": "blue", "Stage": ""}
    assert session.transitive_tag_keys == ("team",)
    assert reply["PackedPolicySize"] == 1
    assert keys(**claims)["sts:transitivetagkeys"] == ("team",)


def test_a_source_identity_is_kept_and_told() -> None:
    world = Federation()
    reply = world.assume(token(GOOD | {SOURCE: "ann@example.com"}))
    assert reply["SourceIdentity"] == world.session(reply).source_identity == "ann@example.com"


@pytest.mark.parametrize(
    ("claims", "actions"),
    [
        ({}, []),
        ({TAGS: {}}, []),
        ({TAGS: {"principal_tags": {"team": "blue"}}}, ["sts:TagSession"]),
        ({SOURCE: "ann"}, ["sts:SetSourceIdentity"]),
        ({SOURCE: "ann", f"{TAGS}/principal_tags/team": "blue"}, ["sts:TagSession", "sts:SetSourceIdentity"]),
    ],
)
def test_tagging_and_naming_need_their_own_allow(claims: dict[str, Any], actions: list[str]) -> None:
    world = Federation()
    offered = OPERATIONS["sts", NAME]
    asking = replace(world.asking_with(""), caller=world.caller(token(GOOD | claims)))
    assert [need.action for need in offered.also(asking, offered.on(asking))] == actions


def test_a_role_that_is_missing_trusts_nobody() -> None:
    world = Federation()
    arn = iam_arn(ACCOUNT, "role/Nobody")
    caller = world.caller(token(), role_arn=arn)
    target = OPERATIONS["sts", NAME].on(replace(world.asking_with("", role_arn=arn), caller=caller))
    assert (target.arn, target.account, target.policy, target.trust) == (arn, ACCOUNT, None, True)


def test_a_token_is_never_kept_on_record() -> None:
    assert "web_identity_token" not in OPERATIONS["sts", NAME].journal


def test_the_largest_session_fits_its_token() -> None:
    arn = iam_arn(ACCOUNT, f"role/{'p' * 510}/{'r' * 64}")
    world = Federation(role(arn))
    claims = GOOD | {"sub": "s" * 255, SOURCE: "i" * 64, TAGS: {"principal_tags": {"k" * 128: "v" * 128}}}
    more = {"role_arn": arn, "role_session_name": "n" * 64, "policy": READ + " " * (2_048 - len(READ))}
    reply = world.assume(token(claims), **more)
    assert reply["SessionTokenSize"] <= LARGEST_TOKEN
    caller = world.holder(reply)
    for _ in range(LONGEST_CHAIN - 1):
        reply = world.ask("assume_role", caller, role_arn=arn, role_session_name="n" * 64, policy=more["policy"])
        caller = world.holder(reply)
    assert reply["SessionTokenSize"] <= LARGEST_TOKEN
