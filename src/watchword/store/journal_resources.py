"""What a request was about, as CloudTrail names it: derived here, and nowhere else, from what the record holds.

Source: CloudTrail User Guide, the resource types of the event history; LookupEvents' answers as recorded from AWS.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from watchword.domain.arn import Arn

Resource = tuple[str, str]
"""Type and name; the name is an ARN, a unique id or what its owner calls it."""

ACCESS_KEY = "AWS::IAM::AccessKey"
_ASSUMED, _FEDERATED = "AWS::STS::AssumedRole", "AWS::STS::FederatedUser"
_USER, _GROUP, _ROLE, _POLICY = "AWS::IAM::User", "AWS::IAM::Group", "AWS::IAM::Role", "AWS::IAM::Policy"
_PROFILE, _MFA, _SERVER = "AWS::IAM::InstanceProfile", "AWS::IAM::MfaDevice", "AWS::IAM::ServerCertificate"
_SAML, _OIDC = "AWS::IAM::SAMLProvider", "AWS::IAM::OpenIDConnectProvider"
_SSH, _SIGNING, _ALIAS = "AWS::IAM::SshPublicKey", "AWS::IAM::SigningCertificate", "AWS::IAM::AccountAlias"

KINDS = {
    ("iam", "user"): _USER,
    ("iam", "group"): _GROUP,
    ("iam", "role"): _ROLE,
    ("iam", "policy"): _POLICY,
    ("iam", "instance-profile"): _PROFILE,
    ("iam", "mfa"): _MFA,
    ("iam", "saml-provider"): _SAML,
    ("iam", "oidc-provider"): _OIDC,
    ("iam", "server-certificate"): _SERVER,
    ("sts", "assumed-role"): _ASSUMED,
    ("sts", "federated-user"): _FEDERATED,
}
"""Service and first part of an ARN's resource: what it is an ARN of."""

TOLD = {
    "Credentials.AccessKeyId": ACCESS_KEY,
    "AccessKey.AccessKeyId": ACCESS_KEY,
    "AssumedRoleUser.AssumedRoleId": _ASSUMED,
    "AssumedRoleUser.Arn": _ASSUMED,
    "FederatedUser.FederatedUserId": _FEDERATED,
    "FederatedUser.Arn": _FEDERATED,
    "User.UserId": _USER,
    "User.Arn": _USER,
    "Group.GroupId": _GROUP,
    "Group.Arn": _GROUP,
    "Role.RoleId": _ROLE,
    "Role.Arn": _ROLE,
    "Policy.PolicyId": _POLICY,
    "Policy.Arn": _POLICY,
    "InstanceProfile.InstanceProfileId": _PROFILE,
    "InstanceProfile.Arn": _PROFILE,
    "VirtualMFADevice.SerialNumber": _MFA,
    "SAMLProviderArn": _SAML,
    "OpenIDConnectProviderArn": _OIDC,
    "ServerCertificateMetadata.ServerCertificateId": _SERVER,
    "ServerCertificateMetadata.Arn": _SERVER,
    "SSHPublicKey.SSHPublicKeyId": _SSH,
    "Certificate.CertificateId": _SIGNING,
}
"""Answered members that name a resource, as `Operation.told` has them."""

GIVEN = {
    "access_key_id": ACCESS_KEY,
    "role_session_name": _ASSUMED,
    "role_arn": _ROLE,
    "role_name": _ROLE,
    "user_name": _USER,
    "new_user_name": _USER,
    "group_name": _GROUP,
    "new_group_name": _GROUP,
    "policy_arn": _POLICY,
    "policy_name": _POLICY,
    "permissions_boundary": _POLICY,
    "instance_profile_name": _PROFILE,
    "serial_number": _MFA,
    "virtual_mfa_device_name": _MFA,
    "saml_provider_arn": _SAML,
    "principal_arn": _SAML,
    "open_id_connect_provider_arn": _OIDC,
    "server_certificate_name": _SERVER,
    "new_server_certificate_name": _SERVER,
    "ssh_public_key_id": _SSH,
    "certificate_id": _SIGNING,
    "account_alias": _ALIAS,
}
"""Parameters that name a resource."""

_KEY_ID = re.compile(r"A[KS]IA[A-Z0-9]{16}")
_UNSAFE = re.compile(r"[% \n\0]")


def resources_of(
    target: str, request: Mapping[str, Any] | None, response: Mapping[str, Any] | None
) -> tuple[Resource, ...]:
    """Name what a request was about: what it gave out, what it acted on, what its parameters name. None twice."""
    if not (target or request or response):
        return ()
    found: list[Resource] = []
    for path, value in (response or {}).items():
        if path in TOLD:
            named = str(value)
            # Most are ids, each another: what is no ARN is not worth a try.
            found += (named.startswith("arn:") and _of_arn(named)) or ((TOLD[path], named),)
    found += _of_arn(target)
    if request:
        found += [(GIVEN[parameter], str(value)) for parameter, value in request.items() if parameter in GIVEN]
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=1_024)
def _of_arn(text: str) -> tuple[Resource, ...]:
    """Name one resource by its ARN and by its name. An ARN that ends in a path, or has a star, is of many: no name."""
    try:
        arn = Arn.parse(text)
    except ValueError:
        return ()
    kind, _, path = arn.resource.partition("/")
    found = KINDS.get((arn.service, kind))
    if found is None or not path or path.endswith("/") or "*" in path:
        return ()
    # A provider's address is its name, slashes and all.
    return (found, text), (found, path if found == _OIDC else path.rpartition("/")[2])


def lines_of(resources: tuple[Resource, ...]) -> str | None:
    """Lay resources out for the table: one line each, where a space only stands between type and name."""
    text = "\n".join([f"{kind} {name}" for kind, name in resources])
    plain = text.count(" ") == len(resources) and text.count("\n") == len(resources) - 1
    if not plain or "%" in text or "\0" in text:
        text = "\n".join([f"{kind} {quoted(name)}" for kind, name in resources])
    return text or None


def quoted(name: str) -> str:
    """Write a name without white space, so that no name can hold what looks like another line, or like two names."""
    return _UNSAFE.sub(lambda found: f"%{ord(found[0]):02X}", name) if _UNSAFE.search(name) else name


def named_key(resources: tuple[Resource, ...]) -> str | None:
    """Give the access key that a request gave out or was about."""
    return next((name for kind, name in resources if kind == ACCESS_KEY and is_key_id(name)), None)


def is_key_id(text: str) -> bool:
    """Whether a text has the shape of an access key id, and so of what `named_key` gives."""
    return _KEY_ID.fullmatch(text) is not None
