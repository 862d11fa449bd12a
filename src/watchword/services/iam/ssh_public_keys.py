"""SSH public keys of users."""

from __future__ import annotations

import base64
import hashlib
import re

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
    load_ssh_public_key,
)

from watchword.domain.ids import Prefix, mint_key_id
from watchword.services.iam import paging
from watchword.services.iam.refusals import ExpiredNotSettable, InvalidMarker, LimitExceeded, NamelessCaller, NoSuchUser
from watchword.services.iam.targets import Root, found_owner, found_user, user_named, user_or_caller
from watchword.services.iam.user_credential_refusals import (
    DuplicateSSHPublicKey,
    InvalidPublicKey,
    NoSuchPublicKey,
    PublicKeyOfAnother,
    UnrecognizedPublicKeyEncoding,
)
from watchword.services.operation import Call, Reply, Way, operation
from watchword.store import ssh_keys
from watchword.store.access_keys import ACTIVE, INACTIVE
from watchword.store.ssh_keys import SSHKey
from watchword.store.users import User

SMALLEST_BITS, LARGEST_BITS = 2_048, 16_384
"""Source: IAM API, UploadSSHPublicKey; the upper one is what OpenSSH takes."""

_SSH_LINE = re.compile(r"ssh-rsa [A-Za-z0-9+/]+={0,2}(?:[ \t][^\r\n]*)?", re.ASCII)
_PEM_BLOCK = re.compile(r"-----BEGIN ((?:RSA )?PUBLIC KEY)-----[A-Za-z0-9+/=\s]+-----END \1-----", re.ASCII)


@operation(
    "iam",
    way=Way.CHANGE,
    on=user_named,
    journal=("user_name",),  # not the body, which may be the private key by mistake
    told=(
        "SSHPublicKey.UserName",
        "SSHPublicKey.SSHPublicKeyId",
        "SSHPublicKey.Fingerprint",
        "SSHPublicKey.Status",
        "SSHPublicKey.UploadDate",
    ),
    raises=(NoSuchUser, UnrecognizedPublicKeyEncoding, InvalidPublicKey, DuplicateSSHPublicKey, LimitExceeded),
)
def upload_ssh_public_key(
    call: Call,
    *,
    user_name: str,  # noqa: ARG001 - read by the target
    ssh_public_key_body: str,
) -> Reply:
    """Give a user one more SSH key.

    Raises NoSuchUser, UnrecognizedPublicKeyEncoding, InvalidPublicKey, DuplicateSSHPublicKey, LimitExceeded.
    Source: IAM API, UploadSSHPublicKey.
    """
    user = found_user(call)
    body = _ssh_form(_read(ssh_public_key_body))
    if ssh_keys.has(call.tx, user.id, body):
        raise DuplicateSSHPublicKey
    limit = call.quotas.ssh_keys_per_user
    if ssh_keys.count_of_user(call.tx, user.id) >= limit:
        raise LimitExceeded(quota="SSHPublicKeysPerUser", limit=limit)
    key_id = mint_key_id(Prefix.PUBLIC_KEY, call.account, call.random)
    key = SSHKey(key_id, call.account, user.id, body, _fingerprint(body), ACTIVE, call.now)
    ssh_keys.add(call.tx, key)
    return {"SSHPublicKey": _whole(key, user, body=ssh_public_key_body)}


@operation(
    "iam",
    way=Way.READ,
    on=user_named,
    journal=("user_name", "ssh_public_key_id", "encoding"),
    raises=(NoSuchUser, NoSuchPublicKey, PublicKeyOfAnother),
)
def get_ssh_public_key(
    call: Call,
    *,
    user_name: str,  # noqa: ARG001 - read by the target
    ssh_public_key_id: str,
    encoding: str,
) -> Reply:
    """Tell of a key, as an `ssh-rsa` line without its comment or as a PEM public key.

    Raises NoSuchUser, NoSuchPublicKey, PublicKeyOfAnother.   Source: IAM API, GetSSHPublicKey.
    """
    user, key = _own(call, ssh_public_key_id)
    body = _pem_form(_read(key.body)) if encoding == "PEM" else key.body
    return {"SSHPublicKey": _whole(key, user, body=body)}


