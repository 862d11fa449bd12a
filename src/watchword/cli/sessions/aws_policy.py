"""The way that AWS has: a policy that denies a role everything by sessions that were issued before a time.

It is only printed. It does its work with AWS and with an authority of one's own alike.
Source: IAM User Guide, "Revoke IAM role temporary security credentials".
"""

from __future__ import annotations

import json
import shlex
from datetime import datetime
from functools import partial

import click

from watchword.cli import aws
from watchword.cli.aws import Account
from watchword.cli.exits import Exit, Stop
from watchword.cli.sessions.authority import say
from watchword.cli.sessions.criteria import Criteria
from watchword.cli.times import Instant, instant

NAME = "AWSRevokeOlderSessions"


def write(account: Account, criteria: Criteria, before: Instant | None, form: str) -> None:
    """Print the policy on standard output, and the command that puts it in its place on standard error.

    Raises Stop.
    """
    if criteria.role is None or len(criteria.asked()) > 1:
        raise Stop("`--aws-policy` is about one role and all its sessions: give `--role`, and no other", Exit.USAGE)
    now = partial(aws.now, account)
    policy = document(now() if before is None else instant(before, now))
    line = _line(account, criteria.role, policy)
    if form == "json":
        click.echo(json.dumps({"role": criteria.role, "policy_name": NAME, "document": policy, "command": line}))
        return
    click.echo(json.dumps(policy, indent=2))
    say("Nothing was changed. This denies the role all that its older sessions ask; new ones are not touched:")
    click.echo(line, err=True)


def document(before: datetime) -> dict[str, object]:
    """Write the policy for sessions that were issued before an instant."""
    older = {"DateLessThan": {"aws:TokenIssueTime": f"{before:%Y-%m-%dT%H:%M:%SZ}"}}
    statement = {"Effect": "Deny", "Action": ["*"], "Resource": ["*"], "Condition": older}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _line(account: Account, role: str, policy: dict[str, object]) -> str:
    words = ["aws", "iam", "put-role-policy", "--role-name", role, "--policy-name", NAME]
    words += ["--policy-document", json.dumps(policy, separators=(",", ":"))]
    words += ["--endpoint-url", account.endpoint_url] if account.endpoint_url else []
    return shlex.join(words)
