"""A service-linked role, from its making to the end of its deletion."""

from __future__ import annotations

from tests.api.answers import Watched


def tell(watched: Watched) -> None:
    iam = watched.client("iam")
    made = iam.create_service_linked_role(
        AWSServiceName="autoscaling.amazonaws.com", Description="scales", CustomSuffix="story"
    )["Role"]
    task = iam.delete_service_linked_role(RoleName=made["RoleName"])["DeletionTaskId"]
    iam.get_service_linked_role_deletion_status(DeletionTaskId=task)
