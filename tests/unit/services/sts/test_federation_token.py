"""GetFederationToken: a named guest of a user."""

import pytest

from tests.unit.services.sts.world import ACCOUNT, NOW, READ, USER, World, root, user
from watchword.domain.principal import PrincipalType
from watchword.policy import MalformedPolicy
from watchword.services.sts import refusals

GUEST_ARN = f"arn:aws:sts::{ACCOUNT}:federated-user/Bob"


def test_the_guest_is_named_and_its_host_is_known() -> None:
    world = World()
    reply = world.ask("get_federation_token", user(), name="Bob")
    assert reply["FederatedUser"] == {"FederatedUserId": f"{ACCOUNT}:Bob", "Arn": GUEST_ARN}
    assert reply["PackedPolicySize"] == 0
    session = world.session(reply)
    assert session.type is PrincipalType.FEDERATED_USER
    assert (session.unique_id, session.issuer_arn) == (USER.unique_id, USER.arn)
    assert session.expires_at == int(NOW) + 43_200


def test_policy_and_tags_narrow_and_mark_the_guest() -> None:
    world = World()
    tags = [{"Key": "Department", "Value": "Marketing"}]
    reply = world.ask("get_federation_token", user(), name="Bob", policy=READ, tags=tags, duration_seconds=900)
    session = world.session(reply)
    assert (session.policies, session.tags, session.transitive_tag_keys) == (
        (READ,),
        (("Department", "Marketing"),),
        (),
    )
    assert reply["PackedPolicySize"] > 0


def test_root_s_guest_stays_an_hour() -> None:
    world = World()
    for asked in (None, 129_600):
        session = world.session(world.ask("get_federation_token", root(), name="Bob", duration_seconds=asked))
        assert session.expires_at == int(NOW) + 3_600


def test_session_credentials_federate_nobody() -> None:
    world = World()
    caller = world.holder(world.ask("get_session_token", user()))
    with pytest.raises(refusals.SessionCredentialsRefused) as caught:
        world.target("get_federation_token", caller, name="Bob")
    assert caught.value.message == "Cannot call GetFederationToken with session credentials"


def test_a_malformed_policy_is_refused() -> None:
    with pytest.raises(MalformedPolicy):
        World().ask("get_federation_token", user(), name="Bob", policy="{}")


def test_it_is_decided_on_the_guest_and_tags_need_their_own_allow() -> None:
    assert World().target("get_federation_token", user(), name="Bob").arn == GUEST_ARN
    assert World().needs("get_federation_token", user(), name="Bob") == ()
    tags = [{"Key": "a", "Value": "b"}]
    assert World().needs("get_federation_token", user(), name="Bob", tags=tags) == ("sts:TagSession",)
