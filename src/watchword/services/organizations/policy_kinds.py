"""The types of policy that an organization has, what each may hold, and how a text of each is checked."""

from __future__ import annotations

from dataclasses import dataclass

from watchword.policy import Kind, MalformedPolicy, parse
from watchword.services.organizations import management_policies
from watchword.services.organizations.policy_refusals import MalformedPolicyDocument, PolicyTooLarge
from watchword.store.organization_policies import RCP, SCP


@dataclass(frozen=True, slots=True)
class PolicyKind:
    """One type. `size` is in characters, white space counted; `attached` is to one target; `top` is its one element.

    Source: Organizations User Guide, "Quotas and service limits", as of 2026-05-15 for SCPs.
    """

    size: int = 10_000
    attached: int = 10
    policies: int = 1_000
    top: str = ""


KINDS = {
    SCP: PolicyKind(size=10_240, policies=10_000),
    RCP: PolicyKind(size=5_120, attached=5),
    "TAG_POLICY": PolicyKind(top="tags"),
    "BACKUP_POLICY": PolicyKind(top="plans"),
    "AISERVICES_OPT_OUT_POLICY": PolicyKind(size=2_500, attached=5, top="services"),
    "CHATBOT_POLICY": PolicyKind(attached=5, top="chatbot"),
    "DECLARATIVE_POLICY_EC2": PolicyKind(top="ec2_attributes"),
    "SECURITYHUB_POLICY": PolicyKind(),
    "SECURITYHUB_CSPM_POLICY": PolicyKind(),
    "INSPECTOR_POLICY": PolicyKind(),
    "UPGRADE_ROLLOUT_POLICY": PolicyKind(),
    "BEDROCK_POLICY": PolicyKind(),
    "S3_POLICY": PolicyKind(),
    "NETWORK_SECURITY_DIRECTOR_POLICY": PolicyKind(),
    "GUARDDUTY_POLICY": PolicyKind(),
}


def check(kind: str, content: str) -> None:
    """Refuse a text that a policy of this type cannot have.

    Raises PolicyTooLarge, MalformedPolicyDocument.
    """
    if len(content) > KINDS[kind].size:
        raise PolicyTooLarge
    try:
        if kind in {SCP, RCP}:
            _check_language(kind, content)
        else:
            _check_management(kind, content)
    except (MalformedPolicy, management_policies.NotAPolicyError) as error:
        raise MalformedPolicyDocument from error


def _check_language(kind: str, content: str) -> None:
    document = parse(content, Kind.SCP if kind == SCP else Kind.RCP)
    if not document.variables:  # Organizations User Guide, "SCP syntax": Version is there, and is the newer one
        raise MalformedPolicyDocument


def _check_management(kind: str, content: str) -> None:
    top = KINDS[kind].top
    if top and set(management_policies.read(content)) != {top}:
        raise MalformedPolicyDocument
    management_policies.merged([[content]])
