"""Long-term access keys of users and of root. A secret is told once, by CreateAccessKey, and kept sealed."""

from __future__ import annotations

from dataclasses import replace

from watchword.services.iam import paging
from watchword.services.iam.refusals import (
    ExpiredNotSettable,
    InvalidMarker,
    LimitExceeded,
    NamelessCaller,
    NoSuchAccessKey,
    NoSuchUser,
)
from watchword.services.iam.targets import Root, found_owner, on_user, user_or_caller
from watchword.services.long_term_keys import mint
from watchword.services.operation import Asking, Call, Reply, Target, Way, everything, operation
from watchword.store import access_keys, last_used, users
from watchword.store.access_keys import ACTIVE, INACTIVE, AccessKey
from watchword.store.users import User

NEVER = "N/A"
"""Service and region of a key that was never used.  Source: IAM API, AccessKeyLastUsed."""


@operation(
    "iam",
    way=Way.CHANGE,
    on=user_or_caller,
    journal=("user_name",),
    told=("AccessKey.UserName", "AccessKey.AccessKeyId", "AccessKey.Status", "AccessKey.CreateDate"),
    raises=(NamelessCaller, NoSuchUser, LimitExceeded),
)
def create_access_key(call: Call, *, user_name: str | None = None) -> Reply:  # noqa: ARG001 - read by the target
    """Give a user, or root, one more key; its secret is told only here.

    Raises NamelessCaller, NoSuchUser, LimitExceeded.   Source: IAM API, CreateAccessKey.
    """
    owner = found_owner(call)
    limit = call.quotas.access_keys_per_user
    if access_keys.count(call.tx, owner.id) >= limit:
        raise LimitExceeded(quota="AccessKeysPerUser", limit=limit)
    key, secret = mint(call.tx, call.vault, call.account, owner.id, random=call.random, now=call.now)
    return {"AccessKey": {**_listed(key, owner), "SecretAccessKey": secret.reveal()}}


@operation(
    "iam",
    way=Way.READ,
    on=user_or_caller,
    journal=("user_name", "marker", "max_items"),
    raises=(NamelessCaller, NoSuchUser, InvalidMarker),
)
def list_access_keys(
    call: Call,
    *,
    user_name: str | None = None,  # noqa: ARG001 - read by the target
    marker: str | None = None,
    max_items: int | None = None,
) -> Reply:
    """List the keys of a user, or of root: ids, status and age, never a secret.

    Raises NamelessCaller, NoSuchUser, InvalidMarker.   Source: IAM API, ListAccessKeys.
    """
    owner = found_owner(call)
    page = paging.page(call, "AccessKeyMetadata", marker, max_items)
    found = access_keys.page(call.tx, owner.id, after=page.after, limit=page.fetch)
    return page.reply(found, tell=lambda key: _listed(key, owner), position=lambda key: key.id)


@operation(
    "iam",
    way=Way.CHANGE,
    on=user_or_caller,
    journal=("user_name", "access_key_id", "status"),
    raises=(NamelessCaller, NoSuchUser, ExpiredNotSettable, NoSuchAccessKey),
)
def update_access_key(
    call: Call,
    *,
    access_key_id: str,
    status: str,
    user_name: str | None = None,  # noqa: ARG001 - read by the target
) -> Reply:
    """Make a key inactive, or active again with the same secret.

    Raises NamelessCaller, NoSuchUser, ExpiredNotSettable, NoSuchAccessKey.   Source: IAM API, UpdateAccessKey.
    """
    owner = found_owner(call)
    if status not in {ACTIVE, INACTIVE}:  # the model also has `Expired`, which only AWS sets
        raise ExpiredNotSettable
    access_keys.set_status(call.tx, _own_key(call, owner, access_key_id).id, status)
    return {}


@operation(
    "iam",
    way=Way.CHANGE,
    on=user_or_caller,
    journal=("user_name", "access_key_id"),
    raises=(NamelessCaller, NoSuchUser, NoSuchAccessKey),
)
def delete_access_key(
    call: Call,
    *,
    access_key_id: str,
    user_name: str | None = None,  # noqa: ARG001 - read by the target
) -> Reply:
    """Delete a key for good, active or not.

    Raises NamelessCaller, NoSuchUser, NoSuchAccessKey.   Source: IAM API, DeleteAccessKey.
    """
    access_keys.remove(call.tx, _own_key(call, found_owner(call), access_key_id).id)
    return {}


def owner_of_key(asking: Asking) -> Target:
    """The user, or root, that an access key belongs to. Another account's key is as unknown as one that never was.

    A denial names the key alone, as AWS's does: not whose it is, nor whether there is one.
    """
    key_id = asking.parameters["access_key_id"]
    return replace(_owner_of_key(asking, access_keys.by_id(asking.tx, key_id)), called=f"access key {key_id}")


def _owner_of_key(asking: Asking, key: AccessKey | None) -> Target:
    if key is None or key.account != asking.caller.account:
        return everything(asking)
    user = users.by_id(asking.tx, key.owner_id)
    if user is not None:
        return on_user(asking, user)
    root = Root(key.account)
    return Target(root.arn, root.account, subject=root)


@operation("iam", way=Way.READ, on=owner_of_key, journal=("access_key_id",), raises=(NoSuchAccessKey,))
def get_access_key_last_used(call: Call, *, access_key_id: str) -> Reply:
    """Tell whose a key is, and when and for what it was last used.

    Raises NoSuchAccessKey.   Source: IAM API, GetAccessKeyLastUsed.
    """
    owner = call.target.subject
    if not isinstance(owner, User | Root):
        raise NoSuchAccessKey(id=access_key_id)
    used = last_used.of(call.tx, [access_key_id]).get(access_key_id)
    if used is None:
        return {"UserName": owner.name, "AccessKeyLastUsed": {"ServiceName": NEVER, "Region": NEVER}}
    told = {"LastUsedDate": used.at, "ServiceName": used.service, "Region": used.region}
    return {"UserName": owner.name, "AccessKeyLastUsed": told}


def _own_key(call: Call, owner: User | Root, key_id: str) -> AccessKey:
    key = access_keys.by_id(call.tx, key_id)
    if key is None or key.owner_id != owner.id:
        raise NoSuchAccessKey(id=key_id)
    return key


def _listed(key: AccessKey, owner: User | Root) -> dict[str, object]:
    return {"UserName": owner.name, "AccessKeyId": key.id, "Status": key.status, "CreateDate": key.created_at}
