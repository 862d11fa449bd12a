"""Asks commands for their help, each in a process of its own that has imported nothing but the way there.

    python -m tests.support.helped '[["report", "keys"]]' FILE

What they print goes where this prints; FILE gets a JSON line for each: its words, its exit code, what it imported.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from watchword.cli.main import main

HEAVY = ("boto3", "botocore", "keyring", "rich", "sqlalchemy", "starlette", "uvicorn")
"""Each takes longer to import than all that a command needs to tell what it does."""


def asked(words: list[str], record: Path) -> None:
    """Ask one command, in a child: as light as this process, since nothing else runs in it."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    code: object = "it did not end"
    try:
        main(args=[*words, "--help"], prog_name="watchword")
    except SystemExit as end:
        code = end.code
    finally:
        sys.stdout.flush()
        found = [name for name in HEAVY if name in sys.modules]
        with record.open("a") as lines:
            lines.write(json.dumps({"words": words, "code": code, "heavy": found}) + "\n")
        os._exit(0)


if __name__ == "__main__":
    for given in json.loads(sys.argv[1]):
        asked(given, Path(sys.argv[2]))
