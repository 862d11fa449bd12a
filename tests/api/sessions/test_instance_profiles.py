"""AssumeRoleForInstanceProfile through boto3: what a machine is started with, and what takes it away."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from tests.api.sessions.hands import Hands, document, saying

MACHINES = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"},
    }
)


def profile(hands: Hands, trust: str = MACHINES) -> None:
    hands.role("web", trust=trust)
    hands.iam.create_instance_profile(InstanceProfileName="Fleet", Path="/web/")
    hands.iam.add_role_to_instance_profile(InstanceProfileName="Fleet", RoleName="web")


def start(hands: Hands, instance: str = "i-0123456789abcdef0", **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = hands.watchword.assume_role_for_instance_profile(
        InstanceProfileName="fleet", InstanceId=instance, **more
    )
    return answer


def test_a_machine_acts_as_its_role(hands: Hands) -> None:
    profile(hands)
    answer = start(hands, DurationSeconds=900)
    account = hands.authority.account_id
    assert hands.who(answer["Credentials"]) == f"arn:aws:sts::{account}:assumed-role/web/i-0123456789abcdef0"
    assert answer["InstanceProfileArn"] == f"arn:aws:iam::{account}:instance-profile/web/Fleet"
    assert answer["RoleName"] == "web"
    told = hands.watchword.get_session(AccessKeyId=answer["Credentials"]["AccessKeyId"])["Session"]
    assert told["InstanceProfileArn"] == answer["InstanceProfileArn"]
    assert told["ExpiresAt"] - told["IssuedAt"] == timedelta(seconds=900)


def test_taking_the_role_out_cuts_it_off(hands: Hands) -> None:
    profile(hands)
    further = hands.role("further")
    machine = start(hands)["Credentials"]
    child = hands.assume(further, "child", machine)
    trust = json.loads(MACHINES)
    trust["Statement"] = [
        trust["Statement"],
        {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"},
    ]
    hands.iam.update_assume_role_policy(RoleName="web", PolicyDocument=json.dumps(trust))
    person = hands.assume(f"arn:aws:iam::{hands.authority.account_id}:role/web", "person")
    hands.iam.remove_role_from_instance_profile(InstanceProfileName="Fleet", RoleName="web")
    assert "taken out of `Fleet`" in hands.ended(machine)
    hands.ended(child)
    hands.who(person)
    with saying("ResourceNotFoundException", "no role"):
        start(hands)
    hands.iam.add_role_to_instance_profile(InstanceProfileName="Fleet", RoleName="web")
    hands.who(start(hands)["Credentials"])
    hands.ended(machine)


def test_no_profile_no_trust_no_right(hands: Hands) -> None:
    with saying("ResourceNotFoundException", "fleet"):
        start(hands)
    profile(hands, trust="")
    with saying("AccessDeniedException", "does not trust ec2.amazonaws.com"):
        start(hands)
    helper = hands.authority.of(
        "watchword",
        hands.user(
            "helper",
            document(
                Effect="Allow",
                Action="watchword:AssumeRoleForInstanceProfile",
                Resource="arn:aws:iam::*:instance-profile/other",
            ),
        ),
    )
    with saying("AccessDeniedException", "instance-profile/web/Fleet"):
        helper.assume_role_for_instance_profile(InstanceProfileName="Fleet", InstanceId="i-1")


def test_the_role_s_longest_session_bounds_it(hands: Hands) -> None:
    profile(hands)
    credentials = start(hands, DurationSeconds=43_200)["Credentials"]
    told = hands.watchword.get_session(AccessKeyId=credentials["AccessKeyId"])["Session"]
    assert told["ExpiresAt"] - told["IssuedAt"] == timedelta(hours=1)
