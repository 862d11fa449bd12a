"""`make demo` tells the truth: every step that it shows goes as told, and what must be secret is not shown."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
A_SECRET = re.compile(r'"(SecretAccessKey|SessionToken)": "[^"…]{20,}')


@pytest.mark.slow
def test_demo_goes_as_told() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "demo.life_of_a_key"], cwd=TOP, capture_output=True, text=True, check=False, timeout=110
    )
    assert done.returncode == 0, done.stderr + done.stdout[-2000:]
    assert "(LimitExceeded)" in done.stdout
    assert "(ExpiredToken)" in done.stdout
    assert not A_SECRET.search(done.stdout)
