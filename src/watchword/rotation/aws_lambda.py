"""Rotation as a Lambda function: one event, one sweep. `deploy/aws/rotation.yaml` deploys it.

A function may run for a quarter of an hour: what it does not get to it hands to another invocation of itself.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Protocol, cast

import botocore.session
import msgspec
import structlog

from watchword.domain.secret import Secret
from watchword.rotation.access import Hub, open_hub
from watchword.rotation.ledger import Ledger
from watchword.rotation.results import Mode, Run
from watchword.rotation.rules import Rules, read_rules
from watchword.rotation.sweeping.choice import Choice
from watchword.rotation.sweeping.orders import Orders
from watchword.rotation.sweeping.sweeps import NO_TIME, sweep
from watchword.rotation.telling import check_templates, tell

MODE, RULES, LEDGER = (
    "WATCHWORD_ROTATION_MODE",
    "WATCHWORD_ROTATION_RULES_PARAMETER",
    "WATCHWORD_ROTATION_LEDGER_SECRET",
)
"""Environment variables: `plan` or `apply`; the SSM parameter with the rules; the secret with the ledger's URL."""
RESERVE = 120_000
"""Milliseconds before the end in which no account is begun: what is at work is finished, kept and told."""

log = structlog.get_logger()


class Failed(Exception):  # noqa: N818 - what the alarm counts
    """Some account, or some step, failed. The ledger and the log have the rest."""


class Ordered(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An event. Nothing in it is everything, as the schedule sends it; `mode` may only be milder than the deployed."""

    mode: Mode | None = None
    accounts: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    forced: tuple[str, ...] = ()


class Context(Protocol):
    """What Lambda gives.  Source: Lambda Developer Guide, "Python context object"."""

    invoked_function_arn: str
    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int: ...


def handler(event: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Sweep once. Gives the run's id and counts.

    Raises ValueError for an event that is not understood, Failed, BadRules, LedgerFault, and what AWS refuses.
    """
    ordered = _read(event)
    session = botocore.session.get_session()
    rules = read_rules(_parameter(session, os.environ[RULES]))
    check_templates(rules.telling)
    ledger = Ledger.open(_secret(session, os.environ[LEDGER]).reveal())
    try:
        return _swept(ordered, session, rules, ledger, context)
    finally:
        ledger.close()


def _read(event: Mapping[str, Any]) -> Ordered:
    try:
        ordered = msgspec.convert(dict(event), Ordered)
    except msgspec.ValidationError as wrong:
        raise ValueError(f"the event is not understood: {wrong}") from wrong
    deployed = Mode(os.environ.get(MODE, Mode.PLAN))
    if ordered.mode is Mode.APPLY and deployed is not Mode.APPLY:
        raise ValueError(f"the event asks to apply, and `{MODE}` is `{deployed}`")
    return msgspec.structs.replace(ordered, mode=ordered.mode or deployed)


def _swept(
    ordered: Ordered, session: botocore.session.Session, rules: Rules, ledger: Ledger, context: Context
) -> dict[str, Any]:
    hub = open_hub(rules.aws, session=session)
    choice = Choice(accounts=ordered.accounts, only=ordered.only, forced=ordered.forced)
    by = context.invoked_function_arn
    orders = Orders(hub, rules, ledger, ordered.mode or Mode.PLAN, choice, by=by, holder=context.aws_request_id)
    run = sweep(orders, tell=_teller(hub, rules, ledger), until=partial(_is_late, context))
    left = [one.account for one in run.accounts if one.failed == NO_TIME]
    if left:
        _go_on(session, ordered, left, len(run.accounts), context)
    told = {"run": run.id, "accounts": len(run.accounts) - len(left), "left": len(left), "findings": run.has_findings}
    failed = [one.account for one in run.accounts if one.failed != NO_TIME and one.is_failed]
    log.info("swept", **told, failed=failed)
    if failed:
        raise Failed(f"run {run.id} failed for {len(failed)} account(s), the first of them {failed[0]}")
    return told


def _is_late(context: Context) -> bool:
    return context.get_remaining_time_in_millis() < RESERVE


def _teller(hub: Hub, rules: Rules, ledger: Ledger) -> Callable[[Run], None]:
    def told(run: Run) -> None:
        telling = rules.telling
        ses = hub.client("sesv2", telling.ses.region) if telling.ses else None
        for failure in tell(run, telling, ledger, hub.clock, ses=ses, warn=rules.ordinary.warn).failures:
            log.warning("not delivered", to=failure.to, why=failure.why)

    return told


def _go_on(session: botocore.session.Session, ordered: Ordered, left: list[str], taken: int, context: Context) -> None:
    """Hand what was not begun to another invocation. One that could begin nothing would hand it on for ever.

    Raises Failed.
    """
    if len(left) == taken:
        raise Failed("no account could be begun in the time that the function has")
    event = msgspec.to_builtins(msgspec.structs.replace(ordered, accounts=tuple(left)))
    _client(session, "lambda").invoke(
        FunctionName=context.invoked_function_arn, InvocationType="Event", Payload=json.dumps(event)
    )


def _parameter(session: botocore.session.Session, name: str) -> str:
    told = _client(session, "ssm").get_parameter(Name=name, WithDecryption=True)
    return str(told["Parameter"]["Value"])


def _secret(session: botocore.session.Session, arn: str) -> Secret:
    return Secret(str(_client(session, "secretsmanager").get_secret_value(SecretId=arn)["SecretString"]))


def _client(session: botocore.session.Session, service: str) -> Any:
    """Make a client; its operations are made from the service's model, so that no type tells of them."""
    return cast("Any", session.create_client(service))
