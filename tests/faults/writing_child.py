"""A process that writes to a store as fast as it can and says what was acknowledged, until it is killed.

    python writing_child.py URL START

Prints `c N` for each acknowledged change and `j N` for each acknowledged journal entry, numbered from START.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import sys

from watchword.store import accounts
from watchword.store.accounts import Account
from watchword.store.journal import Entry
from watchword.store.opening import open_store
from watchword.store.writer import Writer

TASKS = 8


def entry(kind: str, number: int) -> Entry:
    return Entry(request_id=f"{kind} {number}", at=float(number), service="test", event=kind)


async def write(writer: Writer, numbers: itertools.count[int]) -> None:
    while True:
        number = next(numbers)
        if number % 2:
            account = Account(f"{number:012d}", b"sealed", number)
            await writer.change(lambda tx: accounts.add(tx, account), lambda _outcome: entry("c", number))  # noqa: B023 - awaited before the next turn
            os.write(1, f"c {number}\n".encode())
        else:
            await writer.record(entry("j", number))
            os.write(1, f"j {number}\n".encode())


async def main(url: str, start: int) -> None:
    writer = Writer(open_store(url))
    writer.start()
    numbers = itertools.count(start)
    await asyncio.gather(*(write(writer, numbers) for _ in range(TASKS)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
