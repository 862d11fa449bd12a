"""Replication: the same secret in other regions, always as its primary is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.api.secretsmanager.people import ON_REPLICA, allow, invalid, missing, policy, to
from tests.support.authority import Authority
from tests.support.refusals import refused

WEST = [{"Region": "us-west-2"}]
A, B = "aaaaaaaa" * 4, "bbbbbbbb" * 4


def test_a_replica_follows_its_primary(authority: Authority, secrets: Any, west: Any) -> None:
    made = secrets.create_secret(
        Name="s",
        SecretString="one",
        ClientRequestToken=A,
        Description="d",
        Tags=[{"Key": "k", "Value": "v"}],
        AddReplicaRegions=[{"Region": "us-west-2", "KmsKeyId": "alias/west"}],
    )
    assert made["ReplicationStatus"] == [{"Region": "us-west-2", "KmsKeyId": "alias/west", "Status": "InSync"}]
    arn = made["ARN"].replace("us-east-1", "us-west-2")
    assert west.get_secret_value(SecretId=arn)["SecretString"] == "one"
    secrets.put_secret_value(SecretId="s", SecretString="two", ClientRequestToken=B)
    secrets.tag_resource(SecretId="s", Tags=[{"Key": "m", "Value": "w"}])
    mine = policy(allow("secretsmanager:GetSecretValue", **to(f"arn:aws:iam::{authority.account_id}:root")))
    secrets.put_resource_policy(SecretId="s", ResourcePolicy=mine)
    secrets.update_secret(SecretId="s", Description="e")
    there, here = west.describe_secret(SecretId="s"), secrets.describe_secret(SecretId="s")
    for name in ("Name", "Description", "Tags", "VersionIdsToStages", "CreatedDate", "LastChangedDate"):
        assert there[name] == here[name], name
    assert (there["PrimaryRegion"], there["KmsKeyId"], there["ARN"]) == ("us-east-1", "alias/west", arn)
    assert (here["PrimaryRegion"], "KmsKeyId" in here) == ("us-east-1", False)
    assert west.get_resource_policy(SecretId="s")["ResourcePolicy"] == mine
    assert west.get_secret_value(SecretId="s")["SecretString"] == "two"
    assert west.get_secret_value(SecretId="s", VersionStage="AWSPREVIOUS")["SecretString"] == "one"
    secrets.update_secret_version_stage(
        SecretId="s", VersionStage="AWSCURRENT", RemoveFromVersionId=B, MoveToVersionId=A
    )
    assert west.get_secret_value(SecretId="s")["SecretString"] == "one"


def test_a_replica_is_changed_by_its_primary_alone(secrets: Any, west: Any) -> None:
    secrets.create_secret(Name="s", SecretString="one", ClientRequestToken=A, AddReplicaRegions=WEST)
    asks: tuple[Callable[[], object], ...] = (
        lambda: west.put_secret_value(SecretId="s", SecretString="two"),
        lambda: west.update_secret(SecretId="s", Description="x"),
        lambda: west.tag_resource(SecretId="s", Tags=[{"Key": "k", "Value": "v"}]),
        lambda: west.untag_resource(SecretId="s", TagKeys=["k"]),
        lambda: west.put_resource_policy(SecretId="s", ResourcePolicy=policy(allow("*", Principal="*"))),
        lambda: west.delete_resource_policy(SecretId="s"),
        lambda: west.update_secret_version_stage(SecretId="s", VersionStage="x", MoveToVersionId=A),
        lambda: west.replicate_secret_to_regions(SecretId="s", AddReplicaRegions=[{"Region": "eu-west-1"}]),
        lambda: west.remove_regions_from_replication(SecretId="s", RemoveReplicaRegions=["us-west-2"]),
        lambda: west.delete_secret(SecretId="s"),
        lambda: west.delete_secret(SecretId="s", ForceDeleteWithoutRecovery=True),
    )
    for ask in asks:
        with invalid(ON_REPLICA):
            ask()
    with refused("ResourceExistsException"):
        west.create_secret(Name="s", SecretString="one", ClientRequestToken=A)


def test_a_replicated_secret_is_not_deleted(secrets: Any, west: Any) -> None:
    arn = secrets.create_secret(Name="s", SecretString="one", AddReplicaRegions=WEST)["ARN"]
    with invalid(f"You can't delete secret {arn} that still has replica regions [us-west-2]."):
        secrets.delete_secret(SecretId="s")
    assert (
        secrets.remove_regions_from_replication(SecretId="s", RemoveReplicaRegions=["us-west-2"])["ReplicationStatus"]
        == []
    )
    with missing():
        west.describe_secret(SecretId="s")
    with invalid():
        secrets.remove_regions_from_replication(SecretId="s", RemoveReplicaRegions=["us-west-2"])
    secrets.delete_secret(SecretId="s")


def test_a_name_that_is_taken_there_fails_and_force_takes_it(secrets: Any, west: Any) -> None:
    west.create_secret(Name="s", SecretString="theirs")
    secrets.create_secret(Name="s", SecretString="mine")
    (status,) = secrets.replicate_secret_to_regions(SecretId="s", AddReplicaRegions=WEST)["ReplicationStatus"]
    assert status == {
        "Region": "us-west-2",
        "Status": "Failed",
        "StatusMessage": "Replication failed: Secret name s already exists in region us-west-2.",
    }
    secrets.put_secret_value(SecretId="s", SecretString="newer")
    assert west.get_secret_value(SecretId="s")["SecretString"] == "theirs"
    secrets.remove_regions_from_replication(SecretId="s", RemoveReplicaRegions=["us-west-2"])
    assert west.get_secret_value(SecretId="s")["SecretString"] == "theirs"
    (status,) = secrets.replicate_secret_to_regions(
        SecretId="s", AddReplicaRegions=WEST, ForceOverwriteReplicaSecret=True
    )["ReplicationStatus"]
    assert status["Status"] == "InSync"
    assert west.get_secret_value(SecretId="s")["SecretString"] == "newer"


def test_a_primary_there_is_not_taken_even_by_force(secrets: Any, west: Any) -> None:
    west.create_secret(Name="s", SecretString="theirs", AddReplicaRegions=[{"Region": "eu-west-1"}])
    secrets.create_secret(Name="s", SecretString="mine")
    (status,) = secrets.replicate_secret_to_regions(
        SecretId="s", AddReplicaRegions=WEST, ForceOverwriteReplicaSecret=True
    )["ReplicationStatus"]
    assert status["Status"] == "Failed"
    assert west.get_secret_value(SecretId="s")["SecretString"] == "theirs"


def test_a_replica_becomes_a_secret_of_its_own(secrets: Any, west: Any) -> None:
    secrets.create_secret(Name="s", SecretString="one", AddReplicaRegions=WEST)
    with refused("InvalidRequestException"):
        secrets.stop_replication_to_replica(SecretId="s")
    west.stop_replication_to_replica(SecretId="s")
    secrets.put_secret_value(SecretId="s", SecretString="two")
    assert west.get_secret_value(SecretId="s")["SecretString"] == "one"
    assert west.describe_secret(SecretId="s")["PrimaryRegion"] == "us-west-2"
    west.put_secret_value(SecretId="s", SecretString="three")
    assert "ReplicationStatus" not in secrets.describe_secret(SecretId="s")
    west.delete_secret(SecretId="s", ForceDeleteWithoutRecovery=True)
    secrets.delete_secret(SecretId="s", ForceDeleteWithoutRecovery=True)


def test_wrong_regions_are_refused(secrets: Any) -> None:
    secrets.create_secret(Name="s", SecretString="one")
    for regions in ([{"Region": "us-east-1"}], WEST * 2, [{"KmsKeyId": "alias/x"}]):
        with invalid("Invalid replica region."):
            secrets.replicate_secret_to_regions(SecretId="s", AddReplicaRegions=regions)
    with refused("ValidationException"):
        secrets.replicate_secret_to_regions(SecretId="s", AddReplicaRegions=[{"Region": "nowhere"}])
    assert "PrimaryRegion" not in secrets.describe_secret(SecretId="s")