@operation(
    "iam",
    way=Way.READ,
    on=user_or_caller,
    journal=("user_name", "marker", "max_items"),
    raises=(NamelessCaller, NoSuchUser, InvalidMarker),
)
def list_ssh_public_keys(
    call: Call,
    *,
    user_name: str | None = None,  # noqa: ARG001 - read by the target
    marker: str | None = None,
    max_items: int | None = None,
) -> Reply:
    """List a user's keys, without the keys themselves. Root can have none.

    Raises NamelessCaller, NoSuchUser, InvalidMarker.   Source: IAM API, ListSSHPublicKeys.
    """
    owner = found_owner(call)
    page = paging.page(call, "SSHPublicKeys", marker, max_items)
    found = ssh_keys.page(call.tx, owner.id, after=page.after, limit=page.fetch)
    return page.reply(found, tell=lambda key: _listed(key, owner), position=lambda key: key.id)


@operation(
    "iam",
    way=Way.CHANGE,
    on=user_named,
    journal=("user_name", "ssh_public_key_id", "status"),
    raises=(NoSuchUser, NoSuchPublicKey, PublicKeyOfAnother, ExpiredNotSettable),
)
def update_ssh_public_key(
    call: Call,
    *,
    user_name: str,  # noqa: ARG001 - read by the target
    ssh_public_key_id: str,
    status: str,
) -> Reply:
    """Make a key inactive, or active again.

    Raises NoSuchUser, NoSuchPublicKey, PublicKeyOfAnother, ExpiredNotSettable.   Source: IAM API, UpdateSSHPublicKey.
    """
    _, key = _own(call, ssh_public_key_id)
    if status not in {ACTIVE, INACTIVE}:
        raise ExpiredNotSettable
    ssh_keys.set_status(call.tx, key.id, status)
    return {}


@operation(
    "iam",
    way=Way.CHANGE,
    on=user_named,
    journal=("user_name", "ssh_public_key_id"),
    raises=(NoSuchUser, NoSuchPublicKey, PublicKeyOfAnother),
)
def delete_ssh_public_key(
    call: Call,
    *,
    user_name: str,  # noqa: ARG001 - read by the target
    ssh_public_key_id: str,
) -> Reply:
    """Delete a key, active or not.

    Raises NoSuchUser, NoSuchPublicKey, PublicKeyOfAnother.   Source: IAM API, DeleteSSHPublicKey.
    """
    _, key = _own(call, ssh_public_key_id)
    ssh_keys.remove(call.tx, key.id)
    return {}


def _read(body: str) -> RSAPublicKey:
    """Read an `ssh-rsa` line, or an RSA public key in PEM.

    Raises UnrecognizedPublicKeyEncoding, InvalidPublicKey.
    """
    text = body.strip()
    is_line = _SSH_LINE.fullmatch(text) is not None
    if not is_line and not _PEM_BLOCK.fullmatch(text):
        raise UnrecognizedPublicKeyEncoding
    bare = (" ".join(text.split()[:2]) if is_line else text).encode("ascii")  # only a comment is more than ASCII
    try:
        key: object = load_ssh_public_key(bare) if is_line else load_pem_public_key(bare)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UnrecognizedPublicKeyEncoding from error
    if not isinstance(key, RSAPublicKey) or not SMALLEST_BITS <= key.key_size <= LARGEST_BITS:
        raise InvalidPublicKey
    return key


def _ssh_form(key: RSAPublicKey) -> str:
    return key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode("ascii")


def _pem_form(key: RSAPublicKey) -> str:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def _fingerprint(body: str) -> str:
    """Give the MD5 of a key's wire form.  Source: IAM API, SSHPublicKey: 48 characters; RFC 4716, section 4."""
    digest = hashlib.md5(base64.b64decode(body.split()[1]), usedforsecurity=False).hexdigest()
    return ":".join(re.findall("..", digest))


def _own(call: Call, key_id: str) -> tuple[User, SSHKey]:
    user = found_user(call)
    key = ssh_keys.by_id(call.tx, call.account, key_id)
    if key is None:
        raise NoSuchPublicKey(id=key_id)
    if key.user_id != user.id:
        raise PublicKeyOfAnother(id=key_id)
    return user, key


def _listed(key: SSHKey, owner: User | Root) -> dict[str, object]:
    return {
        "UserName": owner.name,
        "SSHPublicKeyId": key.id,
        "Status": key.status,
        "UploadDate": key.uploaded_at,
    }


def _whole(key: SSHKey, user: User, *, body: str) -> dict[str, object]:
    return {**_listed(key, user), "Fingerprint": key.fingerprint, "SSHPublicKeyBody": body}
