"""Reports: on credentials, on what was used last, and on which policies grant what."""

from __future__ import annotations

from tests.api.answers import Watched


def tell(watched: Watched) -> None:
    iam = watched.client("iam")
    arn = f"arn:aws:iam::{watched.authority.account_id}:user/{watched.authority.user_name}"
    iam.generate_credential_report()
    iam.get_credential_report()
    for level in ("SERVICE_LEVEL", "ACTION_LEVEL"):
        job = iam.generate_service_last_accessed_details(Arn=arn, Granularity=level)["JobId"]
        iam.get_service_last_accessed_details(JobId=job, MaxItems=1000)
        iam.get_service_last_accessed_details_with_entities(JobId=job, ServiceNamespace="iam")
    iam.list_policies_granting_service_access(Arn=arn, ServiceNamespaces=["iam", "s3"])
