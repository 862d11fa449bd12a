"""The same inventory against moto's server, so that nothing depends on our authority's manners."""

from __future__ import annotations

import time

import botocore.session
import pytest

from tests.clients.peer import peer
from watchword.rotation.access import Calls, Hub, open_hub
from watchword.rotation.inventory import look, look_at_user
from watchword.rotation.rules import Rules, read_rules
from watchword.rotation.seen import Account, Known

__all__ = ["peer"]

ACCOUNT = "210987654321"
DUE = "[ages]\nreplace = 1\ndeactivate = 2\ndelete = 3\nlimit = 4\nwarn = []\n"
DAYS = 2 * 86400.0


@pytest.fixture
def rules(peer: dict[str, str]) -> Rules:
    return read_rules(f"[aws]\nendpoint_url = '{peer['AWS_ENDPOINT_URL']}'\naccounts = ['{ACCOUNT}']\n{DUE}")


@pytest.fixture
def hub(peer: dict[str, str], rules: Rules) -> Hub:
    session = botocore.session.Session()
    session.set_credentials(peer["AWS_ACCESS_KEY_ID"], peer["AWS_SECRET_ACCESS_KEY"])
    return open_hub(rules.aws, calls=Calls(calls_per_second=1000), session=session)


def test_users_of_another_account_are_read(hub: Hub, rules: Rules) -> None:
    (account,) = hub.accounts()
    assert account == Account(ACCOUNT)
    member = hub.member(account)
    member.iam.create_user(UserName="ann", Path="/people/", Tags=[{"Key": "owner", "Value": "ann@example.com"}])
    key = member.iam.create_access_key(UserName="ann")["AccessKey"]
    member.iam.create_user(UserName="bob")
    member.iam.create_group(GroupName=rules.exempt_group)
    member.iam.add_user_to_group(GroupName=rules.exempt_group, UserName="ann")

    found = look(member, rules, ahead=DAYS, pause=lambda _: None)
    assert (found.failed, found.total) == ("", 2)
    (ann,) = found.users
    assert (ann.account, ann.name, ann.path, ann.tags) == (ACCOUNT, "ann", "/people/", {"owner": "ann@example.com"})
    assert [one.id for one in ann.keys] == [key["AccessKeyId"]]
    assert ann.keys[0].use.known is Known.NEVER
    assert ann.exempt_group == rules.exempt_group
    assert ann.unread == ()
    assert look_at_user(member, "ann", rules) == ann
    assert abs(ann.keys[0].created - time.time()) < 60
