"""Write AWS's own managed policies into the package, from the copy that moto keeps.

Moto (Apache-2.0) refreshes its copy from AWS itself. It is the benchmark's peer, locked in requirements/bench.txt; no
other part of it is used. Run `make policies` after a new version of it was locked, and review the difference.
"""

from __future__ import annotations

import json
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

from watchword.store.aws_policies import DATA

PEER = Path(".venvs/bench/bin/python")
TELL = "from moto.iam.aws_managed_policies import aws_managed_policies_data as data; print(data)"


def main() -> None:
    told = subprocess.run([PEER, "-c", TELL], check=True, capture_output=True, text=True).stdout  # noqa: S603 - ours
    policies: dict[str, dict[str, Any]] = json.loads(told)
    lines = [_line(name, policies[name]) for name in sorted(policies, key=str.lower)]
    DATA.write_text("".join(f"{line}\n" for line in lines))
    print(f"{len(lines)} policies, {DATA.stat().st_size:,} bytes")


def _line(name: str, policy: dict[str, Any]) -> str:
    kept = {
        "name": name,
        "path": policy["Path"],
        "version": int(policy["DefaultVersionId"].removeprefix("v")),
        "created_at": _seconds(policy["CreateDate"]),
        "updated_at": _seconds(policy["UpdateDate"]),
        "document": policy["Document"],
    }
    return json.dumps(kept, separators=(",", ":"))


def _seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


if __name__ == "__main__":
    main()
