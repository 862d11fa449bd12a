"""How long one signature takes to verify, with its signing key remembered: GetCallerIdentity as boto3 signs it.

Prints one JSON line. Run it as `python bench/sigv4_verification.py`.
"""

from __future__ import annotations

import json
import statistics
import time
from datetime import UTC, datetime

from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from watchword.crypto.sigv4 import SigningKeys, check_claim, read_claim, verify
from watchword.domain.http import HttpRequest
from watchword.domain.secret import Secret

ROUNDS, PER_ROUND = 9, 4_000
SERVICES, REGIONS = frozenset({"iam", "sts"}), frozenset({"us-east-1", "eu-west-1"})
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"  # the one in AWS's documentation


def signed_request() -> HttpRequest:
    """GetCallerIdentity with a header signature, and the headers that boto3 sends."""
    headers = {
        "User-Agent": "Boto3/1.44.5 md/Botocore#1.44.5 ua/2.1 os/linux#6.1 md/arch#x86_64 lang/python#3.11.7",
        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
        "Accept-Encoding": "identity",
    }
    body = b"Action=GetCallerIdentity&Version=2011-06-15"
    request = AWSRequest(method="POST", url="http://127.0.0.1:4567/", headers=headers, data=body)
    SigV4Auth(Credentials("AKIDEXAMPLE", SECRET), "sts", "us-east-1").add_auth(request)
    sent = [(name.lower().encode(), value.encode()) for name, value in request.headers.items()]
    sent += [(b"host", b"127.0.0.1:4567"), (b"content-length", str(len(body)).encode())]
    return HttpRequest("POST", b"/", b"", sent, body)


def presigned_request() -> HttpRequest:
    """GetCallerIdentity as a presigned URL."""
    request = AWSRequest(method="GET", url="http://127.0.0.1:4567/?Action=GetCallerIdentity&Version=2011-06-15")
    SigV4QueryAuth(Credentials("AKIDEXAMPLE", SECRET), "sts", "us-east-1").add_auth(request)
    query = str(request.url).partition("?")[2].encode()
    return HttpRequest("GET", b"/", query, [(b"host", b"127.0.0.1:4567")], b"")


def median_us(request: HttpRequest) -> float:
    """Median over the rounds of the mean time of one whole verification, in microseconds."""
    keys, secret, now = SigningKeys(), Secret(SECRET), datetime.now(UTC).timestamp()
    rounds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for _ in range(PER_ROUND):
            claim = read_claim(request)
            check_claim(claim, services=SERVICES, regions=REGIONS, now=now)
            verify(claim, request, keys.of(claim, version="1", secret=lambda: secret))
        rounds.append((time.perf_counter() - start) / PER_ROUND * 1e6)
    return round(statistics.median(rounds), 2)


if __name__ == "__main__":
    print(
        json.dumps(
            {
                "bench": "sigv4_verification",
                "median_us": median_us(signed_request()),
                "presigned_median_us": median_us(presigned_request()),
            }
        )
    )
