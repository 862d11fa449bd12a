"""The owner of an account: what root may without any policy, what nobody lets it do, and root of other accounts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.api.phone import Phone
from tests.stories.company import ADMINISTRATOR, EVERYTHING, Actor, Ask, Company, allow, deny, trust
from tests.support.refusals import refused

TASKS = "arn:aws:iam::aws:policy/root-task/"
AUDIT, DELETE = {"arn": TASKS + "IAMAuditRootUserCredentials"}, {"arn": TASKS + "IAMDeleteRootUserCredentials"}


def test_the_owner_makes_an_administrator_and_puts_the_root_key_away(rooted: Company) -> None:
    root = rooted.administrator
    assert root.identity() == rooted.arn("root")
    assert rooted.iam.get_account_summary()["SummaryMap"]["AccountAccessKeysPresent"] == 1
    ann = rooted.hire("ann")
    rooted.iam.attach_user_policy(UserName="ann", PolicyArn=ADMINISTRATOR)
    ann.terminal.aws("iam", "create-user", "--user-name", "bob")
    spare = Actor(root.authority, rooted.iam.create_access_key()["AccessKey"])
    spare.iam.update_access_key(AccessKeyId=root.key_id, Status="Inactive")
    with refused("InvalidClientTokenId"):
        root.identity()
    with refused("NoSuchEntity"):  # nobody has that user name: root's keys are root's own business
        ann.iam.delete_access_key(UserName="root", AccessKeyId=root.key_id)
    spare.iam.update_access_key(AccessKeyId=root.key_id, Status="Active")
    spare.iam.delete_access_key(AccessKeyId=spare.key_id)
    with refused("InvalidClientTokenId"):
        spare.identity()


def test_root_takes_no_role_at_the_terminal(rooted: Company) -> None:
    reader = rooted.role("reader", trust(rooted.account, rooted.arn("root")), EVERYTHING)
    line = ("sts", "assume-role", "--role-arn", reader, "--role-session-name", "root")
    told = rooted.administrator.terminal.refused("AccessDenied", *line)
    assert told == "Roles may not be assumed by root accounts."
    with refused("AccessDenied"):
        rooted.administrator.holding(rooted.administrator.sts.get_session_token()).take(reader)


def test_root_s_phone_opens_what_a_bare_session_does_not(rooted: Company) -> None:
    root = rooted.administrator
    assert rooted.iam.get_account_summary()["SummaryMap"]["AccountMFAEnabled"] == 0
    phone = Phone.new(root.authority, rooted.iam, "root-account-mfa-device").enable(rooted.iam, "root")
    assert rooted.iam.get_account_summary()["SummaryMap"]["AccountMFAEnabled"] == 1
    bare = root.holding(root.sts.get_session_token())
    assert bare.identity() == rooted.arn("root")
    with refused("InvalidClientTokenId"):
        bare.iam.list_users()
    shown = root.holding(root.sts.get_session_token(**phone.proof(), DurationSeconds=43_200))
    shown.iam.list_users()
    root.authority.advance(3_601)  # root's sessions last an hour, whatever was asked for
    with refused("ExpiredToken"):
        shown.identity()


def test_root_s_own_administrator_may_not_touch_root(rooted: Company) -> None:
    ann = rooted.hire("ann", EVERYTHING)
    phone = Phone.new(rooted.administrator.authority, rooted.iam).enable(rooted.iam, "root")
    attempts: list[Ask] = [
        lambda: ann.iam.deactivate_mfa_device(UserName="root", SerialNumber=phone.serial_number),
        lambda: ann.iam.create_access_key(UserName="root"),
        lambda: ann.iam.create_login_profile(UserName="root", Password="Correct-horse-1"),
        lambda: ann.iam.delete_user(UserName="root"),
        lambda: ann.iam.put_user_policy(UserName="root", PolicyName="not", PolicyDocument=json.dumps({})),
    ]
    for attempt in attempts:
        with refused("NoSuchEntity", status=404):
            attempt()
    with refused("DeleteConflict"):
        ann.iam.delete_virtual_mfa_device(SerialNumber=phone.serial_number)


def test_no_policy_binds_root(rooted: Company) -> None:
    """A user named `root` is somebody else, and denies for it are not root's."""
    impostor = rooted.hire("root", deny("*"))
    assert impostor.identity() == rooted.arn("user/root")
    with refused("AccessDenied"):
        impostor.iam.list_users()
    assert rooted.administrator.identity() == rooted.arn("root")
    rooted.iam.list_users()


def test_guests_of_root(rooted: Company) -> None:
    root = rooted.administrator
    guest = root.holding(
        root.sts.get_federation_token(Name="bob", Policy=json.dumps(policy(allow("cloudtrail:LookupEvents"))))
    )
    guest.trail.lookup_events()
    with refused("InvalidClientTokenId"):
        guest.iam.list_users()
    nothing = root.holding(root.sts.get_federation_token(Name="eve"))
    with refused("AccessDeniedException"):
        nothing.trail.lookup_events()


def policy(*statements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def test_the_organization_looks_after_a_member_s_root(company: Company, other: Company) -> None:
    """One task at a time, for a quarter of an hour, and for what that task names."""
    company.iam.enable_organizations_root_sessions()
    admin = company.administrator
    audit = admin.terminal.aws(
        *("sts", "assume-root", "--target-principal", other.account, "--task-policy-arn", f"arn={AUDIT['arn']}")
    )
    auditor = admin.holding(audit)
    assert auditor.identity() == other.arn("root")
    assert auditor.iam.list_access_keys()["AccessKeyMetadata"] == []
    assert auditor.iam.list_mfa_devices()["MFADevices"] == []
    assert auditor.iam.get_account_summary()["SummaryMap"]["AccountAccessKeysPresent"] == 0
    with refused("NoSuchEntity"):
        auditor.iam.get_login_profile()
    for more in (
        auditor.iam.create_access_key,
        auditor.iam.list_users,
        lambda: auditor.iam.list_access_keys(UserName="bea"),
        lambda: auditor.iam.create_user(UserName="eve"),
        lambda: auditor.take(other.arn("role/OrganizationAccountAccessRole")),
        auditor.sts.get_session_token,
        lambda: auditor.sts.get_federation_token(Name="eve"),
    ):
        with refused("AccessDenied", status=403):
            more()
    admin.authority.advance(901)
    with refused("ExpiredToken"):
        auditor.identity()


@pytest.mark.parametrize("task", [AUDIT, DELETE], ids=["audit", "delete"])
def test_nobody_else_takes_a_root_over(company: Company, other: Company, task: dict[str, str]) -> None:
    company.iam.enable_organizations_root_sessions()
    ann = company.hire("ann", allow("iam:*", "sts:AssumeRole"))
    everyone = {"ann": ann, "the member": other.administrator, "the member's own": other.hire("bea", EVERYTHING)}
    for target in (other.account, company.account, other.arn("root")):
        for actor in everyone.values():
            with refused("AccessDenied", status=403):
                actor.sts.assume_root(TargetPrincipal=target, TaskPolicyArn=task)
    with refused("AccessDenied"):  # nor does anybody the company's own
        company.administrator.sts.assume_root(TargetPrincipal=company.account, TaskPolicyArn=task)
    company.iam.disable_organizations_root_sessions()
    with refused("AccessDenied"):
        company.administrator.sts.assume_root(TargetPrincipal=other.account, TaskPolicyArn=task)
