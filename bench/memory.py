"""Resident memory of one worker that knows ten thousand users: each created, given a key, and seen once by that key."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from bench import servers
from bench.load import drive
from bench.servers import HERE, Server
from bench.signed import Signer
from bench.subjects import key_creations, make_users, new_key

USERS = 10_000
LIMIT_MB = 120


def largest_mb(server: Server) -> float:
    """Read the memory of the server's largest process: with one worker, the worker. In megabytes."""
    return max(_status_mb(pid, "VmRSS:") for pid in servers.family(server.pid))


def peak_mb(server: Server) -> float:
    """Read the most memory that a process of the server has had since it began, in megabytes."""
    return max(_status_mb(pid, "VmHWM:") for pid in servers.family(server.pid))


def _status_mb(pid: int, name: str) -> float:
    lines = (line.split() for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return next(int(line[1]) for line in lines if line[0] == name) / 1000


def main() -> None:
    servers.pin(servers.CLIENT_CORE)
    with (
        tempfile.TemporaryDirectory(dir=HERE, prefix=".bench-") as folder,
        servers.watchword(Path(folder) / "data") as ours,
    ):
        fresh = largest_mb(ours)
        users = make_users(ours, USERS)
        keys = [new_key(body) for body in drive(ours.port, key_creations(ours, users), keep=True).bodies]
        signers = (Signer(ours.port, key.access_key_id, key.secret_access_key) for key in keys)
        drive(ours.port, [signer.post("sts", "GetCallerIdentity") for signer in signers])
        full = largest_mb(ours)
    told = {"users": USERS, "fresh_mb": round(fresh), "full_mb": round(full), "limit_mb": LIMIT_MB}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
