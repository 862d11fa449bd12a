"""GetSessionToken: the caller's own permissions, for a while."""

import pytest

from tests.unit.services.sts.world import ACCOUNT, NOW, ROOT, USER, USER_KEY, World, role, root, user
from watchword.domain.ids import account_of
from watchword.services.sts import refusals


@pytest.mark.parametrize(("asked", "seconds"), [(None, 43_200), (900, 900), (129_600, 129_600)])
def test_a_user_s_session_lives_as_long_as_asked(asked: int | None, seconds: int) -> None:
    world = World()
    reply = world.ask("get_session_token", user(), duration_seconds=asked)
    session = world.session(reply)
    assert session.expires_at == reply["Credentials"]["Expiration"] == int(NOW) + seconds
    assert session.principal() == USER
    assert account_of(reply["Credentials"]["AccessKeyId"]) == ACCOUNT
    assert [(link.arn, link.access_key_id) for link in session.chain] == [(USER.arn, USER_KEY)]


@pytest.mark.parametrize(("asked", "seconds"), [(None, 3_600), (900, 900), (3_600, 3_600), (129_600, 3_600)])
def test_root_s_session_is_cut_to_an_hour(asked: int | None, seconds: int) -> None:
    world = World()
    session = world.session(world.ask("get_session_token", root(), duration_seconds=asked))
    assert session.expires_at == int(NOW) + seconds
    assert session.principal() == ROOT


def test_session_credentials_give_no_session_token() -> None:
    world = World(role())
    own = world.holder(world.ask("get_session_token", user()))
    assumed = world.holder(
        world.ask("assume_role", user(), role_arn=role().arn, role_session_name="RoleSession1"),
    )
    for caller in (own, assumed):
        with pytest.raises(refusals.SessionCredentialsRefused) as caught:
            world.ask("get_session_token", caller)
        assert caught.value.message == "Cannot call GetSessionToken with session credentials"


def test_a_second_factor_is_given_whole() -> None:
    world = World()
    with pytest.raises(refusals.MfaHalfGiven):
        world.ask("get_session_token", user(), serial_number="GAHT12345678")
    with pytest.raises(refusals.MfaHalfGiven):
        world.ask("get_session_token", user(), token_code="123456")
