"""Where in a TOML file a key stands, for a message that says what is wrong with its value."""

from __future__ import annotations

import re
from collections import Counter

HEADER = re.compile(r"\s*(\[\[?)\s*([\w.-]+)\s*\]\]?\s*(?:#.*)?")
KEY = re.compile(r"\s*([\w-]+)\s*=")


def line_of(text: str, path: str) -> int | None:
    """Tell the line (from 1) of a key, `imds.listen` or `workload[1].role`, or of its table; None without either."""
    table, _, key = path.rpartition(".")
    here, tables = "", Counter[str]()
    of_table: int | None = None
    for number, line in enumerate(text.splitlines(), 1):
        header = HEADER.fullmatch(line)
        if header:
            here = header[2]
            if header[1] == "[[":
                tables[here] += 1
                here = f"{here}[{tables[here] - 1}]"
            if here == path:
                return number
            of_table = number if here == table else of_table
        elif here == table and (found := KEY.match(line)) and found[1] == key:
            return number
    return of_table
