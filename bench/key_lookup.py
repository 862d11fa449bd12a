"""What authenticating a random key costs among a million, over what it costs among a thousand: two stores, in turns.

The users and keys are written straight into the store. Every request is GetCallerIdentity with a key drawn at random,
and most of a million have not been seen before; all of a thousand are in memory after the first round, which is not
counted.
"""

from __future__ import annotations

import json
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from random import Random
from statistics import median

from sqlalchemy import insert

from bench import servers
from bench.load import Measured, drive
from bench.servers import HERE, Server, processor_seconds
from bench.signed import Signer
from bench.subjects import key_ids
from watchword.compose.stores import unlock
from watchword.domain.ids import Prefix, mint_unique_id
from watchword.domain.secret import Secret
from watchword.settings import Settings
from watchword.store import schema

FEW, MANY = 1_000, 1_000_000
ROUNDS = 5
REQUESTS = 4_000
CONNECTIONS = 16
BATCH = 10_000
LIMIT = 1.3
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
"""One for all: what differs is how a key is found."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """A server and the ids of all keys that it knows."""

    server: Server
    keys: Sequence[str]

    def requests(self, random: Random) -> list[bytes]:
        drawn = random.choices(self.keys, k=REQUESTS)
        return [Signer(self.server.port, key, SECRET).post("sts", "GetCallerIdentity") for key in drawn]


def fill(folder: Path, *, count: int, told: list[str]) -> None:
    """Write that many users with a key each into a store, and tell the keys' ids."""
    unlocked = unlock(Settings(folder))
    account = unlocked.installation.first_account_id
    vault = unlocked.vault(account)
    with unlocked.store.writing.connect() as connection, connection.begin():
        for users, keys in _rows(account, count):
            for key in keys:
                key["sealed_secret"] = vault.seal_secret(Secret(SECRET), to=str(key["id"]))
            connection.execute(insert(schema.user), users)
            connection.execute(insert(schema.access_key), keys)
            told += [str(key["id"]) for key in keys]
    unlocked.store.close()


def _rows(account: str, count: int) -> Iterator[tuple[list[dict[str, object]], list[dict[str, object]]]]:
    drawn = key_ids(account)
    for start in range(0, count, BATCH):
        users: list[dict[str, object]] = []
        keys: list[dict[str, object]] = []
        for number in range(start, min(count, start + BATCH)):
            owner, name = mint_unique_id(Prefix.USER, secrets.token_bytes), f"user-{number:07d}"
            mine = {"account_id": account, "created_at": 1}
            users.append({**mine, "id": owner, "name": name, "name_key": name, "path": "/", "boundary_arn": None})
            called = {"owner_id": owner, "owner_name": name, "owner_path": "/"}
            keys.append({**mine, **called, "id": next(drawn), "status": "Active"})
        yield users, keys


def measure(crowd: Crowd, random: Random) -> Measured:
    requests = crowd.requests(random)
    before = processor_seconds(crowd.server)
    measured = drive(crowd.server.port, requests, connections=CONNECTIONS)
    return replace(measured, server_seconds=processor_seconds(crowd.server) - before)


def main() -> None:
    servers.pin(servers.CLIENT_CORE)
    random = Random(7)
    with tempfile.TemporaryDirectory(dir=HERE, prefix=".bench-") as folder, ExitStack() as running:
        crowds = {}
        for count in (FEW, MANY):
            place = Path(folder) / str(count)
            keys: list[str] = []
            server = running.enter_context(servers.watchword(place, partial(fill, count=count, told=keys)))
            crowds[count] = Crowd(server, keys)
            measure(crowds[count], random)
        rounds: dict[int, list[Measured]] = {FEW: [], MANY: []}
        for _ in range(ROUNDS):
            for count, crowd in crowds.items():
                rounds[count].append(measure(crowd, random))
    rate = {count: median(one.rate for one in measured) for count, measured in rounds.items()}
    spent = {count: median(one.server_seconds / one.answered for one in measured) for count, measured in rounds.items()}
    print(
        json.dumps(
            {
                "keys": [FEW, MANY],
                "per_second": [round(rate[FEW]), round(rate[MANY])],
                "server_us": [round(1e6 * spent[FEW], 1), round(1e6 * spent[MANY], 1)],
                "cost_ratio": round(rate[FEW] / rate[MANY], 2),
                "processor_ratio": round(spent[MANY] / spent[FEW], 2),
                "limit": LIMIT,
            }
        )
    )


if __name__ == "__main__":
    main()
