"""Policies of an organization, of every kind: made, attached, told, changed, detached and deleted."""

from __future__ import annotations

import json

from tests.api.answers import Watched

NO_TRAILS = {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "cloudtrail:*", "Resource": "*"}}
TAGS = {"tags": {"team": {"tag_key": {"@@assign": "Team"}}}}
KINDS = {"SERVICE_CONTROL_POLICY": NO_TRAILS, "TAG_POLICY": TAGS}


def tell(watched: Watched) -> None:
    client = watched.client("organizations")
    client.create_organization(FeatureSet="ALL")
    root = client.list_roots()["Roots"][0]["Id"]
    for kind, content in KINDS.items():
        client.enable_policy_type(RootId=root, PolicyType=kind)
        made = client.create_policy(Name=kind, Type=kind, Description="", Content=json.dumps(content))
        policy_id = made["Policy"]["PolicySummary"]["Id"]
        client.update_policy(PolicyId=policy_id, Name="limits")
        client.describe_policy(PolicyId=policy_id)
        client.list_policies(Filter=kind)
        client.attach_policy(PolicyId=policy_id, TargetId=root)
        client.list_policies_for_target(TargetId=root, Filter=kind)
        client.list_targets_for_policy(PolicyId=policy_id)
        if kind == "TAG_POLICY":
            client.describe_effective_policy(PolicyType=kind)
        client.detach_policy(PolicyId=policy_id, TargetId=root)
        client.delete_policy(PolicyId=policy_id)
        client.disable_policy_type(RootId=root, PolicyType=kind)
    client.delete_organization()
