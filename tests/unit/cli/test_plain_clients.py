"""What asks an account is a plain AWS client: of our rooms it knows the command line, the settings and the words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import watchword.cli

ROOMS = ("watchword.cli", "watchword.domain", "watchword.settings", "watchword.wire.model.MODELS")
"""The models of our own service are data: whoever has them is a plain client all the same."""
CLI = Path(watchword.cli.__file__).parent
CLIENTS = (
    *("assume", "audit", "aws", "credential_process", "credential_report", "endpoint", "exec", "exits", "export"),
    *("inventory", "shell", "tables", "times", "trail", "unset", "uses", "whoami"),
)
FOLDERS = ("configure", "credentials", "doctor", "keys", "lending", "report", "sessions", "whose")
FILES = [CLI / f"{name}.py" for name in CLIENTS] + [
    file for folder in FOLDERS for file in sorted((CLI / folder).glob("*.py"))
]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(CLI)))
def test_it_knows_no_other_room(file: Path) -> None:
    assert [name for name in imported(file) if name.startswith("watchword") and not name.startswith(ROOMS)] == []


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
