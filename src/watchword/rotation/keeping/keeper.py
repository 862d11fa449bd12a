"""One user's secret through a rotation: checked before a key is made, put, read back, made current; or brought back.

What is current is never a key that was not proved to work: a secret is made with a value that holds none, a new key's
value waits as AWSPENDING, and its policy stands before any value does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec
from botocore.exceptions import ClientError

from watchword.domain.secret import Secret
from watchword.rotation.keeping import readers, replicas, values
from watchword.rotation.keeping.place import Changing, Place, Unkept
from watchword.rotation.keeping.values import Held
from watchword.rotation.records import Kept

CURRENT, PENDING = "AWSCURRENT", "AWSPENDING"
OWNED, ACCOUNT, USER = "watchword:rotation", "watchword:account", "watchword:user"
"""Tags of a secret of ours: the user's unique id, its account, its name."""
_ABSENT = "ResourceNotFoundException"
_OWN_KEY = "alias/aws/secretsmanager"
"""The service's own, where no other is named.  Source: Secrets Manager API, DescribeSecret."""
Pause = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Keeper:
    """Keeps the secret of one user. `prove` tells what of reading it the user lacks, given the ARN and the policy.

    All calls raise botocore's errors, and Unkept where a person must mend something.
    """

    place: Place
    change: Changing
    pause: Pause
    prove: Callable[[str, str], list[str]] = lambda _arn, _policy: []

    def check(self, is_ours: Callable[[str], bool], token: str) -> Kept:
        """See that a secret can be kept, before a key is made; gives where. `token` will be the new version's id.

        `is_ours` tells whether a key is one that the user's rotation knows.
        """
        self._check_terms()
        place, told = self.place, self._described(self.place.name)
        kept = Kept(place.account, place.region, place.name, version=token)
        if told is None:
            return msgspec.structs.replace(kept, previous=_waiting_token(token), made=True)
        self._check_owned(told)
        arn = str(told["ARN"])
        current = _with_stage(told, CURRENT)
        held = self._held(arn, current) if current else None
        if held is not None and held.key and not is_ours(held.key):
            raise Unkept(
                f"the secret `{place.name}` holds {held.key}, which is no key of this rotation: somebody changed it by "
                "hand; delete the secret or put back what it held"
            )
        if place.is_central:
            self._check_proof(arn)
        return msgspec.structs.replace(kept, arn=arn, previous=current if held else _waiting_token(token))

    def put(self, kept: Kept, key: str, secret: Secret, created: float) -> Kept:
        """Keep a new key as AWSPENDING, readable by nobody but its readers, and read it back."""
        kept = self._there(kept)
        self._protect(kept.arn)
        text = values.written(key, secret, created, self.place.user.name)
        self.change(
            "put secret value",
            lambda: self.place.secrets.put_secret_value(
                SecretId=kept.arn, ClientRequestToken=kept.version, SecretString=text, VersionStages=[PENDING]
            ),
            again=True,
        )
        if not values.same(self._text(kept.arn, kept.version) or "", text):
            raise Unkept(f"the secret `{kept.name}` does not hold what was put there; try again")
        return kept

    def recall(self, kept: Kept, key: str) -> tuple[Kept, Held] | None:
        """Look whether a key's secret is kept under the token that was recorded for it."""
        told = self._described(kept.arn or kept.name)
        if told is None or kept.version not in told.get("VersionIdsToStages", {}):
            return None
        text = self._text(told["ARN"], kept.version)
        held = _read(text, kept.version) if text is not None else None
        if held is None or held.key != key:
            return None
        return msgspec.structs.replace(kept, arn=told["ARN"]), held

    def make_current(self, kept: Kept) -> None:
        """Make the kept version current, and wait until it is so in every region that the rules name."""
        told = self._described(kept.arn)
        if told is None:
            raise Unkept(f"the secret `{kept.name}` is gone; undo this rotation, then resume it")
        self._check_owned(told)
        policy = self._protect(kept.arn)
        if self.place.is_central:
            self._check_proof(kept.arn, policy)
        self._move(told, kept.version, {kept.previous, ""}, "make current")
        self.drop_pending(kept)
        replicas.confirm(self.place, kept, self.change, self.pause)

    def restore_previous(self, kept: Kept) -> bool:
        """Make current again what was so before; gives whether there is something to be restored."""
        told = self._described(kept.arn or kept.name)
        versions = told.get("VersionIdsToStages", {}) if told else {}
        if told is None or not kept.previous or kept.previous not in versions:
            return False
        self._check_owned(told)
        self._move(told, kept.previous, {kept.version}, "restore previous secret")
        self.drop_pending(msgspec.structs.replace(kept, arn=told["ARN"]))
        return True

    def previous_key(self, kept: Kept) -> str:
        """Tell which key the version holds that was current before; empty where it holds none."""
        told = self._described(kept.arn or kept.name) if kept.previous else None
        text = self._text(told["ARN"], kept.previous) if told and not told.get("DeletedDate") else None
        held = _read(text, kept.previous) if text is not None else None
        return held.key if held else ""

    def drop_pending(self, kept: Kept) -> None:
        """Take AWSPENDING from the version that it was put with, if it has it."""
        told = self._described(kept.arn or kept.name)
        if told is None or told.get("DeletedDate") or PENDING not in _stages(told, kept.version):
            return
        self.change(
            "drop pending secret",
            lambda: self.place.secrets.update_secret_version_stage(
                SecretId=told["ARN"], VersionStage=PENDING, RemoveFromVersionId=kept.version
            ),
        )

    def _move(self, told: Mapping[str, Any], version: str, expected: set[str], what: str) -> None:
        """Make a version current, in place of one that is expected to be so."""
        current = _with_stage(told, CURRENT)
        if current == version:
            return
        if current not in expected:
            raise Unkept(f"the secret `{self.place.name}` was changed meanwhile, by somebody else: see its versions")
        removed = {"RemoveFromVersionId": current} if current else {}
        self.change(
            what,
            lambda: self.place.secrets.update_secret_version_stage(
                SecretId=told["ARN"], VersionStage=CURRENT, MoveToVersionId=version, **removed
            ),
        )

    def _there(self, kept: Kept) -> Kept:
        """Make the secret if it is not there; what it holds at first is no key."""
        told = self._described(kept.arn or kept.name)
        if told is None:
            return self._made(kept)
        self._check_owned(told)
        if not _with_stage(told, CURRENT) or kept.previous == _waiting_token(kept.version):
            self.change(
                "put waiting value",
                lambda: self.place.secrets.put_secret_value(
                    SecretId=told["ARN"],
                    ClientRequestToken=_waiting_token(kept.version),
                    SecretString=values.waiting(self.place.user.name),
                ),
                again=True,
            )
        return msgspec.structs.replace(kept, arn=told["ARN"])

    def _made(self, kept: Kept) -> Kept:
        place = self.place
        tags = {OWNED: place.user.id, ACCOUNT: place.user.account, USER: place.user.name}
        sealed_by = {"KmsKeyId": place.terms.kms_key} if place.terms.kms_key else {}
        made = self.change(
            "create secret",
            lambda: place.secrets.create_secret(
                Name=place.name,
                Description=f"The access key of {place.user.arn}, kept by its rotation.",
                ClientRequestToken=_waiting_token(kept.version),
                SecretString=values.waiting(place.user.name),
                Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
                **sealed_by,  # type: ignore[arg-type]  # one name, one text
            ),
            again=True,
        )
        return msgspec.structs.replace(kept, arn=made["ARN"], previous=_waiting_token(kept.version), made=True)

    def _protect(self, arn: str) -> str:
        """See that the policy is as it must be, and put it if not."""
        place = self.place
        wanted = readers.policy(place.user.arn, place.terms.readers, place.principal)
        stored = place.secrets.get_resource_policy(SecretId=arn).get("ResourcePolicy")
        if not readers.is_same(stored, wanted):
            self.change(
                "put resource policy",
                lambda: place.secrets.put_resource_policy(SecretId=arn, ResourcePolicy=wanted, BlockPublicPolicy=True),
                again=True,
            )
            stored = place.secrets.get_resource_policy(SecretId=arn).get("ResourcePolicy")
            if not readers.is_same(stored, wanted):
                raise Unkept(f"the resource policy of `{place.name}` is not what was put there; try again")
        return wanted

    def _check_terms(self) -> None:
        place, key = self.place, self.place.terms.kms_key
        if not place.is_central:
            return
        if ":key/" not in key:
            raise Unkept("a secret in the central account needs a customer key: name its ARN as `kms-key` in the rules")
        if set(place.terms.regions) - {place.region} and ":key/mrk-" not in key:
            raise Unkept(
                "replicas that another account reads need a multi-Region key: name one as `kms-key` in the rules"
            )

    def _check_owned(self, told: Mapping[str, Any]) -> None:
        """See that the secret is ours, and can be written to."""
        place, name = self.place, self.place.name
        if told.get("DeletedDate"):
            raise Unkept(f"the secret `{name}` is scheduled for deletion: restore it, or wait until it is gone")
        tags = {tag.get("Key"): tag.get("Value") for tag in told.get("Tags", [])}
        if tags.get(OWNED) is None:
            raise Unkept(
                f"the secret `{name}` is not ours: rename it, or tag it `{OWNED}` = {place.user.id} to hand it over"
            )
        if tags[OWNED] != place.user.id:
            raise Unkept(
                f"the secret `{name}` is that of another user ({tags[OWNED]}): delete it when it is not needed"
            )
        if told.get("PrimaryRegion", place.region) != place.region:
            raise Unkept(f"the secret `{name}` is a replica of the one in {told['PrimaryRegion']}: name that region")
        if told.get("RotationEnabled"):
            raise Unkept(f"the secret `{name}` is rotated by something else too: cancel its own rotation")
        if not _is_same_key(told.get("KmsKeyId") or "", place.terms.kms_key, place):
            raise Unkept(f"the secret `{name}` is sealed by another key than the rules name: change one of them")

    def _check_proof(self, arn: str, policy: str = "") -> None:
        place = self.place
        policy = policy or readers.policy(place.user.arn, place.terms.readers, place.principal)
        lacking = self.prove(arn, policy)
        if lacking:
            raise Unkept(f"`{place.user.name}` could not read its secret: it needs {', and '.join(lacking)}")

    def _described(self, secret_id: str) -> Mapping[str, Any] | None:
        try:
            return self.place.secrets.describe_secret(SecretId=secret_id)
        except ClientError as error:
            if error.response["Error"]["Code"] == _ABSENT:
                return None
            raise

    def _held(self, arn: str, version: str) -> Held | None:
        """Read what is current; None where there is no value."""
        text = self._text(arn, version)
        if text is None:
            return None
        held = _read(text, version)
        if held is None:
            name = self.place.name
            raise Unkept(
                f"what the secret `{name}` holds is not a key: somebody changed it by hand; put back what it held"
            )
        return held

    def _text(self, arn: str, version: str) -> str | None:
        try:
            told = self.place.secrets.get_secret_value(SecretId=arn, VersionId=version)
        except ClientError as error:
            if error.response["Error"]["Code"] == _ABSENT:
                return None
            raise
        return told.get("SecretString", "")


