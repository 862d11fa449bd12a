"""How many journal entries a second one process makes durable, and how long each waits.

    python bench/journal_writer.py [URL]

Prints one JSON line. Without a URL it makes a SQLite file under the current directory. Each of many tasks on one event
loop puts an entry on record and waits for it, as requests do. `feed_poll_us` is what the change feed costs a request
when nothing happens, `feed_poll_busy_us` while the journal is written.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import statistics
import sys
import tempfile
import time
from pathlib import Path

import uvloop

from watchword.store import installation
from watchword.store.accounts import Account
from watchword.store.engine import Store
from watchword.store.feed import Feed, open_feed
from watchword.store.installation import Installation
from watchword.store.journal import Entry, SessionContext, Use, mint_request_id
from watchword.store.opening import create_store
from watchword.store.ring import RingKey
from watchword.store.tx import Tx
from watchword.store.writer import Writer

TASKS = 64
SECONDS = 4.0
POLLS = 20_000


def main() -> None:
    with tempfile.TemporaryDirectory(dir=".", prefix="bench-") as place:
        url = sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{place}/watchword.db"
        store = create_store(url, fill)
        feed = open_feed(store, Path(place), time.monotonic)
        writer = Writer(store, feed.announce)
        writer.start()
        try:
            result = uvloop.run(measure(store, writer, feed))
        finally:
            writer.close()
            feed.close()
            store.close()
    print(json.dumps(result))


def fill(tx: Tx) -> None:
    made = Installation(created_at=0, master_key_id="bench", sandbox=False, first_account_id="111122223333")
    installation.create(tx, made, Account("111122223333", b"", 0), RingKey(1, b"", 0))


def entry(number: int) -> Entry:
    now = time.time()
    key = f"ASIA{number % 50:016d}"
    return Entry(
        request_id=mint_request_id(now, secrets.token_bytes),
        at=now,
        service="sts",
        event="AssumeRole",
        account="111122223333",
        principal_type="AssumedRole",
        principal="arn:aws:sts::111122223333:assumed-role/deployer/session",
        principal_id="AROAABCDEFGHIJKLMNOPQ:session",
        access_key_id=key,
        session=SessionContext("arn:aws:iam::111122223333:role/deployer", now, "session"),
        source_ip="192.0.2.7",
        user_agent="Boto3/1.44.5 md/Botocore#1.44.5 ua/2.1 os/linux#6.1 lang/python#3.11.7",
        region="us-east-1",
        request={"roleArn": "arn:aws:iam::111122223333:role/reader", "roleSessionName": "session"},
        used=(Use(key, "sts", "us-east-1"),),
    )


async def measure(store: Store, writer: Writer, feed: Feed) -> dict[str, object]:
    waits: list[float] = []
    polls: list[float] = []
    until = time.perf_counter() + SECONDS

    async def ask(task: int) -> None:
        number = task
        while (began := time.perf_counter()) < until:
            feed.poll()
            polled = time.perf_counter()
            await writer.record(entry(number))
            waits.append(time.perf_counter() - polled)
            polls.append(polled - began)
            number += TASKS

    await asyncio.gather(*(ask(task) for task in range(TASKS)))
    feed.poll()
    began = time.perf_counter()
    for _ in range(POLLS):
        feed.poll()
    idle = (time.perf_counter() - began) / POLLS
    waits.sort()
    return {
        "bench": "journal_writer",
        "database": store.url.get_backend_name(),
        "tasks": TASKS,
        "entries_per_second": round(len(waits) / SECONDS),
        "wait_ms_median": round(statistics.median(waits) * 1e3, 2),
        "wait_ms_p99": round(waits[int(len(waits) * 0.99)] * 1e3, 2),
        "feed_poll_us": round(idle * 1e6, 2),
        "feed_poll_busy_us": round(statistics.mean(polls) * 1e6, 2),
    }


if __name__ == "__main__":
    main()
