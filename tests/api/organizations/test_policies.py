"""Policies of an organization: made, told, changed, attached, detached and deleted."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.api.organizations.organization import FULL_ACCESS, RCP, RCP_FULL_ACCESS, SCP, Organized, rcp, scp
from tests.support.refusals import refused

NO_IAM = scp("Deny", "iam:*")
TAGS = json.dumps({"tags": {"team": {"tag_key": {"@@assign": "Team"}}}})


def why(call: Callable[..., object], *values: object, **named: object) -> tuple[str, str]:
    """Give the code with which a call is refused, and the reason that comes with it."""
    with pytest.raises(ClientError) as caught:
        call(*values, **named)
    answer: Any = caught.value.response
    return answer["Error"]["Code"], answer["Reason"]


def test_a_policy_is_made_told_changed_and_deleted(organized: Organized) -> None:
    client = organized.client
    made = client.create_policy(
        Content=NO_IAM, Description="no people", Name="ñ limits", Type=SCP, Tags=[{"Key": "team", "Value": "blue"}]
    )["Policy"]
    told = made["PolicySummary"]
    organization = client.describe_organization()["Organization"]
    owner, named = organization["MasterAccountId"], f"{organization['Id']}/service_control_policy/{told['Id']}"
    assert told == {
        "Id": told["Id"],
        "Arn": f"arn:aws:organizations::{owner}:policy/{named}",
        "Name": "ñ limits",
        "Description": "no people",
        "Type": SCP,
        "AwsManaged": False,
    }
    assert client.describe_policy(PolicyId=told["Id"])["Policy"] == made
    assert client.list_tags_for_resource(ResourceId=told["Id"])["Tags"] == [{"Key": "team", "Value": "blue"}]
    changed = client.update_policy(PolicyId=told["Id"], Description="")["Policy"]
    assert changed == {"PolicySummary": told | {"Description": ""}, "Content": NO_IAM}
    organized.policy(NO_IAM, "other")
    with refused("DuplicatePolicyException", status=400):
        client.update_policy(PolicyId=told["Id"], Name="other")
    client.update_policy(PolicyId=told["Id"], Name="ñ limits")
    client.delete_policy(PolicyId=told["Id"])
    with refused("PolicyNotFoundException", message="You specified a policy that doesn't exist."):
        client.describe_policy(PolicyId=told["Id"])
    organized.policy(NO_IAM, "ñ limits")


def test_policies_are_listed_by_type_and_page(organized: Organized) -> None:
    names = {f"name {number:02}" for number in range(5)} | {"aa", "zz"}
    for name in names:
        organized.policy(NO_IAM, name)
    organized.policy(TAGS, "aa", "TAG_POLICY")
    pages = organized.client.get_paginator("list_policies").paginate(Filter=SCP, PaginationConfig={"PageSize": 3})
    listed = [policy["Name"] for page in pages for policy in page["Policies"]]
    assert listed == sorted({*names, "FullAWSAccess"})
    assert [one["Name"] for one in organized.client.list_policies(Filter="TAG_POLICY")["Policies"]] == ["aa"]
    assert organized.client.list_policies(Filter="BACKUP_POLICY")["Policies"] == []
    with refused("InvalidInputException"):
        organized.client.list_policies(Filter=SCP, NextToken="made up")


def test_awss_own_policies_are_nobodys_to_change(organized: Organized) -> None:
    client = organized.client
    for policy_id, kind in ((FULL_ACCESS, SCP), (RCP_FULL_ACCESS, RCP)):
        told = client.describe_policy(PolicyId=policy_id)["Policy"]["PolicySummary"]
        assert (told["AwsManaged"], told["Arn"]) == (
            True,
            f"arn:aws:organizations::aws:policy/{kind.lower()}/{policy_id}",
        )
        for change in (client.update_policy, client.delete_policy):
            assert why(change, PolicyId=policy_id) == ("InvalidInputException", "IMMUTABLE_POLICY")


WRONG = {
    "nothing": (SCP, "{"),
    "principal": (SCP, scp("Deny", "iam:*", Principal="*")),
    "no version": (SCP, '{"Statement":{"Effect":"Deny","Action":"iam:*","Resource":"*"}}'),
    "old version": (SCP, NO_IAM.replace("2012-10-17", "2008-10-17")),
    "operator": (SCP, scp("Deny", "iam:*", Condition={"StringMatches": {"aws:username": "x"}})),
    "allow": (RCP, rcp("sts:*").replace("Deny", "Allow")),
    "everything": (RCP, rcp("*")),
    "one principal": (RCP, rcp("sts:*").replace('"Principal": "*"', '"Principal": {"AWS": "111122223333"}')),
    "no principal": (RCP, NO_IAM),
    "no such element": ("TAG_POLICY", json.dumps({"tag": {"x": {"tag_key": {"@@assign": "x"}}}})),
    "no such operator": ("TAG_POLICY", json.dumps({"tags": {"x": {"tag_key": {"@@put": "x"}}}})),
    "a list": ("BACKUP_POLICY", "[]"),
}


@pytest.mark.parametrize(("kind", "content"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_a_policy_is_refused(organized: Organized, kind: str, content: str) -> None:
    message = "The provided policy document does not meet the requirements of the specified policy type."
    with refused("MalformedPolicyDocumentException", status=400, message=message):
        organized.policy(content, kind=kind)
    kept = organized.policy(
        {SCP: NO_IAM, RCP: rcp("sts:*")}.get(kind, '{"plans": {}}' if "BACKUP" in kind else TAGS), kind=kind
    )
    with refused("MalformedPolicyDocumentException"):
        organized.client.update_policy(PolicyId=kept, Content=content)


def test_a_policy_has_a_largest_size(organized: Organized) -> None:
    for kind, most, text in ((SCP, 10_240, NO_IAM), (RCP, 5_120, rcp("sts:*")), ("TAG_POLICY", 10_000, TAGS)):
        organized.policy(text + " " * (most - len(text)), kind=kind)
        with refused("ConstraintViolationException", message="You have exceeded the maximum policy size."):
            organized.policy(text + " " * (most - len(text) + 1), "larger", kind)


def test_types_are_enabled_and_disabled_in_the_root(organized: Organized) -> None:
    client = organized.client
    assert client.list_roots()["Roots"][0]["PolicyTypes"] == []
    unit = organized.unit("unit")
    with refused(
        "PolicyTypeNotEnabledException", message="This operation can be performed only for enabled policy types."
    ):
        organized.attach(FULL_ACCESS)
    assert organized.attached(organized.root) == set()
    root = client.enable_policy_type(RootId=organized.root, PolicyType=SCP)["Root"]
    assert root["PolicyTypes"] == [{"Type": SCP, "Status": "ENABLED"}]
    assert client.list_roots()["Roots"] == [root]
    everything = {organized.root, unit, organized.member.account_id, organized.authority.account_id}
    assert {one["TargetId"] for one in client.list_targets_for_policy(PolicyId=FULL_ACCESS)["Targets"]} == everything
    with refused("PolicyTypeAlreadyEnabledException"):
        client.enable_policy_type(RootId=organized.root, PolicyType=SCP)
    with refused("RootNotFoundException"):
        client.enable_policy_type(RootId="r-none", PolicyType=RCP)
    policy = organized.policy(NO_IAM)
    organized.attach(policy)
    client.disable_policy_type(RootId=organized.root, PolicyType=SCP)
    assert client.list_targets_for_policy(PolicyId=policy)["Targets"] == []
    with refused("PolicyTypeNotEnabledException"):
        client.disable_policy_type(RootId=organized.root, PolicyType=SCP)
    organized.enable(SCP)
    assert organized.attached(organized.member.account_id) == {FULL_ACCESS}


def test_what_comes_later_has_full_access_from_its_first_moment(organized: Organized) -> None:
    organized.enable(SCP)
    organized.enable(RCP)
    unit = organized.unit("unit")
    made = organized.client.create_account(Email="late@example.com", AccountName="late")["CreateAccountStatus"]
    for target in (unit, made["AccountId"]):
        assert (organized.attached(target), organized.attached(target, RCP)) == ({FULL_ACCESS}, {RCP_FULL_ACCESS})
    organized.client.delete_organizational_unit(OrganizationalUnitId=unit)
    targets = organized.client.list_targets_for_policy(PolicyId=FULL_ACCESS)["Targets"]
    assert unit not in {one["TargetId"] for one in targets}


def test_a_policy_is_attached_and_detached(organized: Organized) -> None:
    client = organized.client
    organized.enable(SCP)
    policy, unit = organized.policy(NO_IAM), organized.unit("unit")
    for target in (organized.root, unit, organized.member.account_id):
        organized.attach(policy, target)
        with refused("DuplicatePolicyAttachmentException"):
            organized.attach(policy, target)
    pages = client.get_paginator("list_targets_for_policy").paginate(PolicyId=policy, PaginationConfig={"PageSize": 1})
    targets = {one["TargetId"]: (one["Type"], one["Name"]) for page in pages for one in page["Targets"]}
    assert targets == {
        organized.root: ("ROOT", "Root"),
        unit: ("ORGANIZATIONAL_UNIT", "unit"),
        organized.member.account_id: ("ACCOUNT", "other"),
    }
    with refused("PolicyInUseException"):
        client.delete_policy(PolicyId=policy)
    for target in targets:
        organized.detach(policy, target)
    with refused("PolicyNotAttachedException"):
        organized.detach(policy)
    client.delete_policy(PolicyId=policy)


def test_something_always_stays_attached(organized: Organized) -> None:
    organized.enable(SCP)
    organized.enable(RCP)
    least = ("ConstraintViolationException", "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED")
    assert why(organized.detach, FULL_ACCESS) == least
    organized.attach(organized.policy(NO_IAM))
    organized.detach(FULL_ACCESS)
    organized.attach(organized.policy(rcp("sts:*"), kind=RCP))
    assert why(organized.detach, RCP_FULL_ACCESS) == ("InvalidInputException", "NON_DETACHABLE_POLICY")


def test_so_many_are_attached_at_most(organized: Organized) -> None:
    organized.enable(RCP)
    for number in range(4):  # and AWS's own
        organized.attach(organized.policy(rcp("sts:*"), f"limits {number}", RCP))
    one_more = organized.policy(rcp("sts:*"), "one more", RCP)
    words = "You have attached the maximum number of policies to the specified target."
    with refused("ConstraintViolationException", message=words):
        organized.attach(one_more)
    organized.attach(one_more, organized.root)


def test_what_does_not_exist_is_refused(organized: Organized) -> None:
    organized.enable(SCP)
    policy = organized.policy(NO_IAM)
    with refused("PolicyNotFoundException"):
        organized.attach("p-nothing1")
    for target in ("999999999999", "r-none", "ou-none-nothing1"):
        with refused("TargetNotFoundException"):
            organized.attach(policy, target)
        with refused("TargetNotFoundException"):
            organized.attached(target)
    with refused("PolicyNotFoundException"):
        organized.client.list_targets_for_policy(PolicyId="p-nothing1")


def test_members_neither_see_nor_change_policies(organized: Organized) -> None:
    client = organized.member.client("organizations")
    asks: tuple[Callable[[], object], ...] = (
        lambda: client.list_policies(Filter=SCP),
        lambda: client.create_policy(Content=NO_IAM, Description="", Name="x", Type=SCP),
        lambda: client.attach_policy(PolicyId=FULL_ACCESS, TargetId=organized.root),
        lambda: client.enable_policy_type(RootId=organized.root, PolicyType=SCP),
        lambda: client.describe_policy(PolicyId=FULL_ACCESS),
    )
    for ask in asks:
        with refused("AccessDeniedException"):
            ask()


def test_who_may_attach_one_type_may_not_attach_another(organized: Organized) -> None:
    organized.enable(SCP)
    organized.enable("TAG_POLICY")
    allowing = scp("Allow", "organizations:*", Condition={"StringEquals": {"organizations:PolicyType": "TAG_POLICY"}})
    iam = organized.authority.client("iam")
    iam.create_user(UserName="ann")
    iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=allowing)
    client = organized.authority.of("organizations", iam.create_access_key(UserName="ann")["AccessKey"])
    made = client.create_policy(Content=TAGS, Description="", Name="tags", Type="TAG_POLICY")["Policy"]
    client.attach_policy(PolicyId=made["PolicySummary"]["Id"], TargetId=organized.root)
    client.list_policies(Filter="TAG_POLICY")
    asks: tuple[Callable[[], object], ...] = (
        lambda: client.list_policies(Filter=SCP),
        lambda: client.create_policy(Content=NO_IAM, Description="", Name="x", Type=SCP),
        lambda: client.detach_policy(PolicyId=FULL_ACCESS, TargetId=organized.root),
    )
    for ask in asks:
        with refused("AccessDeniedException"):
            ask()


def test_an_account_is_told_its_effective_policy(organized: Organized) -> None:
    client, kind = organized.client, "TAG_POLICY"
    with refused("EffectivePolicyNotFoundException"):
        client.describe_effective_policy(PolicyType=kind)
    organized.enable(kind)
    first, own = organized.policy(TAGS, "first", kind), TAGS.replace("team", "stage").replace("Team", "Stage")
    organized.attach(first, organized.root)
    organized.attach(organized.policy(own, "own", kind))
    account = organized.member.account_id
    told = client.describe_effective_policy(PolicyType=kind, TargetId=account)["EffectivePolicy"]
    merged = {"tags": {"team": {"tag_key": "Team"}, "stage": {"tag_key": "Stage"}}}
    assert (json.loads(told["PolicyContent"]), told["TargetId"], told["PolicyType"]) == (merged, account, kind)
    mine = organized.member.client("organizations").describe_effective_policy(PolicyType=kind)["EffectivePolicy"]
    assert mine == told
    with refused("AccessDeniedException"):
        organized.member.client("organizations").describe_effective_policy(
            PolicyType=kind, TargetId=organized.authority.account_id
        )
    with refused("InvalidInputException"):
        client.describe_effective_policy(PolicyType=kind, TargetId=organized.root)
