"""An organization with its policies, as a test has it in hand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.support.accounts import Member
from tests.support.authority import Authority

SCP, RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"
FULL_ACCESS, RCP_FULL_ACCESS = "p-FullAWSAccess", "p-RCPFullAWSAccess"


@dataclass(frozen=True, slots=True)
class Organized:
    """The administrator's organization, a member of it, and a client of Organizations."""

    authority: Authority
    client: Any
    root: str
    member: Member

    def enable(self, kind: str) -> None:
        self.client.enable_policy_type(RootId=self.root, PolicyType=kind)

    def policy(self, content: str, name: str = "limits", kind: str = SCP) -> str:
        """Make a policy; gives its id."""
        made = self.client.create_policy(Content=content, Description="", Name=name, Type=kind)["Policy"]
        policy_id: str = made["PolicySummary"]["Id"]
        return policy_id

    def attach(self, policy_id: str, target: str = "") -> None:
        """Attach a policy, to the member unless to something else."""
        self.client.attach_policy(PolicyId=policy_id, TargetId=target or self.member.account_id)

    def detach(self, policy_id: str, target: str = "") -> None:
        self.client.detach_policy(PolicyId=policy_id, TargetId=target or self.member.account_id)

    def unit(self, name: str, parent: str = "") -> str:
        """Make an organizational unit; gives its id."""
        made = self.client.create_organizational_unit(ParentId=parent or self.root, Name=name)["OrganizationalUnit"]
        unit_id: str = made["Id"]
        return unit_id

    def move(self, source: str, destination: str) -> None:
        """Move the member."""
        self.client.move_account(
            AccountId=self.member.account_id, SourceParentId=source, DestinationParentId=destination
        )

    def attached(self, target: str, kind: str = SCP) -> set[str]:
        """Give the ids of the policies of a type that something has attached."""
        told = self.client.list_policies_for_target(TargetId=target, Filter=kind)["Policies"]
        return {policy["Id"] for policy in told}


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def scp(effect: str, *actions: str, **more: Any) -> str:
    """Write an SCP of one statement."""
    return document({"Effect": effect, "Action": list(actions), "Resource": "*", **more})


def rcp(*actions: str, **more: Any) -> str:
    """Write an RCP of one statement."""
    return document({"Effect": "Deny", "Principal": "*", "Action": list(actions), "Resource": "*", **more})
