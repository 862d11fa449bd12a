"""How long `sandbox reset` takes, on a sandbox in which much has happened. Prints one JSON line; milliseconds."""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from pathlib import Path

from tests.support.authority import Authority, initialise, serving

RESETS = 15
USERS = 100


def fill(authority: Authority) -> None:
    """Make users with keys, so that there is something to bring back from."""
    iam = authority.client("iam")
    for number in range(USERS):
        iam.create_user(UserName=f"user-{number}")
        iam.create_access_key(UserName=f"user-{number}")


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        data = Path(place) / "data"
        took = []
        with serving(data, initialise(data, "--sandbox")) as authority:
            client = authority.client("watchword")
            for _ in range(RESETS):
                fill(authority)
                started = time.perf_counter()
                client.reset_sandbox()
                took.append((time.perf_counter() - started) * 1000)
    told = {
        "measure": "sandbox reset, as its client sees it",
        "users": USERS,
        "median_ms": round(statistics.median(took), 2),
        "most_ms": round(max(took), 2),
        "limit_ms": 50,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
