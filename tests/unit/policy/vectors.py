"""Vectors: cases in TOML, each with the source of what it expects. They are read here and nowhere else."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[2] / "vectors" / "policy"


def vectors(name: str) -> list[Any]:
    """Read one file's cases; a case without its own source has the file's."""
    read = tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))
    source = read.get("source", "")
    cases = [{"source": source, **case} for case in read["case"]]
    assert all(case["source"] for case in cases)
    names = [case["name"] for case in cases]
    assert len(set(names)) == len(names), "two cases with one name"
    return [pytest.param(case, id=case["name"]) for case in cases]
