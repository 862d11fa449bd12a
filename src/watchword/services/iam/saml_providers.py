"""SAML providers: create, tell, list, change and delete. Their tags have a file of their own."""

from __future__ import annotations

from base64 import b32encode

from watchword.crypto.saml import Metadata, MetadataUnreadable, read_metadata
from watchword.services.iam import tagging
from watchword.services.iam.policy_refusals import UnreadableArn
from watchword.services.iam.refusals import DuplicateTagKeys, LimitExceeded, ReservedTag
from watchword.services.iam.saml_refusals import (
    DecryptionNotOffered,
    MetadataRefused,
    NoPrivateKey,
    NoSuchPrivateKey,
    NoSuchSamlProvider,
    NothingToUpdate,
    PrivateKeyAddedAndRemoved,
    SamlProviderExists,
)
from watchword.services.iam.saml_targets import existing_provider, found_provider, provider_to_create
from watchword.services.operation import Call, Reply, Way, operation
from watchword.store import saml_providers
from watchword.store import tags as kept_tags
from watchword.store.saml_providers import SamlProvider

TAG_QUOTA = "TagsPerSAMLProvider"
ID_PREFIX = "SAMLSP"
"""Source: recorded from AWS, SAMLProviderUUID."""
ALLOWED, REQUIRED = "Allowed", "Required"
"""AssertionEncryptionMode. `Allowed` is what AWS tells of a provider without private keys."""
HUNDRED_YEARS = 36_525 * 86_400
"""Seconds for which metadata is valid that sets no limit.  Source: recorded from AWS, ValidUntil."""


@operation(
    "iam",
    way=Way.CHANGE,
    on=provider_to_create,
    journal=("saml_metadata_document", "name", "tags", "assertion_encryption_mode"),
    told=("SAMLProviderArn",),
    raises=(
        NoPrivateKey,
        DecryptionNotOffered,
        MetadataRefused,
        DuplicateTagKeys,
        ReservedTag,
        SamlProviderExists,
        LimitExceeded,
    ),
    also=tagging.needed_to_tag("iam:TagSAMLProvider"),
)
def create_saml_provider(
    call: Call,
    *,
    saml_metadata_document: str,
    name: str,
    tags: tagging.Passed | None = None,
    assertion_encryption_mode: str | None = None,
    add_private_key: str | None = None,
) -> Reply:
    """Register an identity provider, whose word then counts for roles that trust it.

    Raises whatever `raises` names.   Source: IAM API, CreateSAMLProvider.
    """
    _check_encryption(assertion_encryption_mode, add_private_key)
    metadata = _metadata(call, saml_metadata_document)
    tagging.read(tags)
    if saml_providers.by_arn(call.tx, call.target.arn) is not None:
        raise SamlProviderExists(name=name)
    limit = call.quotas.saml_providers_per_account
    if saml_providers.count(call.tx, call.account) >= limit:
        raise LimitExceeded(quota="SAMLProvidersPerAccount", limit=limit)
    provider = SamlProvider(
        id=ID_PREFIX + b32encode(call.random(15)).decode("ascii"),
        account=call.account,
        name=name,
        metadata=saml_metadata_document,
        valid_until=_valid_until(call, metadata),
        created_at=call.now,
    )
    saml_providers.add(call.tx, provider)
    tagging.put(call, provider.id, tags, quota=TAG_QUOTA)
    had = kept_tags.of(call.tx, provider.id)
    return {"SAMLProviderArn": provider.arn, **({"Tags": tagging.told(had)} if had else {})}


@operation(
    "iam",
    way=Way.READ,
    on=existing_provider,
    journal=("saml_provider_arn",),
    raises=(UnreadableArn, NoSuchSamlProvider),
)
def get_saml_provider(call: Call, *, saml_provider_arn: str) -> Reply:  # noqa: ARG001 - read by the target
    """Tell of a SAML provider, with the metadata document as it was given.

    Raises UnreadableArn, NoSuchSamlProvider.   Source: IAM API, GetSAMLProvider.
    """
    provider = found_provider(call)
    return {
        "SAMLProviderUUID": provider.id,
        "SAMLMetadataDocument": provider.metadata,
        "CreateDate": provider.created_at,
        "ValidUntil": provider.valid_until,
        "Tags": tagging.told(kept_tags.of(call.tx, provider.id)),
        "AssertionEncryptionMode": ALLOWED,
        "PrivateKeyList": [],
    }


