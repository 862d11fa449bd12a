"""How long the wire room takes to read and to write the two hottest operations, and how much memory it adds.

Prints one JSON line: microseconds (median of several runs) and megabytes.
"""

from __future__ import annotations

import json
import statistics
import timeit
from pathlib import Path
from urllib.parse import urlencode

from watchword.domain.http import HttpRequest
from watchword.wire import Catalog

REQUEST_ID = "7a62c49f-347e-4fc4-9331-6e8eaabbccdd"
ROUNDS, RUNS = 20_000, 7
SCOPE = b"AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261122/us-east-1/sts/aws4_request, SignedHeaders=host, "
HEADERS = (
    (b"host", b"127.0.0.1:4567"),
    (b"accept-encoding", b"identity"),
    (b"user-agent", b"Boto3/1.44.5"),
    (b"content-type", b"application/x-www-form-urlencoded; charset=utf-8"),
    (b"x-amz-date", b"20261122T000000Z"),
    (b"authorization", SCOPE + b"Signature=0"),
)
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]})
ASSUME = {
    "Action": "AssumeRole",
    "Version": "2011-06-15",
    "RoleArn": "arn:aws:iam::123456789012:role/RoleName1",
    "RoleSessionName": "RoleSession1",
    "DurationSeconds": "900",
}
IDENTITY = {"Action": "GetCallerIdentity", "Version": "2011-06-15"}
CREDENTIALS = {
    "AccessKeyId": "ASIAIOSFODNN7EXAMPLE",
    "SecretAccessKey": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "SessionToken": "t" * 700,
    "Expiration": 1_800_000_000,
}
ROLE_USER = {"AssumedRoleId": "AROAIOSFODNN7EXAMPLE1:s", "Arn": "arn:aws:sts::123456789012:assumed-role/RoleName1/s"}
WHO = {"UserId": "AIDAIOSFODNN7EXAMPLE1", "Account": "123456789012", "Arn": "arn:aws:iam::123456789012:user/ann"}


def resident() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


def microseconds(statement: object) -> float:
    assert callable(statement)
    runs = timeit.repeat(statement, number=ROUNDS, repeat=RUNS)
    return round(statistics.median(runs) / ROUNDS * 1e6, 2)


def request(parameters: dict[str, str]) -> HttpRequest:
    return HttpRequest("POST", b"/", b"", HEADERS, urlencode(parameters).encode())


def main() -> None:
    before = resident()
    catalog = Catalog.load(("sts", "iam"))
    who, assume = request(IDENTITY), request(ASSUME)
    with_policy = request({**ASSUME, "Policy": POLICY})
    asked, assumed = catalog.route(who), catalog.route(assume)
    role = {"Credentials": CREDENTIALS, "AssumedRoleUser": ROLE_USER}
    figures = {
        "route": microseconds(lambda: catalog.route(assume)),
        "parse_get_caller_identity": microseconds(lambda: asked.parse(who)),
        "parse_assume_role": microseconds(lambda: assumed.parse(assume)),
        "parse_assume_role_with_policy": microseconds(lambda: assumed.parse(with_policy)),
        "encode_get_caller_identity": microseconds(lambda: asked.encode(WHO, REQUEST_ID)),
        "encode_assume_role": microseconds(lambda: assumed.encode(role, REQUEST_ID)),
    }
    print(json.dumps({"bench": "wire_codecs", "microseconds": figures, "megabytes": round(resident() - before, 1)}))


if __name__ == "__main__":
    main()
