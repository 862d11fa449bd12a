"""`watchword policy why`: what a request would get, and which statements settle it, as the authority itself decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import click

from watchword.cli import aws, tables
from watchword.cli.exits import Exit, Stop

ON_AWS = (
    "AWS does not explain its decisions; the nearest is `aws iam simulate-principal-policy`. To ask an authority of "
    "your own, name it with `--endpoint-url`, AWS_ENDPOINT_URL or a profile"
)
Context = dict[str, tuple[str, ...]]


class Entry(click.ParamType[tuple[str, str]]):
    """A condition key and its value, as `key=value`."""

    name = "key=value"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        key, equals, text = value.partition("=")
        if not equals or ":" not in key:
            self.fail(f"`{value}` is no condition key with its value; write `aws:SourceIp=192.0.2.7`", param, ctx)
        return key, text


@click.command()
@click.argument("action")
@click.argument("resource", default="*")
@click.option("--principal", "arn", metavar="ARN", help="Who would ask: a user, a role, or root.  [default: you]")
@click.option("--session", "key_id", metavar="KEY_ID", help="The session that would ask, with all that limits it.")
@click.option(
    "--context",
    "context",
    type=Entry(),
    multiple=True,
    help="A condition key of the request. A key given more than once has several values.",
)
@click.option("--check", is_flag=True, help="Exit with 3 if it would be refused.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@aws.account
def why(
    account: aws.Account,
    action: str,
    resource: str,
    arn: str | None,
    key_id: str | None,
    context: tuple[tuple[str, str], ...],
    check: bool,
    as_json: bool,
) -> None:
    """Explain whether ACTION on RESOURCE would be allowed, and by what.

    RESOURCE is an ARN; without it, the action is asked about on all of them: `*`. Nothing is carried out. What only
    the request itself would tell, such as its address or its tags, is unknown unless `--context` says it.
    """
    if arn and key_id:
        raise click.UsageError("give `--principal` or `--session`, not both")
    asked: dict[str, Any] = {"Action": action, "ResourceArn": resource, "ContextEntries": _entries(context)}
    asked |= {"PrincipalArn": arn} if arn else {}
    asked |= {"AccessKeyId": key_id} if key_id else {}
    told = _client(account).explain_decision(**asked)
    if as_json:
        click.echo(tables.encoded(_record(told)))
    else:
        for line in _lines(told):
            click.echo(tables.shown(line))
    if check and not told["Allowed"]:
        raise click.exceptions.Exit(Exit.FINDING)


def _entries(context: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    found: dict[str, tuple[str, list[str]]] = {}
    for key, value in context:
        found.setdefault(key.lower(), (key, []))[1].append(value)
    return [{"ContextKeyName": key, "ContextKeyValues": values} for key, values in found.values()]


def _client(account: aws.Account) -> Any:
    from watchword.wire.model import MODELS  # noqa: PLC0415 - loaded only when used

    account.learn(MODELS)
    client = account.client("watchword")
    if aws.is_aws(client):
        raise Stop(ON_AWS)
    return client


def _record(told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "outcome": told["Outcome"],
        "allowed": told["Allowed"],
        "principal": told["PrincipalArn"],
        "action": told["Action"],
        "resource": told["ResourceArn"],
        "message": told.get("Message"),
        "reasons": [
            {
                "layer": reason["Layer"],
                "effect": reason["Effect"],
                "policy": reason.get("Policy"),
                "statement": reason.get("Statement"),
                "detail": reason["Detail"],
            }
            for reason in told["Reasons"]
        ],
    }


def _lines(told: Mapping[str, Any]) -> Iterator[str]:
    verdict = {"Allow": "allowed", "ImplicitDeny": "refused", "ExplicitDeny": "refused, and nothing can allow it"}
    yield f"{told['PrincipalArn']}: {told['Action']} on {told['ResourceArn']} is {verdict[told['Outcome']]}"
    for reason in told["Reasons"]:
        where = f", statement {reason['Statement']}" if "Statement" in reason else ""
        policy = f" ({reason.get('Policy') or 'its own'}{where})" if where else ""
        yield f"  {reason['Layer']:<9} {reason['Detail']}{policy}"
    if told.get("Message"):
        yield f"It would be told: {told['Message']}"
