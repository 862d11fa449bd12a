"""BatchGetSecretValue: many secrets at once, each allowed in its own right; what is refused is told beside the rest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from watchword.domain.refusal import Refusal
from watchword.services.operation import Asking, Call, Need, Reply, Target, Way, operation
from watchword.services.secretsmanager import filters as rules
from watchword.services.secretsmanager import judging, listing, paging
from watchword.services.secretsmanager.filters import Filters
from watchword.services.secretsmanager.reading import read_value
from watchword.services.secretsmanager.refusals import (
    InvalidNextToken,
    InvalidParameter,
    MarkedForDeletion,
    NoSuchSecret,
)
from watchword.services.secretsmanager.targets import target_of, version_keys
from watchword.store.secrets import Place, Secret

LARGEST = 20
"""Source: secretsmanager model, MaxResultsBatchType."""


def _further(asking: Asking, _target: Target) -> Sequence[Need]:
    """Source: Secrets Manager API, BatchGetSecretValue, "Required permissions"."""
    return (Need("secretsmanager:ListSecrets"),) if asking.parameters.get("filters") else ()


@operation(
    "secretsmanager",
    way=Way.READ,
    journal=("secret_id_list", "filters", "max_results", "next_token"),
    raises=(InvalidParameter, InvalidNextToken),
    also=_further,
)
def batch_get_secret_value(
    call: Call,
    *,
    secret_id_list: Sequence[str] | None = None,
    filters: Filters | None = None,
    max_results: int | None = None,
    next_token: str | None = None,
) -> Reply:
    """Hand out the current values of the secrets that are named, or that filters let through.

    Raises InvalidParameter, InvalidNextToken.   Source: Secrets Manager API, BatchGetSecretValue.
    """
    if bool(secret_id_list) is bool(filters):
        raise InvalidParameter(message="You must provide either SecretIdList or Filters, but not both.")
    if secret_id_list:
        if max_results is not None or next_token is not None:
            raise InvalidParameter(message="To use MaxResults or NextToken, you must also use Filters.")
        return _read(call, dict.fromkeys(secret_id_list))
    rules.check(filters or ())
    asked = ("BatchGetSecretValue", call.asking.region, filters)
    opened = paging.opened(call, asked, next_token)
    after = None if opened is None else Place(*opened)
    rows, further = listing.found(call, listing.Question(filters=filters or ()), after, max_results or LARGEST)
    reply = _read(call, [row.secret.arn for row in rows])
    return {**reply, "NextToken": paging.token(call, asked, further)} if further else reply


def _read(call: Call, secret_ids: Iterable[str]) -> dict[str, Any]:
    values: list[dict[str, Any]] = []
    errors: list[dict[str, str]] = []
    for secret_id in secret_ids:
        try:
            values.append(_value(call, secret_id))
        except Refusal as refusal:
            code = refusal.json_code or refusal.code
            errors.append({"SecretId": secret_id, "ErrorCode": code, "Message": refusal.message})
    return {"SecretValues": values, "Errors": errors}


def _value(call: Call, secret_id: str) -> dict[str, Any]:
    """Read one secret, as GetSecretValue would.

    Raises AccessDenied, and what GetSecretValue raises.
    """
    asking = call.asking
    target = target_of(asking, secret_id, version_keys(None, None))
    judging.refuse_denied(asking, "secretsmanager:GetSecretValue", target)
    secret: Secret | None = target.subject
    if secret is None:
        raise NoSuchSecret
    if secret.gone_at is not None:
        raise MarkedForDeletion
    return read_value(call, secret, None, None)
