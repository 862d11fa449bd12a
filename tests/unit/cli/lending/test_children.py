from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from watchword.cli.lending import children

PYTHON = sys.executable


@pytest.mark.parametrize("code", [0, 1, 7, 255])
def test_exit_codes_pass_through(code: int) -> None:
    assert children.run([PYTHON, "-c", f"raise SystemExit({code})"], os.environ) == code


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_an_end_by_a_signal_is_told_as_a_shell_tells_it(number: signal.Signals) -> None:
    assert children.run([PYTHON, "-c", f"import os; os.kill(os.getpid(), {int(number)})"], os.environ) == 128 + number


@pytest.mark.parametrize("start", [children.run, children.become])
def test_what_cannot_be_run(start: object, tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_text("#!/bin/sh\n")
    empty = tmp_path / "empty"
    empty.write_bytes(b"\0\1\2")
    empty.chmod(0o755)
    assert callable(start)
    for command, code in (
        (str(tmp_path / "none"), 127),
        ("none-such-command", 127),
        (str(plain), 126),
        (str(empty), 126),
    ):
        with pytest.raises(children.NotRun) as stopped:
            start([command], {"PATH": "/bin"})
        assert stopped.value.exit_code == code
        assert f"`{command}` cannot be run" in stopped.value.message


def test_the_environment_is_the_one_given(tmp_path: Path) -> None:
    told = tmp_path / "told"
    script = f"import os; open({str(told)!r}, 'w').write(repr(sorted(os.environ)))"
    assert children.run([PYTHON, "-c", script], {"ONLY": "1"}) == 0
    assert "ONLY" in told.read_text()
    assert "HOME" not in told.read_text()


def test_what_replaces_python_gets_signals_as_they_were() -> None:
    """A command whose reader goes away has to end by SIGPIPE, which Python ignores for itself."""
    script = "from watchword.cli.lending.children import become; import os; become(['sh', '-c', {!r}], os.environ)"
    counting = 'trap "" TERM; kill -PIPE $$; echo still here'
    done = subprocess.run([PYTHON, "-c", script.format(counting)], capture_output=True, check=False, timeout=60)
    assert done.returncode == -signal.SIGPIPE
    assert done.stdout == b""


def test_signals_are_handed_on() -> None:
    """To a child that tells when it is ready, and which one came; there is no terminal that would tell it as well."""
    child = (
        "import signal, sys; signal.signal({0}, lambda *_: sys.exit(40)); print('ready', flush=True); signal.pause()"
    )
    script = (
        "import os, sys; from watchword.cli.lending.children import run;"
        "raise SystemExit(run([sys.executable, '-c', sys.argv[1]], os.environ))"
    )
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1):
        with subprocess.Popen(
            [PYTHON, "-c", script, child.format(int(number))], stdout=subprocess.PIPE, start_new_session=True
        ) as parent:
            assert parent.stdout
            assert parent.stdout.readline() == b"ready\n"
            parent.send_signal(number)
            assert parent.wait(60) == 40