def _read(text: str, version: str) -> Held | None:
    try:
        return values.read(text, version)
    except ValueError:
        return None


def _with_stage(told: Mapping[str, Any], stage: str) -> str:
    """Find the version that has a stage; empty where none has."""
    versions: Mapping[str, list[str]] = told.get("VersionIdsToStages") or {}
    return next((version for version, stages in versions.items() if stage in stages), "")


def _stages(told: Mapping[str, Any], version: str) -> list[str]:
    stages: list[str] = (told.get("VersionIdsToStages") or {}).get(version, [])
    return stages


def _is_same_key(sealed_by: str, wanted: str, place: Place) -> bool:
    """Whether two names of a KMS key mean the same: each is an ARN, or of the place's own account and region.

    A secret that somebody made beforehand may be sealed by a key of theirs, which they can take away.
    """
    partition = place.user.arn.split(":")[1]

    def whole(name: str) -> str:
        resource = name if name.startswith("alias/") else f"key/{name}"
        return name if name.startswith("arn:") else f"arn:{partition}:kms:{place.region}:{place.account}:{resource}"

    return whole(sealed_by or _OWN_KEY) == whole(wanted or _OWN_KEY)


def _waiting_token(token: str) -> str:
    """Name the version that holds no key yet: found again by whoever knows the token."""
    return sha256(f"waiting {token}".encode()).hexdigest()
