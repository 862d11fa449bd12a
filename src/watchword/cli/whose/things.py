"""Unique identifiers that are no keys: the user, role, group and so on of the account that bears one."""

from __future__ import annotations

from dataclasses import dataclass

from watchword.cli import aws
from watchword.cli.aws import Account
from watchword.cli.exits import NotAllowed
from watchword.cli.whose.answer import Answer
from watchword.domain.ids import Prefix


@dataclass(frozen=True, slots=True)
class Listing:
    """How all things of a kind are listed, and where their identifier stands."""

    operation: str
    things: str
    id: str


LISTINGS = {
    Prefix.USER: Listing("list_users", "Users", "UserId"),
    Prefix.ROLE: Listing("list_roles", "Roles", "RoleId"),
    Prefix.GROUP: Listing("list_groups", "Groups", "GroupId"),
    Prefix.MANAGED_POLICY: Listing("list_policies", "Policies", "PolicyId"),
    Prefix.INSTANCE_PROFILE: Listing("list_instance_profiles", "InstanceProfiles", "InstanceProfileId"),
    Prefix.CERTIFICATE: Listing("list_server_certificates", "ServerCertificateMetadataList", "ServerCertificateId"),
}


def ask(account: Account, answer: Answer) -> bool:
    """Look for what bears an identifier; gives False where a denial keeps one from knowing it."""
    answer.notes.append(f"that is no access key: identifiers that begin so are of a {answer.kind}")
    listing = {str(prefix): listing for prefix, listing in LISTINGS.items()}.get(answer.id[:4])
    if listing is None:
        answer.notes.append("what bears it cannot be looked up")
        return True
    try:
        with aws.denials_named("iam"):
            pages = account.client("iam").get_paginator(listing.operation).paginate()
            found = (thing for page in pages for thing in page[listing.things] if thing[listing.id] == answer.id)
            bearer = next(found, None)
    except NotAllowed as denial:
        answer.kept_from(denial)
        return False
    if bearer is None:
        answer.notes.append(f"no {answer.kind} of this account bears it: it is another account's, or was deleted")
        return True
    answer.account, answer.owner = bearer["Arn"].split(":")[4], bearer["Arn"]
    answer.created = bearer.get("CreateDate") or bearer.get("UploadDate")
    return True
