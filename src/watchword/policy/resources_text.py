"""What a resource in a policy may look like when it is written, in AWS's words."""

from __future__ import annotations

PARTITIONS = frozenset(
    {"aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc", "*"}
)
_IAM_PATHS = (
    "user/",
    "federated-user/",
    "role/",
    "group/",
    "instance-profile/",
    "mfa/",
    "server-certificate/",
    "policy/",
    "sms-mfa/",
    "saml-provider/",
    "oidc-provider/",
    "report/",
    "access-report/",
)
"""What AWS's message names. AWS takes a few more: its own managed policies have them."""
_IAM_PATHS_TOO = (*_IAM_PATHS, "role-template/")
_IAM_WHOLE_NAMES = frozenset(("*", "root"))
_S3_WITH_REGION = ("accesspoint/", "access-grants/")


def resource_error(text: str) -> str:
    """Tell what is wrong with a resource's format; empty when nothing is."""
    if text == "*":
        return ""
    head, colon, rest = text.partition(":")
    if not colon:
        return f'Resource {text} must be in ARN format or "*".'
    partition, vendor, rest = rest.partition(":")
    if partition not in PARTITIONS:
        return f'Partition "{partition}" is not valid for resource "{_in_full(partition, rest)}".'
    if not vendor:
        return "Resource vendor must be fully qualified and cannot contain regexes."
    if head != "arn":
        return f'Resource {text} must be in ARN format or "*".'
    service, _colon, rest = rest.partition(":")
    return _service_error(text, service, rest)


def _in_full(partition: str, rest: str) -> str:
    """Write an ARN with its missing parts as stars."""
    parts = rest.split(":", 3)
    if parts == [""]:
        parts = ["*"]
    return ":".join(["arn", partition, *parts, *["*"] * (4 - len(parts))])


def _service_error(text: str, service: str, rest: str) -> str:
    """Check the two services whose names have no region; `rest` is what follows the service."""
    name = rest.partition(":")[2].partition(":")[2]
    if service == "iam":
        if not rest.startswith(":"):
            return f"IAM resource {text} cannot contain region information."
        if name not in _IAM_WHOLE_NAMES and not name.startswith(_IAM_PATHS_TOO):
            return f'IAM resource path must either be "*" or start with {", ".join(_IAM_PATHS)}.'
    if service == "s3" and not rest.startswith(":") and not name.startswith(_S3_WITH_REGION):
        return f"Resource {text} can not contain region information."
    return ""
