"""What sessions cost where there are many, and where many were ended.

A page of ListSessions among 200,000 live ones, the first and one far down; and GetCallerIdentity with a session while
10,000 ends stand in its account, over the same with none. The cost is the server's processor time for a request.
"""

from __future__ import annotations

import json
import secrets
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median
from time import time
from typing import Any

import boto3
import botocore.session
from sqlalchemy import insert

from bench import servers
from bench.load import drive
from bench.servers import HERE, Server, processor_seconds
from bench.signed import REGION, Signer
from bench.subjects import make_role
from watchword.compose.stores import unlock
from watchword.crypto.tokens import Link, Session
from watchword.domain.ids import Prefix, mint_key_id
from watchword.domain.principal import PrincipalType
from watchword.services.sessions.criteria import Criteria, written
from watchword.services.sessions.records import issued_of
from watchword.settings import Settings
from watchword.store import journal, schema
from watchword.store.issued import Row, row_of
from watchword.store.journal import Entry
from watchword.wire import MODELS

SESSIONS, ENDS = 200_000, 10_000
BATCH = 5_000
ROUNDS, PAGES, REQUESTS = 5, 20, 4_000
FAR = 1_500
"""How many pages of 100 are turned to come far down."""
LIMIT = 1.3


def fill(folder: Path) -> None:
    """Write that many live sessions of a role into a store, as the requests for them would have."""
    unlocked = unlock(Settings(folder))
    account, now = unlocked.installation.first_account_id, time()
    with unlocked.store.writing.connect() as connection, connection.begin():
        for start in range(0, SESSIONS, BATCH):
            entries = [_entry(account, now - (SESSIONS - number) / 100) for number in range(start, start + BATCH)]
            rows = [row for entry in entries for row in journal.rows_of(entry)]
            connection.execute(insert(schema.journal), [dict(zip(journal.COLUMNS, row, strict=True)) for row in rows])
            issued = [row_of(entry.issued, entry.request_id) for entry in entries if entry.issued]
            connection.execute(insert(schema.session), [dict(zip(Row._fields, row, strict=True)) for row in issued])
    unlocked.store.close()


def _entry(account: str, at: float) -> Entry:
    session = Session(
        access_key_id=mint_key_id(Prefix.TEMPORARY_KEY, account, secrets.token_bytes),
        type=PrincipalType.ROOT,
        account=account,
        unique_id=account,
        issuer_arn=f"arn:aws:iam::{account}:root",
        name="",
        issued_at=int(at),
        expires_at=int(at) + 43_200,
        chain=(Link(f"arn:aws:iam::{account}:root", "AKIAIOSFODNN7EXAMPLE"),),
    )
    request_id = journal.mint_request_id(at, secrets.token_bytes)
    return Entry(request_id, at, "sts", "GetSessionToken", account, source_ip="127.0.0.1", issued=issued_of(session))


def end(folder: Path) -> None:
    """Write that many ends of single sessions into a store."""
    unlocked = unlock(Settings(folder))
    account, now = unlocked.installation.first_account_id, int(time())
    alike = {"account_id": account, "ended_by": "bench", "reason": "", "matters_until": now + 129_600}
    moment = {"issued_before": now * 1_000_000, "ended_at": now * 1_000_000}
    ids = [mint_key_id(Prefix.TEMPORARY_KEY, account, secrets.token_bytes) for _ in range(ENDS)]
    ends = [{**alike, **moment, "id": key_id, "criteria": written(Criteria((key_id,)))} for key_id in ids]
    with unlocked.store.writing.connect() as connection, connection.begin():
        connection.execute(insert(schema.ending), ends)
    unlocked.store.close()


def client(server: Server) -> Any:
    """Make a client of our own service."""
    core = botocore.session.Session()
    core.get_component("data_loader").search_paths.append(str(MODELS))
    key: Any = {"aws_access_key_id": server.access_key_id, "aws_secret_access_key": server.secret_access_key}
    return core.create_client("watchword", REGION, endpoint_url=server.endpoint, **key)


def cost(server: Server, ask: Callable[[], object], times: int) -> float:
    """Ask again and again; gives the server's processor milliseconds for one."""
    before = processor_seconds(server)
    for _ in range(times):
        ask()
    return 1000 * (processor_seconds(server) - before) / times


def listing(server: Server) -> dict[str, float]:
    own = client(server)
    token: dict[str, str] = {}
    for _ in range(FAR):
        token = {"NextToken": own.list_sessions(**token)["NextToken"]}
    asked = {"first_ms": partial(own.list_sessions), "far_ms": partial(own.list_sessions, **token)}
    rounds = [{name: cost(server, ask, PAGES) for name, ask in asked.items()} for _ in range(ROUNDS)]
    return {name: round(median(one[name] for one in rounds), 1) for name in asked}


def calls(server: Server) -> Iterator[bytes]:
    """Give signed requests of one session of a role."""
    sts = boto3.Session(server.access_key_id, server.secret_access_key, region_name=REGION).client(
        "sts", endpoint_url=server.endpoint
    )
    given = sts.assume_role(RoleArn=make_role(server), RoleSessionName="bench")["Credentials"]
    signer = Signer(server.port, given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    while True:
        yield signer.post("sts", "GetCallerIdentity")


def measure(server: Server, requests: Iterator[bytes]) -> float:
    """Give the server's processor microseconds for one request."""
    some = [next(requests) for _ in range(REQUESTS)]
    before = processor_seconds(server)
    answered = drive(server.port, some, connections=16).answered
    return 1e6 * (processor_seconds(server) - before) / answered


def main() -> None:
    servers.pin(servers.CLIENT_CORE)
    with tempfile.TemporaryDirectory(dir=HERE, prefix=".bench-") as folder:
        with servers.watchword(Path(folder) / "many", fill) as server:
            pages = listing(server)
        with (
            servers.watchword(Path(folder) / "none") as none,
            servers.watchword(Path(folder) / "ended", end) as ended,
        ):
            by_server = {"none": (none, calls(none)), "ended": (ended, calls(ended))}
            rounds = [{name: measure(*one) for name, one in by_server.items()} for _ in range(ROUNDS)]
    spent = {name: round(median(one[name] for one in rounds), 1) for name in by_server}
    told = {"sessions": SESSIONS, **pages, "page_ratio": round(pages["far_ms"] / pages["first_ms"], 2)}
    checked = {"ends": ENDS, "us_without": spent["none"], "us_with": spent["ended"]}
    print(json.dumps({**told, **checked, "ends_ratio": round(spent["ended"] / spent["none"], 2), "limit": LIMIT}))


if __name__ == "__main__":
    main()
