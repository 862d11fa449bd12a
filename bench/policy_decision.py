"""How long one decision takes: SCP, boundary, twenty identity statements and a session policy, some with conditions.

Run `python -m bench.policy_decision`; prints one JSON line. Times are microseconds of processor time per decision.
Beside it stands the naive evaluator that the tests use as an oracle: it reads the documents anew for every question.
"""

from __future__ import annotations

import json
import statistics
import time
import timeit
from collections.abc import Callable
from typing import Any

from tests.unit.policy.oracle import decide as naive
from watchword.domain.principal import Principal, PrincipalType
from watchword.policy import Kind, Policies, PolicySet, Request, compile_policy, evaluate, parse

ACCOUNT = "123456789012"
ROUNDS, PER_ROUND = 15, 20_000

Document = dict[str, Any]


def document(*statements: Document) -> Document:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: str | list[str], resource: str = "*", **more: Any) -> Document:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def identity() -> Document:
    """Twenty statements: seven are about the action that is asked, five of them with conditions."""
    others = [allow(f"{service}:*") for service in ("ec2", "sqs", "sns", "kms", "logs", "events", "lambda", "ecs")]
    named = [allow(["s3:ListBucket", "s3:GetBucketLocation"], f"arn:aws:s3:::team-{number}") for number in range(5)]
    tag = {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}
    return document(
        *others,
        *named,
        allow("s3:Get*", "arn:aws:s3:::archive/*", Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}),
        allow("s3:*", "arn:aws:s3:::scratch/${aws:userid}/*"),
        allow("s3:GetObject", "arn:aws:s3:::team/*", Condition={"StringEquals": {"aws:PrincipalTag/team": "red"}}),
        allow("s3:GetObject", "arn:aws:s3:::team/*", Condition={**tag, "Bool": {"aws:SecureTransport": "true"}}),
        {"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        {"Effect": "Deny", "NotAction": "iam:*", "Resource": "arn:aws:s3:::secret/*"},
        {
            "Effect": "Deny",
            "Action": "*",
            "Resource": "*",
            "Condition": {"DateLessThan": {"aws:TokenIssueTime": "2020-01-01T00:00:00Z"}},
        },
    )


SECURE = {"Bool": {"aws:SecureTransport": "true"}}
LAYERS: dict[str, Any] = {
    "identity": [identity()],
    "boundary": [document(allow("s3:*"), allow("sqs:*"))],
    "session": document(allow("s3:GetObject", "arn:aws:s3:::team/*", Condition=SECURE)),
    "scp": [
        [document(allow("*"))],
        [document(allow("*"), {"Effect": "Deny", "Action": "organizations:*", "Resource": "*"})],
    ],
}
CONTEXT: dict[str, str | tuple[str, ...]] = {
    "aws:sourceip": "10.1.2.3",
    "aws:securetransport": "true",
    "aws:principaltag/team": "blue",
    "aws:resourcetag/team": "blue",
    "aws:tokenissuetime": "2024-05-01T10:00:00Z",
    "aws:userid": "AROAEXAMPLE:s",
}


def question() -> tuple[Request, Policies]:
    """Compile the layers, as a node holds them in memory."""

    def compiled(documents: list[Document], kind: Kind) -> PolicySet:
        return PolicySet.of([compile_policy(parse(json.dumps(one), kind)) for one in documents])

    role = f"arn:aws:iam::{ACCOUNT}:role/Reader"
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/Reader/s"
    principal = Principal(PrincipalType.ASSUMED_ROLE, ACCOUNT, session, "AROAEXAMPLE:s", "AROAEXAMPLE", role, "s")
    policies = Policies(
        identity=compiled(LAYERS["identity"], Kind.IDENTITY),
        boundary=compiled(LAYERS["boundary"], Kind.BOUNDARY),
        session=compiled([LAYERS["session"]], Kind.SESSION),
        scp=tuple(compiled(level, Kind.SCP) for level in LAYERS["scp"]),
    )
    return Request(principal, "s3:GetObject", "arn:aws:s3:::team/report.csv", CONTEXT.get), policies


def microseconds(work: Callable[[], object], times: int) -> float:
    return statistics.median(timeit.repeat(work, timer=time.process_time, number=times, repeat=ROUNDS)) / times * 1e6


def main() -> None:
    request, policies = question()
    assert evaluate(request, policies).allowed
    ours = microseconds(lambda: evaluate(request, policies), PER_ROUND)
    asked = {"principal": request.principal, "action": request.action, "resource": request.resource, "context": CONTEXT}
    assert naive(asked, LAYERS) == "Allow"
    theirs = microseconds(lambda: naive(asked, LAYERS), PER_ROUND // 100)
    told = {"name": "policy_decision", "median_us": round(ours, 2), "naive_median_us": round(theirs, 1)}
    print(json.dumps({**told, "ratio": round(theirs / ours, 1), "target_us": 5.0, "statements": 26}))


if __name__ == "__main__":
    main()
