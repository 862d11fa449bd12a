"""Commands in a real terminal: a child with a pseudo-terminal of its own, typed at and read from. Never hangs.

    with typing([WATCHWORD, "configure"], environment=environment) as terminal:
        terminal.expect("Secret access key")
        terminal.send("…")
        assert terminal.finish() == 0

The terminal is the child's controlling one, so `/dev/tty`, hidden prompts and Ctrl-C work as they do for a person.
"""

from __future__ import annotations

import os
import select
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSCTTY, TIOCSWINSZ

CTRL_C, CTRL_D = b"\x03", b"\x04"
COLUMNS, ROWS = 100, 40
TERM = "xterm-256color"
GRACE = 5.0
"""Seconds that a child has to be gone after SIGKILL."""
TAKES_TERMINAL = (
    f"import fcntl, os, sys; fcntl.ioctl(2, {TIOCSCTTY}, 0); os.execvp(sys.argv[1], sys.argv[1:])"  # 2: always the tty
)
"""What a session's leader does first; done in the child, as `preexec_fn` is not safe beside threads."""


class Unanswered(AssertionError):  # noqa: N818 - a test's failure
    """What was waited for did not come; tells all that did."""


class Conversation:
    """One child and its terminal. `output` is all that it showed, lines ended by `\\n` alone.

    Its standard output is the terminal too, or, where that was asked for, a pipe: then `data` is what came through it.
    """

    def __init__(self, child: subprocess.Popen[bytes], terminal: int, deadline: float) -> None:
        self._child = child
        self._terminal = terminal
        self._deadline = deadline
        self._shown, self._piped = bytearray(), bytearray()
        self._read_from = {terminal: self._shown}
        if child.stdout is not None:
            self._read_from[child.stdout.fileno()] = self._piped
        self._heard = 0

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def output(self) -> str:
        return self._shown.decode(errors="replace").replace("\r\n", "\n")

    @property
    def data(self) -> str:
        return self._piped.decode(errors="replace")

    def expect(self, text: str, timeout: float = 20.0) -> str:
        """Wait for a text after what was expected before; gives all up to and with it.

        Raises Unanswered when it does not come within `timeout` seconds, or the child ends without it.
        """
        until = self._until(timeout)
        while (found := self.output.find(text, self._heard)) < 0:
            if time.monotonic() > until or not self._take(until):
                raise Unanswered(f"`{text}` did not come; there is\n{self.output[self._heard :]!r}\n{self.data!r}")
        start, self._heard = self._heard, found + len(text)
        return self.output[start : self._heard]

    def settle(self, quiet: float = 0.5) -> None:
        """Read what comes, until nothing has come for so many seconds."""
        while self._take(time.monotonic() + quiet) and time.monotonic() < self._deadline:
            pass

    def send(self, line: str = "") -> None:
        """Type a line, and Enter."""
        self.press(line.encode() + b"\r")

    def press(self, keys: bytes) -> None:
        """Type keys as a terminal sends them."""
        os.write(self._terminal, keys)

    def interrupt(self) -> None:
        """Type Ctrl-C."""
        self.press(CTRL_C)

    def end_input(self) -> None:
        """Type Ctrl-D: on an empty line, the end of what is typed."""
        self.press(CTRL_D)

    def resize(self, columns: int, rows: int = ROWS) -> None:
        """Change the window's size; the child is told, as by a terminal whose window is pulled."""
        ioctl(self._terminal, TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def finish(self, timeout: float = 20.0) -> int:
        """Read on until the child ends of itself; gives its exit code, negative for a signal.

        Raises Unanswered when it does not end within `timeout` seconds.
        """
        until = self._until(timeout)
        while self._child.poll() is None:
            self._take(min(until, time.monotonic() + 0.05))
            if time.monotonic() > until:
                raise Unanswered(f"it did not end; there is\n{self.output[self._heard :]!r}\n{self.data!r}")
        while self._take(time.monotonic()) and time.monotonic() < self._deadline:
            pass  # what it said last may still be on its way
        return self._child.returncode

    def close(self) -> None:
        """End the child and whatever it has in the foreground, and reap it."""
        with suppress(OSError):
            foreground = os.tcgetpgrp(self._terminal)
            if foreground > 0:
                os.killpg(foreground, signal.SIGKILL)
        if self._child.poll() is None:  # not yet reaped, so the number is still its own
            with suppress(OSError):
                os.killpg(self._child.pid, signal.SIGKILL)
        os.close(self._terminal)  # what is left in the session is hung up on
        if self._child.stdout is not None:
            self._child.stdout.close()
        self._child.wait(GRACE)

    def _until(self, timeout: float) -> float:
        return min(time.monotonic() + timeout, self._deadline)

    def _take(self, until: float) -> bool:
        """Read what comes by then; whether anything did, or the child may still say something."""
        if not self._read_from:
            time.sleep(max(0.0, min(0.01, until - time.monotonic())))
            return False
        ready, _, _ = select.select(list(self._read_from), [], [], max(0.0, until - time.monotonic()))
        for source in ready:
            try:
                came = os.read(source, 65_536)
            except OSError:  # Linux, for a terminal that nobody has open any longer
                came = b""
            if came:
                self._read_from[source] += came
            else:
                del self._read_from[source]
        return bool(ready)


@contextmanager
def typing(
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str],
    columns: int = COLUMNS,
    rows: int = ROWS,
    cwd: Path | None = None,
    piped: bool = False,
    deadline: float = 60.0,
) -> Iterator[Conversation]:
    """Start a command in a terminal; when the block ends, so does the child.

    It gets this environment and TERM, nothing else. With `piped`, its standard output is a pipe, as in `$(command)`.
    `deadline` is in seconds, for the whole conversation.
    """
    with ExitStack() as held:
        terminal, inside = os.openpty()
        opened = held.enter_context(ExitStack())
        opened.callback(os.close, terminal)
        try:
            ioctl(inside, TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            child = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", TAKES_TERMINAL, *command],
                env={"TERM": TERM, **environment},
                cwd=cwd,
                stdin=inside,
                stdout=subprocess.PIPE if piped else inside,
                stderr=inside,
                start_new_session=True,
            )
        finally:
            os.close(inside)
        opened.pop_all()
        conversation = Conversation(child, terminal, time.monotonic() + deadline)
        held.callback(conversation.close)
        yield conversation
