from __future__ import annotations

from typing import Any

from tests.support.stores import ACCOUNT
from tests.unit.services.iam.documents import trusting
from tests.unit.services.iam.house import ROOT, House, refused
from watchword.services.directory import Directory
from watchword.services.iam.instance_profile_refusals import NoSuchInstanceProfile, NotInProfile
from watchword.services.iam.policy_refusals import NoSuchRole
from watchword.services.iam.refusals import LimitExceeded
from watchword.services.iam.service_linked_role_refusals import ProtectedRole
from watchword.services.memory import Memory
from watchword.services.operation import OPERATIONS, Asking
from watchword.store.tx import Tx

TRUST = trusting(f"arn:aws:iam::{ACCOUNT}:root")
PAIR: dict[str, Any] = {"instance_profile_name": "Web", "role_name": "web"}


def made(house: House) -> House:
    house.ask("create_instance_profile", instance_profile_name="Web", tags=[{"Key": "of", "Value": "profile"}])
    house.ask(
        "create_role",
        role_name="web",
        path="/tier/",
        assume_role_policy_document=TRUST,
        tags=[{"Key": "of", "Value": "role"}],
    )
    return house


def test_a_profile_holds_one_role(house: House) -> None:
    made(house).ask("add_role_to_instance_profile", **PAIR)
    house.ask("create_role", role_name="other", assume_role_policy_document=TRUST)
    for role in ("other", "web"):
        with refused(LimitExceeded, "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1"):
            house.ask("add_role_to_instance_profile", instance_profile_name="Web", role_name=role)


def test_what_is_not_there_is_neither_put_in_nor_taken_out(house: House) -> None:
    made(house)
    for name in ("add_role_to_instance_profile", "remove_role_from_instance_profile"):
        with refused(NoSuchInstanceProfile, "Instance Profile none cannot be found."):
            house.ask(name, instance_profile_name="none", role_name="web")
        with refused(NoSuchRole, "The role with name none cannot be found."):
            house.ask(name, instance_profile_name="Web", role_name="none")
    with refused(NotInProfile, "Role web in Instance Profile Web cannot be found."):
        house.ask("remove_role_from_instance_profile", instance_profile_name="WEB", role_name="WEB")


def test_a_service_linked_role_is_not_put_in(house: House) -> None:
    made(house).ask("create_service_linked_role", aws_service_name="ecs.amazonaws.com")
    with refused(ProtectedRole):
        house.ask("add_role_to_instance_profile", instance_profile_name="Web", role_name="AWSServiceRoleForECS")


def test_the_profile_is_decided_on_and_then_the_role(house: House) -> None:
    made(house)
    operation = OPERATIONS["iam", "add_role_to_instance_profile"]

    def decide(tx: Tx) -> None:
        asking = Asking(ROOT, PAIR, Directory(Memory(), house.tools.vaults), house.tools, 0, tx)
        target = operation.on(asking)
        assert target.arn == f"arn:aws:iam::{ACCOUNT}:instance-profile/Web"
        assert (dict(target.tags()), dict(target.keys())) == ({"of": "profile"}, {})
        (passing,) = operation.also(asking, target)
        assert passing.on is not None
        assert (passing.action, passing.on.arn) == ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/tier/web")
        assert passing.on.tags() == {"of": "role"}
        assert passing.on.keys() == {
            "iam:passedtoservice": "ec2.amazonaws.com",
            "iam:associatedresourcearn": f"arn:aws:ec2:*:{ACCOUNT}:instance/*",
        }

    house.store.read(decide)
