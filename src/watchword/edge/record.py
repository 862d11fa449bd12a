"""The record of one request: what the journal keeps of it. Only what an operation declares is kept, never a secret.

Source: CloudTrail User Guide, "CloudTrail record contents", "userIdentity element".
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

from watchword.crypto.tokens import Session
from watchword.domain.principal import PrincipalType
from watchword.domain.refusal import Refusal
from watchword.edge.denial import Denied
from watchword.edge.exchange import Exchange
from watchword.services.operation import Call, Operation, Reply, Target, Way
from watchword.services.sessions.records import issued_of
from watchword.store.journal import Entry, SessionContext, Use

LONGEST_TEXT = 2_048
"""Characters of one recorded value; a stranger must not fill the journal with a megabyte a request."""
MOST_PARTS = 50
"""Elements of one recorded list, likewise: as many as any of AWS's lists of tags may have."""
READ_ONLY = {
    ("sts", "get_session_token"): False,
    ("sts", "get_federation_token"): False,
    ("sts", "assume_root"): False,
    ("watchword", "assume_role_for_instance_profile"): True,
    ("iam", "generate_credential_report"): True,
    ("iam", "generate_service_last_accessed_details"): True,
    ("iam", "generate_organizations_access_report"): True,
}
"""Whether CloudTrail calls an operation read-only, where the way in which it is carried out does not say so.

Source: IAM User Guide, "Logging IAM and AWS STS API calls with CloudTrail", table of the STS operations; Service
Authorization Reference, access level Read. Ours for a machine is told as AssumeRole is.
"""


def entry_of(
    exchange: Exchange,
    *,
    told: Reply | None = None,
    call: Call | None = None,
    refused: Refusal | None = None,
    sandbox: bool,
) -> Entry:
    """Write down one request and what became of it; `call` is the request as it was carried out."""
    principal = exchange.caller.principal
    operation, claim, wire = exchange.operation, exchange.claim, exchange.wire
    session, connection = exchange.caller.session, exchange.connection
    return Entry(
        request_id=exchange.id,
        at=exchange.at,
        service=wire.service.name if wire else "",
        event=wire.name if wire else "",
        account=principal.account,
        principal_type=principal.type.value,
        principal=principal.arn,
        principal_id=principal.user_id,
        user_name=principal.name,
        access_key_id=exchange.caller.access_key_id or (claim.access_key_id[:LONGEST_TEXT] if claim else ""),
        session=_session(session) if session else None,
        source_ip=connection.source_ip,
        user_agent=(connection.user_agent or "")[:LONGEST_TEXT],
        region=connection.region[:LONGEST_TEXT],
        read_only=operation is not None and _reads(operation),
        request=_requested(operation, exchange.parameters) if operation else None,
        response=_answered(operation, told, call) if operation and told else None,
        error=refused.code if refused else "",
        error_message=_words(refused)[:LONGEST_TEXT] if refused else "",
        sandbox=sandbox,
        used=_uses(exchange, call),
        target=_arn(exchange.target),
        owner=_owner(exchange, done=refused is None),
        issued=issued_of(call.issued[0]) if call and call.issued else None,
    )


def _reads(operation: Operation) -> bool:
    known = READ_ONLY.get((operation.service, operation.function))
    return operation.way is not Way.CHANGE if known is None else known


def _arn(target: Target | None) -> str:
    return "" if target is None or target.arn == "*" else target.arn[:LONGEST_TEXT]


def _owner(exchange: Exchange, *, done: bool) -> str:
    """Tell which other account has to find this among its events: that of what was acted on.

    Of another account's refused requests it hears nothing; of those whom its identity providers vouch for it does,
    as they have no account of their own.  Source: IAM User Guide, "Logging IAM and AWS STS API calls with CloudTrail".
    """
    target, principal = exchange.target, exchange.caller.principal
    if target is None or target.account == principal.account or principal.type is PrincipalType.ANONYMOUS:
        return ""
    return target.account if (done or not principal.account) and target.account.isdecimal() else ""


def _words(refused: Refusal) -> str:
    """What a denial seals is for the one who was denied to hand on; the record has AWS's words alone."""
    return refused.words if isinstance(refused, Denied) else refused.message


def _session(session: Session) -> SessionContext:
    return SessionContext(
        issuer_arn=session.issuer_arn,
        issued_at=session.issued_at,
        session_name=session.name,
        source_identity=session.source_identity,
        chain=tuple((link.arn, link.access_key_id) for link in session.chain),
        mfa=session.mfa,
        issuer_id=session.unique_id,
        provider=session.federated_provider,
        audience=session.federated_audience,
        subject=session.federated_subject,
    )


def _uses(exchange: Exchange, call: Call | None) -> tuple[Use, ...]:
    """A credential counts as used once its signature was verified, whatever the answer; a secret, once it was read."""
    caller = exchange.caller
    if not caller.access_key_id or exchange.wire is None:
        return ()
    service, region = exchange.wire.service.name, exchange.connection.region
    read = tuple(Use(arn, service, region) for arn in call.used) if call and call.used else ()
    if caller.session is None:
        return (Use(caller.access_key_id, service, region), *read)
    if caller.principal.unique_id.startswith("AROA"):
        return (Use(caller.principal.unique_id, service, region), *read)
    return read


def _requested(operation: Operation, parameters: Mapping[str, Any]) -> dict[str, Any] | None:
    kept = {name: _kept(parameters[name]) for name in operation.journal if parameters.get(name) is not None}
    return kept or None


def _answered(operation: Operation, told: Reply, call: Call | None) -> dict[str, Any] | None:
    """Pick the members at the declared paths: `Credentials.AccessKeyId` and the like."""
    picked: dict[str, Any] = dict(call.noted) if call else {}
    for path in operation.told:
        found: Any = told
        for step in path.split("."):
            found = found.get(step) if type(found) is dict else None
        if found is not None:
            picked[path] = _kept(found)
    return picked or None


def _kept(value: Any) -> Any:
    if isinstance(value, str):
        return value[:LONGEST_TEXT]
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, Mapping):
        return {name: _kept(inner) for name, inner in islice(value.items(), MOST_PARTS)}
    if isinstance(value, (list, tuple)):
        return [_kept(inner) for inner in value[:MOST_PARTS]]
    return value
