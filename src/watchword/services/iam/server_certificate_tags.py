"""The tags of a server certificate."""

from __future__ import annotations

from collections.abc import Sequence

from watchword.services.iam import tagging
from watchword.services.iam.refusals import DuplicateTagKeys, InvalidMarker, LimitExceeded, ReservedTag
from watchword.services.iam.server_certificate_refusals import NoSuchServerCertificate
from watchword.services.iam.server_certificate_targets import certificate_named, found_certificate
from watchword.services.operation import Call, Reply, Way, operation
from watchword.store import tags as kept


@operation(
    "iam",
    way=Way.CHANGE,
    on=certificate_named,
    journal=("server_certificate_name", "tags"),
    raises=(NoSuchServerCertificate, DuplicateTagKeys, ReservedTag, LimitExceeded),
)
def tag_server_certificate(call: Call, *, server_certificate_name: str, tags: tagging.Passed) -> Reply:  # noqa: ARG001 - read by the target
    """Lay tags over those that a server certificate has: the same key, in whatever letter case, is replaced.

    Raises NoSuchServerCertificate, DuplicateTagKeys, ReservedTag, LimitExceeded.
    Source: IAM API, TagServerCertificate.
    """
    tagging.put(call, found_certificate(call).id, tags, quota="TagsPerServerCertificate")
    return {}


@operation(
    "iam",
    way=Way.CHANGE,
    on=certificate_named,
    journal=("server_certificate_name", "tag_keys"),
    raises=(NoSuchServerCertificate,),
)
def untag_server_certificate(call: Call, *, server_certificate_name: str, tag_keys: Sequence[str]) -> Reply:  # noqa: ARG001 - read by the target
    """Take tags away from a server certificate; keys that it does not have are passed over.

    Raises NoSuchServerCertificate.   Source: IAM API, UntagServerCertificate.
    """
    kept.remove(call.tx, found_certificate(call).id, tag_keys)
    return {}


@operation(
    "iam",
    way=Way.READ,
    on=certificate_named,
    journal=("server_certificate_name", "marker", "max_items"),
    raises=(NoSuchServerCertificate, InvalidMarker),
)
def list_server_certificate_tags(
    call: Call,
    *,
    server_certificate_name: str,  # noqa: ARG001 - read by the target
    marker: str | None = None,
    max_items: int | None = None,
) -> Reply:
    """List a server certificate's tags by key.

    Raises NoSuchServerCertificate, InvalidMarker.   Source: IAM API, ListServerCertificateTags.
    """
    return tagging.listed(call, found_certificate(call).id, marker, max_items)
