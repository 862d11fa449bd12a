"""AssumeRoleWithSAML: whom a response vouches for, and what the session becomes."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from hashlib import sha1
from typing import Any, cast

import pytest

from tests.support.saml import ATTRIBUTES, ENTITY_ID, Said, another_provider, encoded, entitled, the_provider
from tests.unit.services.sts.world import ACCOUNT, NOW, READ, ROLE_ARN, SmallDirectory, World, role
from watchword.crypto.saml import read_metadata
from watchword.crypto.saml import refusals as saml
from watchword.domain.arn import iam_arn
from watchword.domain.principal import ANONYMOUS, PrincipalType
from watchword.domain.refusal import Refusal
from watchword.policy import Decision, Kind, Outcome
from watchword.services.directory import Miss
from watchword.services.known import KnownRole, KnownSamlProvider
from watchword.services.operation import OPERATIONS, Asking, Call, Caller, Reply, Target
from watchword.services.sts import refusals, saml_refusals
from watchword.services.sts.refusals import RequestArnInvalid
from watchword.services.sts.saml import vouched_for
from watchword.services.sts.saml_keys import LISTS, STRINGS
from watchword.store.tx import Tx

PROVIDER_ARN = iam_arn(ACCOUNT, "saml-provider/Corp")
KNOWN = KnownSamlProvider(
    PROVIDER_ARN, ACCOUNT, "Corp", "SAMLSPABC", read_metadata(the_provider().metadata()), int(NOW) + 1_000
)
OFFERED = OPERATIONS["sts", "assume_role_with_saml"]
NOBODY = Caller(ANONYMOUS, "")
AWS = "https://aws.amazon.com/SAML/Attributes/"


class WithProvider(SmallDirectory):
    __slots__ = ("provider",)

    provider: KnownSamlProvider | None

    def saml_provider(self, arn: str) -> KnownSamlProvider | None:
        return self.provider if self.provider and self.provider.arn == arn else None


class SamlWorld(World):
    def __init__(self, *roles: KnownRole, provider: KnownSamlProvider | None = KNOWN) -> None:
        super().__init__(*roles)
        directory = WithProvider(self.directory.roles, {})
        directory.provider = provider
        self.directory = directory

    def vouched(self, parameters: dict[str, Any]) -> Asking:
        """Say who asks, as the edge does on a worker thread."""
        asking = replace(self.asking(NOBODY, **parameters), transaction=cast("Tx", object()))
        return replace(asking, caller=vouched_for(asking), transaction=None)

    def assume(self, said: Said | None = None, **more: Any) -> Reply:
        asking = self.vouched(asked(said, **more))
        call = Call(Decision(Outcome.ALLOW, Kind.TRUST), asking, OFFERED.on(asking), "request")
        return OFFERED.handler(call, **asking.parameters)

    def aimed(self, said: Said | None = None, **more: Any) -> Target:
        return OFFERED.on(self.vouched(asked(said, **more)))


def says(session: str = "ann", **more: Any) -> Said:
    return Said(NOW, entitled(ROLE_ARN, PROVIDER_ARN, session, **more))


def asked(said: Said | None = None, **more: Any) -> dict[str, Any]:
    response = encoded(the_provider().respond(said or says()))
    return {"role_arn": ROLE_ARN, "principal_arn": PROVIDER_ARN, "saml_assertion": response, **more}


def refused(kind: type[Refusal], said: Said | None = None, text: str | None = None, **more: Any) -> None:
    with pytest.raises(kind, match=text) as caught:
        SamlWorld(role()).assume(said, **more)
    assert type(caught.value) is kind


def test_the_answer_has_everything_that_aws_tells() -> None:
    world = SamlWorld(role())
    reply = world.assume()
    assert reply["AssumedRoleUser"] == {
        "AssumedRoleId": "AROAReader:ann",
        "Arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/Reader/ann",
    }
    assert (reply["Subject"], reply["SubjectType"], reply["Issuer"]) == ("ann@example.com", "persistent", ENTITY_ID)
    assert reply["Audience"] == "https://signin.aws.amazon.com/saml"
    assert reply["NameQualifier"] == b64encode(sha1(f"{ENTITY_ID}{ACCOUNT}/Corp".encode()).digest()).decode()
    assert reply["Credentials"]["Expiration"] == int(NOW) + 3_600
    assert "PackedPolicySize" not in reply
    assert "SourceIdentity" not in reply


def test_the_name_qualifier_is_as_aws_s_own_example_has_it() -> None:
    """Source: STS API, AssumeRoleWithSAML, NameQualifier: BASE64 ( SHA1 ( ... ) )."""
    example = replace(KNOWN, account="123456789012", name="MySAMLIdP")
    claims = SamlWorld(role()).vouched(asked()).caller.vouched
    claims = replace(claims, provider=example, assertion=replace(claims.assertion, issuer="https://example.com/saml"))
    expected = b64encode(sha1(b"https://example.com/saml" + b"123456789012" + b"/MySAMLIdP").digest()).decode()
    assert claims.name_qualifier == expected


def test_the_session_knows_who_vouched_for_whom() -> None:
    world = SamlWorld(role())
    session = world.session(world.assume())
    assert (session.type, session.account, session.name) == (PrincipalType.ASSUMED_ROLE, ACCOUNT, "ann")
    assert session.federated_provider == PROVIDER_ARN
    assert session.federated_subject == "ann@example.com"
    assert session.federated_audience == "https://signin.aws.amazon.com/saml"
    assert session.federated_subject_type == "persistent"
    assert len(session.federated_name_qualifier) == 28
    (link,) = session.chain
    assert link.arn == f"{PROVIDER_ARN}:https://signin.aws.amazon.com/saml:ann@example.com"
    assert (link.access_key_id, session.issuing_key_id) == ("", "")


def test_the_caller_is_nobody_s_account() -> None:
    who = SamlWorld(role()).vouched(asked()).caller.principal
    assert (who.type, who.account, who.arn) == (PrincipalType.SAML_USER, "", PROVIDER_ARN)
    assert (who.unique_id, who.name) == ("", "ann@example.com")


def test_it_is_never_verified_on_the_event_loop() -> None:
    assert OFFERED.asks is vouched_for
    with pytest.raises(Miss):
        vouched_for(SamlWorld(role()).asking(NOBODY, **asked()))


def test_the_clock_of_a_sandbox_is_not_the_provider_s() -> None:
    world = SamlWorld(role())
    world.tools.clock.ahead = 10_000_000
    assert world.assume()["Credentials"]["Expiration"] == int(NOW) + 3_600  # by the asking's own time


@pytest.mark.parametrize(
    "given",
    [
        {"role_arn": "arn:aws:iam::111122223333:user/ann"},
        {"role_arn": PROVIDER_ARN},
        {"principal_arn": ROLE_ARN},
        {"principal_arn": "arn:aws:iam::111122223333:oidc-provider/x"},
        {"principal_arn": PROVIDER_ARN + "\n"},
    ],
)
def test_arns_must_be_a_role_s_and_a_provider_s(given: dict[str, str]) -> None:
    refused(RequestArnInvalid, None, "^Request ARN is invalid$", **given)


def test_an_unknown_provider_vouches_for_nobody() -> None:
    with pytest.raises(saml_refusals.ProviderUnknown, match=r"^Specified provider doesn't exist$"):
        SamlWorld(role(), provider=None).assume()


def test_metadata_that_has_expired_vouches_for_nobody() -> None:
    with pytest.raises(saml.MetadataExpired):
        SamlWorld(role(), provider=replace(KNOWN, valid_until=int(NOW))).assume()


def test_the_response_of_another_provider_is_refused() -> None:
    refused(saml.SignatureInvalid, saml_assertion=encoded(another_provider().respond(says())))


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (Said(NOW, {}, issued=-300), saml.RedeemedTooLate),
        (Said(NOW, {}, issued=61), saml.NotYetValid),
        (Said(NOW, {}, valid_from=61), saml.NotYetValid),
        (Said(NOW, {}, valid_for=0), saml.ResponseExpired),
        (Said(NOW, {}, confirmed_for=0), saml.ResponseExpired),
        (Said(NOW, {}, session_for=0), saml.ResponseExpired),
        (Said(NOW, {}, recipient="https://sp.example.com/acs"), saml.RecipientWrong),
        (Said(NOW, {}, recipient="https://signin.aws.amazon.com/saml/acs/SAMLSPOTHER"), saml.RecipientWrong),
        (Said(NOW, {}, audiences=""), saml.AudienceMissing),
        (Said(NOW, {}, issuer="https://other.example.com"), saml.IssuerUnknown),
        (Said(NOW, {}, status="urn:oasis:names:tc:SAML:2.0:status:Requester"), saml.SignInRejected),
        (Said(NOW, {}, name=""), saml_refusals.NotEntitled),
        (Said(NOW, {}), saml_refusals.RolesMissing),
        (Said(NOW, {AWS + "Role": f"{ROLE_ARN},{PROVIDER_ARN}"}), saml_refusals.SessionNameMissing),
    ],
    ids=str,
)
def test_a_response_that_does_not_count_is_refused(said: Said, kind: type[Refusal]) -> None:
    refused(kind, said)


@pytest.mark.parametrize("name", ["a", "a" * 65, "a b", "é1", "a/b", "a\nb", ["ann", "bob"]])
def test_session_names_keep_to_aws_s_pattern(name: Any) -> None:
    said = Said(NOW, {**says().attributes, ATTRIBUTES + "RoleSessionName": name})
    refused(
        saml_refusals.SessionNameInvalid,
        said,
        r"RoleSessionName in AuthnResponse must match \[a-zA-Z_0-9\+=,\.@-\]\{2,64\}$",
    )


@pytest.mark.parametrize("name", ["a", "aws:ann", "a" * 65, "a b", ["ann", "bob"]])
def test_source_identities_keep_to_aws_s_pattern(name: Any) -> None:
    refused(saml_refusals.SourceIdentityInvalid, says(SourceIdentity=name), 'and not begin with "aws:"$')


@pytest.mark.parametrize("seconds", ["", "899", "43201", "soon", "9e3", "-900", "1800.0", ["900", "1000"]])
def test_session_durations_are_numbers_of_seconds(seconds: Any) -> None:
    refused(saml_refusals.SessionDurationInvalid, says(SessionDuration=seconds))


@pytest.mark.parametrize(
    ("asked_for", "given", "session_for", "lasts"),
    [
        (None, None, None, 3_600),
        (None, "7200", None, 3_600),
        (None, "1800", None, 1_800),
        (7_200, None, None, 7_200),
        (7_200, "1800", None, 1_800),
        (1_200, "1800", None, 1_200),
        (7_200, "43200", 5_000, 5_000),
        (None, None, 600, 600),
    ],
)
def test_a_session_lasts_as_asked_and_no_longer_than_the_provider_lets_it(
    asked_for: int | None, given: str | None, session_for: float | None, lasts: int
) -> None:
    said = replace(says(**({"SessionDuration": given} if given else {})), session_for=session_for)
    world = SamlWorld(role(longest=43_200))
    expires = world.assume(said, duration_seconds=asked_for)["Credentials"]["Expiration"]
    assert lasts - 1 <= expires - int(NOW) <= lasts


def test_no_session_is_longer_than_its_role_allows() -> None:
    refused(refusals.RoleDurationExceeded, None, "^The requested DurationSeconds exceeds", duration_seconds=3_601)


def test_the_pair_may_stand_in_either_order_and_among_others() -> None:
    pairs = [f"{iam_arn(ACCOUNT, 'role/Other')},{PROVIDER_ARN}", f" {PROVIDER_ARN} , {ROLE_ARN} "]
    said = Said(NOW, {AWS + "Role": pairs, AWS + "RoleSessionName": "ann"})
    assert SamlWorld(role()).assume(said)["Subject"] == "ann@example.com"


@pytest.mark.parametrize(
    "pair",
    [
        "",
        ROLE_ARN,
        f"{iam_arn(ACCOUNT, 'role/Other')},{PROVIDER_ARN}",
        f"{ROLE_ARN},{iam_arn(ACCOUNT, 'saml-provider/Other')}",
        f"{ROLE_ARN},{PROVIDER_ARN},x",
        f"{ROLE_ARN};{PROVIDER_ARN}",
        f"{ROLE_ARN.lower()},{PROVIDER_ARN}",
    ],
)
def test_a_role_that_the_response_does_not_give_is_refused(pair: str) -> None:
    said = Said(NOW, {AWS + "Role": pair, AWS + "RoleSessionName": "ann"})
    refused(saml_refusals.NotEntitled, said, "^Not authorized to perform sts:AssumeRoleWithSAML$")


def test_the_target_is_the_role_and_its_trust() -> None:
    known = role(tags={"Team": "red", "kept": "1"})
    target = SamlWorld(known).aimed(says(PrincipalTag__team="blue"))
    assert (target.arn, target.account, target.policy, target.trust) == (ROLE_ARN, ACCOUNT, known.trust, True)
    assert target.request_tags() == {"team": "blue"}
    assert target.tags() == {"kept": "1", "team": "blue"}


def test_a_role_that_is_missing_trusts_nobody() -> None:
    target = SamlWorld().aimed()
    assert (target.arn, target.account, target.policy, target.trust) == (ROLE_ARN, ACCOUNT, None, True)
    assert target.subject is None


def test_the_trust_policy_sees_what_was_signed() -> None:
    said = replace(
        says(
            "run-7",
            SourceIdentity="ann",
            PrincipalTag__team="blue",
            TransitiveTagKeys=["team"],
        ),
        name_format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
    )
    keys = SamlWorld(role()).aimed(said).keys()
    assert keys == {
        "saml:aud": "https://signin.aws.amazon.com/saml",
        "saml:iss": ENTITY_ID,
        "saml:sub": "ann@example.com",
        "saml:sub_type": "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
        "saml:namequalifier": b64encode(sha1(f"{ENTITY_ID}{ACCOUNT}/Corp".encode()).digest()).decode(),
        "saml:doc": f"{ACCOUNT}/Corp",
        "sts:rolesessionname": "run-7",
        "sts:sourceidentity": "ann",
        "sts:transitivetagkeys": ("team",),
    }


def test_directory_attributes_become_keys() -> None:
    everything = {name: ["1", "2"] for name in (*LISTS, *STRINGS)}
    said = Said(NOW, {**everything, **says().attributes, "urn:other": "x"})
    keys = SamlWorld(role()).aimed(said).keys()
    assert keys["saml:edupersonaffiliation"] == ("1", "2")
    assert keys["saml:edupersonprincipalname"] == "1"
    assert {f"saml:{name}" for name in (*LISTS.values(), *STRINGS.values())} <= keys.keys()


def test_tags_pass_into_the_session_and_on() -> None:
    world = SamlWorld(role())
    said = says(PrincipalTag__team="blue", PrincipalTag__cost="", TransitiveTagKeys="team", SourceIdentity="ann")
    reply = world.assume(said)
    session = world.session(reply)
    assert (dict(session.tags), session.transitive_tag_keys) == ({"team": "blue", "cost": ""}, ("team",))
    assert (session.source_identity, reply["SourceIdentity"]) == ("ann", "ann")
    assert reply["PackedPolicySize"] == 1


@pytest.mark.parametrize(
    ("more", "actions"),
    [
        ({}, []),
        ({"PrincipalTag__team": "blue"}, ["sts:TagSession"]),
        ({"SourceIdentity": "ann"}, ["sts:SetSourceIdentity"]),
        ({"PrincipalTag__team": "blue", "SourceIdentity": "ann"}, ["sts:TagSession", "sts:SetSourceIdentity"]),
    ],
)
def test_tagging_and_naming_need_their_own_allow(more: dict[str, str], actions: list[str]) -> None:
    asking = SamlWorld(role()).vouched(asked(says(**more)))
    assert [need.action for need in OFFERED.also(asking, OFFERED.on(asking))] == actions


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"PrincipalTag__team": ["a", "b"]}, saml_refusals.PrincipalTagInvalid),
        ({"PrincipalTag__team": []}, saml_refusals.PrincipalTagInvalid),
        ({"PrincipalTag__": "a"}, saml_refusals.PrincipalTagInvalid),
        ({"PrincipalTag__" + "k" * 129: "a"}, saml_refusals.PrincipalTagInvalid),
        ({"PrincipalTag__team": "v" * 257}, saml_refusals.PrincipalTagInvalid),
        ({"PrincipalTag__team": "a\tb!"}, saml_refusals.PrincipalTagInvalid),
        ({f"PrincipalTag__{number}": "a" for number in range(51)}, saml_refusals.TooManyPrincipalTags),
        ({"PrincipalTag__team": "a", "PrincipalTag__Team": "b"}, refusals.DuplicateTagKeys),
        ({"PrincipalTag__aws:team": "a"}, refusals.TagKeyReserved),
        ({"TransitiveTagKeys": "team"}, refusals.TransitiveKeyNotPassed),
    ],
    ids=range(10),
)
def test_tags_keep_to_the_rules(more: dict[str, Any], kind: type[Refusal]) -> None:
    refused(kind, says(**more))


def test_session_policies_narrow_it() -> None:
    world = SamlWorld(role())
    reply = world.assume(policy=READ)
    assert world.session(reply).policies == (READ,)
    assert reply["PackedPolicySize"] > 0


def test_only_a_vouched_caller_is_served() -> None:
    with pytest.raises(TypeError):
        OFFERED.on(SamlWorld(role()).asking(NOBODY, **asked()))