@operation("iam", way=Way.READ)
def list_saml_providers(call: Call) -> Reply:
    """List the account's SAML providers by name.   Source: IAM API, ListSAMLProviders: not by pages."""
    return {
        "SAMLProviderList": [
            {"Arn": provider.arn, "ValidUntil": provider.valid_until, "CreateDate": provider.created_at}
            for provider in saml_providers.of_account(call.tx, call.account)
        ]
    }


@operation(
    "iam",
    way=Way.CHANGE,
    on=existing_provider,
    journal=("saml_metadata_document", "saml_provider_arn", "assertion_encryption_mode", "remove_private_key"),
    told=("SAMLProviderArn",),
    raises=(
        UnreadableArn,
        NoSuchSamlProvider,
        NothingToUpdate,
        PrivateKeyAddedAndRemoved,
        NoSuchPrivateKey,
        NoPrivateKey,
        DecryptionNotOffered,
        MetadataRefused,
        LimitExceeded,
    ),
)
def update_saml_provider(
    call: Call,
    *,
    saml_metadata_document: str | None = None,
    saml_provider_arn: str,  # noqa: ARG001 - read by the target
    assertion_encryption_mode: str | None = None,
    add_private_key: str | None = None,
    remove_private_key: str | None = None,
) -> Reply:
    """Replace a provider's metadata, as when its keys change. Sessions that were given out before stay.

    Raises whatever `raises` names.   Source: IAM API, UpdateSAMLProvider.
    """
    provider = found_provider(call)
    if all(
        part is None
        for part in (saml_metadata_document, assertion_encryption_mode, add_private_key, remove_private_key)
    ):
        raise NothingToUpdate
    if add_private_key is not None and remove_private_key is not None:
        raise PrivateKeyAddedAndRemoved
    if remove_private_key is not None:
        raise NoSuchPrivateKey
    _check_encryption(assertion_encryption_mode, add_private_key)
    if saml_metadata_document is not None:
        until = _valid_until(call, _metadata(call, saml_metadata_document))
        saml_providers.set_metadata(call.tx, provider.arn, saml_metadata_document, valid_until=until)
    return {"SAMLProviderArn": provider.arn}


@operation(
    "iam",
    way=Way.CHANGE,
    on=existing_provider,
    journal=("saml_provider_arn",),
    raises=(UnreadableArn, NoSuchSamlProvider),
)
def delete_saml_provider(call: Call, *, saml_provider_arn: str) -> Reply:  # noqa: ARG001 - read by the target
    """Forget a SAML provider. Roles that trust it stay, and nobody comes through it any more.

    Raises UnreadableArn, NoSuchSamlProvider.   Source: IAM API, DeleteSAMLProvider.
    """
    saml_providers.remove(call.tx, found_provider(call))
    return {}


def _check_encryption(mode: str | None, key: str | None) -> None:
    if key is not None:
        raise DecryptionNotOffered
    if mode == REQUIRED:
        raise NoPrivateKey


def _metadata(call: Call, document: str) -> Metadata:
    """Read a metadata document, within the quotas on what one may hold.

    Raises MetadataRefused, LimitExceeded.
    """
    try:
        metadata = read_metadata(document)
    except MetadataUnreadable as error:
        raise MetadataRefused(reason=error) from error
    quotas = call.quotas
    if len(metadata.signers) > quotas.identity_providers_per_saml_provider:
        raise LimitExceeded(quota="IdentityProvidersPerSAMLProvider", limit=quotas.identity_providers_per_saml_provider)
    if metadata.keys > quotas.keys_per_saml_provider:
        raise LimitExceeded(quota="KeysPerSAMLProvider", limit=quotas.keys_per_saml_provider)
    return metadata


def _valid_until(call: Call, metadata: Metadata) -> int:
    return call.now + HUNDRED_YEARS if metadata.valid_until is None else metadata.valid_until
