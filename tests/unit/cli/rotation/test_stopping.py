"""Ctrl-C: once ends after what is at hand, twice at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from watchword.cli.rotation.stopping import AT_ONCE, FIRST, stoppable

TWICE = """
import os, signal
from watchword.cli.rotation.stopping import stoppable
with stoppable() as stopped:
    os.kill(os.getpid(), signal.SIGINT)
    assert stopped()
    os.kill(os.getpid(), signal.SIGTERM)
    raise AssertionError("it is still there")
"""


def test_once_is_told_to_whoever_asks(capfd: pytest.CaptureFixture[str]) -> None:
    before = signal.getsignal(signal.SIGINT)
    with stoppable() as stopped:
        assert not stopped()
        os.kill(os.getpid(), signal.SIGINT)
        assert stopped()
    assert signal.getsignal(signal.SIGINT) is before
    assert FIRST in capfd.readouterr().err


def test_twice_ends_the_process() -> None:
    done = subprocess.run([sys.executable, "-c", TWICE], capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 1
    assert FIRST in done.stderr
    assert AT_ONCE in done.stderr
    assert "Traceback" not in done.stderr
