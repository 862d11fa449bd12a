"""Sessions: listed, told, blocked, scheduled and ended; and what a machine is started with."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from tests.api.answers import Watched
from tests.api.sessions.hands import saying

MACHINES = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}


def tell(watched: Watched) -> None:
    own, iam = watched.client("watchword"), watched.client("iam")
    trust = json.dumps({"Version": "2012-10-17", "Statement": MACHINES})
    iam.create_role(RoleName="machine", AssumeRolePolicyDocument=trust)
    iam.create_instance_profile(InstanceProfileName="fleet")
    iam.add_role_to_instance_profile(InstanceProfileName="fleet", RoleName="machine")
    started = own.assume_role_for_instance_profile(InstanceProfileName="fleet", InstanceId="i-1")["Credentials"]
    own.list_sessions(Role="machine")
    own.get_session(AccessKeyId=started["AccessKeyId"])
    until = datetime.now(UTC) + timedelta(hours=1)
    own.put_block(Name="hold", Role="machine", Until=until, Reason="why")
    own.list_blocks()
    own.delete_block(Name="hold")
    own.put_schedule(Name="evening", Expression="0 20 * * *", TimeZone="Europe/Berlin", Role="machine", Reason="why")
    own.list_schedules()
    own.delete_schedule(Name="evening")
    own.end_sessions(AccessKeyIds=[started["AccessKeyId"]], DryRun=True)
    own.end_sessions(AccessKeyIds=[started["AccessKeyId"]], Reason="why")
    with saying("ResourceNotFoundException"):
        own.delete_block(Name="hold")
    with saying("InvalidParameterException"):
        own.end_sessions()
    iam.remove_role_from_instance_profile(InstanceProfileName="fleet", RoleName="machine")
    iam.delete_instance_profile(InstanceProfileName="fleet")
    iam.delete_role(RoleName="machine")
