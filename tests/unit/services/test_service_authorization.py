"""Each offered operation's action, resource and effect agree with AWS's Service Authorization Reference.

Everything here goes over all operations by itself; a new parameter that says what is acted on gets a line in `NAMED`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from tests.support.authorization_reference import DIFFERENCES, Aspect, listed
from tests.support.stores import ACCOUNT, NOW, fill, in_hand
from tests.unit.services.iam.documents import READ_ALL, trusting
from tests.unit.services.iam.house import House, as_user, house_on
from watchword.compose import offer
from watchword.compose.authority import SERVICES
from watchword.domain.arn import iam_arn
from watchword.services.directory import Directory
from watchword.services.memory import Memory
from watchword.services.operation import OPERATIONS, Asking, Caller, Way
from watchword.store import organizations
from watchword.store.opening import create_store
from watchword.store.organizations import INVITED, Member, Organization
from watchword.store.tx import Tx
from watchword.wire import Catalog
from watchword.wire.names import snake

AWSS = [service for service in SERVICES if service != "watchword"]
offer(SERVICES)
CATALOG = Catalog.load(AWSS)
OFFERED = {
    (service, name): OPERATIONS[service, snake(name)]
    for service in AWSS
    for name in CATALOG.operation_names(service)
    if (service, snake(name)) in OPERATIONS
}
TASK = "task/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS/5b7a4a11-0000-4000-8000-000000000000"
NAMED: dict[str, Any] = {
    "account_id": ACCOUNT,
    "add_replica_regions": [{"Region": "us-west-2"}],
    "arn": iam_arn(ACCOUNT, "user/people/ann"),
    "aws_service_name": "ecs.amazonaws.com",
    "child_id": ACCOUNT,
    "deletion_task_id": TASK,
    "destination_parent_id": "ou-exam-12345678",
    "group_name": "team",
    "handshake_id": "h-examplehandshakeid111",
    "instance_profile_name": "Web",
    "name": "Idp",
    "open_id_connect_provider_arn": iam_arn(ACCOUNT, "oidc-provider/issuer.example"),
    "organizational_unit_id": "ou-exam-12345678",
    "parent_id": "r-exam",
    "policy_arn": iam_arn(ACCOUNT, "policy/Reading"),
    "policy_id": "p-example12",
    "policy_name": "Reading",
    "policy_source_arn": iam_arn(ACCOUNT, "user/people/ann"),
    "resource_id": "ou-exam-12345678",
    "role_arn": iam_arn(ACCOUNT, "role/ops/Reader"),
    "role_name": "Reader",
    "root_id": "r-exam",
    "saml_provider_arn": iam_arn(ACCOUNT, "saml-provider/Idp"),
    "serial_number": iam_arn(ACCOUNT, "mfa/phone"),
    "server_certificate_name": "web",
    "service_name": "codecommit.amazonaws.com",
    "source_parent_id": "r-exam",
    "tags": [{"Key": "team", "Value": "blue"}],
    "target": {"Type": "ACCOUNT", "Id": "444455556666"},
    "target_id": "ou-exam-12345678",
    "target_principal": "444455556666",
    "task_policy_arn": {"arn": "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials"},
    "url": "https://issuer.example",
    "user_name": "ann",
    "virtual_mfa_device_name": "phone",
}
"""What parameters name, where the target is found by them; any other parameter says `x`."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account with one of each thing, and ann, who asks."""

    house: House
    ann: Caller
    key_id: str

    def asking(self, service: str, name: str, tx: Tx) -> Asking:
        """Ask with every parameter that is required, and with tags where they may be passed."""
        model = CATALOG.operation(service, name)
        wanted = model.required | ({"tags"} & set(model.inputs))
        parameters = {one: self.key_id if one == "access_key_id" else NAMED.get(one, "x") for one in wanted}
        tools = self.house.tools
        directory = Directory(Memory(), tools.vaults).reading(tx, remember=False)
        return Asking(self.ann, parameters, directory, tools, tools.clock.now(), tx, region="us-east-1")

    def acts_on(self, service: str, name: str) -> tuple[str, Sequence[str]]:
        """Give the ARN that an operation is authorised on, and the further actions that it needs."""
        operation = OFFERED[service, name]

        def find(tx: Tx) -> tuple[str, Sequence[str]]:
            asking = self.asking(service, name, tx)
            target = operation.on(asking)
            return target.arn, [need.action for need in operation.also(asking, target)]

        return self.house.store.read(find)


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    url = f"sqlite:///{tmp_path_factory.mktemp('reference')}/watchword.db"
    create_store(url, fill).close()
    with in_hand(url) as store:
        house = house_on(store)
        ann = house.ask("create_user", user_name="ann", path="/people/")["User"]
        house.ask("create_group", group_name="team")
        house.ask("create_policy", policy_name="Reading", policy_document=READ_ALL)
        house.ask("create_role", role_name="Reader", path="/ops/", assume_role_policy_document=trusting(ann["Arn"]))
        key = house.ask("create_access_key", user_name="ann")["AccessKey"]
        founded = Organization("o-exampleorgid", "r-exam", ACCOUNT, (), NOW)
        store.change(lambda tx: organizations.add(tx, founded))
        member = Member(ACCOUNT, founded.id, founded.root_id, INVITED, NOW)
        store.change(lambda tx: organizations.join(tx, member))
        yield Account(house, as_user(ann), key["AccessKeyId"])


def differences(account: Account, service: str, name: str) -> set[Aspect]:
    """Tell in what an operation differs from the reference."""
    found = listed(service, name)
    if found is None:
        return {Aspect.ACTION}
    changes = OFFERED[service, name].way is Way.CHANGE
    return {Aspect.LEVEL} if changes is not found.changes else set()


@pytest.mark.parametrize(("service", "name"), sorted(OFFERED), ids=lambda part: part)
def test_an_operation_agrees_with_the_reference(account: Account, service: str, name: str) -> None:
    expected = DIFFERENCES.get((service, name), {})
    found, reference = differences(account, service, name), listed(service, name)
    arn = "nothing that can be told without a verified token"
    if OFFERED[service, name].asks is None or service != "sts":
        arn, further = account.acts_on(service, name)
        for action in further:
            room, _colon, other = action.partition(":")
            assert listed(room, other) is not None, f"{action} is not in the reference"
    if reference is not None and not reference.takes(arn):
        found.add(Aspect.RESOURCE)
    assert found == set(expected), f"{arn} {reference}; a difference has its reason in DIFFERENCES, and no other row"


def test_only_offered_operations_have_differences() -> None:
    assert set(DIFFERENCES) <= set(OFFERED)
    assert all(reason for row in DIFFERENCES.values() for reason in row.values())
