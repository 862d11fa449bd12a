"""The tests' own terminal: it shows, types, interrupts, and leaves nobody behind."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from tests.support.processes import lives
from tests.support.pty import Unanswered, typing


def python(program: str) -> list[str]:
    return [sys.executable, "-I", "-S", "-c", program]


def test_child_has_the_terminal_for_its_own() -> None:
    program = (
        "import os, sys; print(os.isatty(0), os.isatty(1), os.isatty(2), os.path.exists('/dev/tty')); open('/dev/tty')"
    )
    with typing(python(program), environment={}) as terminal:
        assert terminal.finish() == 0
    assert terminal.output.splitlines()[0] == "True True True True"


def test_lines_are_typed_and_answers_expected_in_order() -> None:
    program = "name = input('name? '); print(f'hello {name}'); input('again? '); print('bye'); raise SystemExit(7)"
    with typing(python(program), environment={}) as terminal:
        terminal.expect("name? ")
        terminal.send("ann")
        assert terminal.expect("hello ann").startswith("ann\n")  # the terminal's echo
        terminal.expect("again? ")
        terminal.send()
        assert terminal.finish() == 7
    assert terminal.output.endswith("bye\n")


def test_hidden_prompts_show_nothing_typed() -> None:
    program = "import getpass; print(len(getpass.getpass('secret: ')))"
    with typing(python(program), environment={}, piped=True) as terminal:
        terminal.expect("secret: ")
        terminal.send("wordless")
        assert terminal.finish() == 0
    assert "wordless" not in terminal.output
    assert terminal.data == "8\n"


def test_ctrl_c_interrupts() -> None:
    with typing(python("print('ready'); import time; time.sleep(60)"), environment={}) as terminal:
        terminal.expect("ready")
        terminal.interrupt()
        assert terminal.finish() != 0
    assert "KeyboardInterrupt" in terminal.output


def test_ctrl_d_ends_what_is_typed() -> None:
    with typing(python("import sys; print(len(sys.stdin.read()))"), environment={}) as terminal:
        terminal.send("four")
        terminal.end_input()
        assert terminal.finish() == 0
    assert terminal.output.endswith("5\n")


def test_window_has_the_size_asked_for_and_can_be_pulled() -> None:
    program = "import os; print(os.get_terminal_size().columns); input(); print(os.get_terminal_size().columns)"
    with typing(python(program), environment={}, columns=72) as terminal:
        terminal.expect("72\n")
        terminal.resize(99)
        terminal.send()
        terminal.expect("99\n")
        assert terminal.finish() == 0


def test_environment_is_what_was_given_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OURS", "leaks")
    with typing(python("import os; print(sorted(os.environ))"), environment={"GIVEN": "1"}) as terminal:
        assert terminal.finish() == 0
    assert "GIVEN" in terminal.output
    assert "TERM" in terminal.output
    assert "OURS" not in terminal.output


def test_what_does_not_come_is_told_and_not_waited_for() -> None:
    with (
        typing(python("print('something else'); import time; time.sleep(60)"), environment={}) as terminal,
        pytest.raises(Unanswered, match="something else"),
    ):
        terminal.expect("never", timeout=0.5)
    with typing(python("pass"), environment={}) as terminal, pytest.raises(Unanswered):
        terminal.expect("never", timeout=5)


def test_child_that_does_not_end_is_ended() -> None:
    program = "import signal, time; signal.signal(signal.SIGHUP, signal.SIG_IGN); print('up'); time.sleep(600)"
    began = time.monotonic()
    with typing(python(program), environment={}) as terminal:
        terminal.expect("up")
        with pytest.raises(Unanswered):
            terminal.finish(timeout=0.2)
    assert time.monotonic() - began < 20
    assert not lives(terminal.pid)


def test_deadline_is_for_the_whole_conversation() -> None:
    with (
        typing(python("import time; time.sleep(600)"), environment={}, deadline=0.3) as terminal,
        pytest.raises(Unanswered),
    ):
        terminal.expect("never", timeout=600)


def test_long_output_is_read_whole() -> None:
    with typing(python("print('x' * 300_000 + 'end')"), environment={}, piped=True) as terminal:
        assert terminal.finish() == 0
    assert len(terminal.data) == 300_004


def test_failed_start_leaves_nothing_open() -> None:
    before = descriptors()
    with typing(["/no/such/command"], environment={}) as terminal:
        assert terminal.finish() != 0
    assert descriptors() == before


def test_chatter_does_not_put_the_deadline_off() -> None:
    with typing(python("while True: print('x' * 100)"), environment={}) as terminal:
        with pytest.raises(Unanswered):
            terminal.expect("never", timeout=0.3)
        with pytest.raises(Unanswered):
            terminal.finish(timeout=0.3)


def descriptors() -> int:
    return sum(1 for _ in Path("/dev/fd").iterdir())
