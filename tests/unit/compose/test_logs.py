"""Logs, whoever writes them: one JSON object a line, and no value of a variable."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from watchword.compose.logs import write_logs


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
    return [json.loads(one) for one in capsys.readouterr().err.splitlines()]


def failed() -> None:
    secret = "not-to-be-told"
    raise ValueError(len(secret))


def test_ours(capsys: pytest.CaptureFixture[str]) -> None:
    write_logs()
    try:
        failed()
    except ValueError:
        structlog.get_logger().exception("it failed", request_id="1")
    (only,) = lines(capsys)
    assert (only["event"], only["level"], only["request_id"]) == ("it failed", "error", "1")
    assert "ValueError: 14" in only["exception"]
    assert "not-to-be-told" not in only["exception"].replace('secret = "not-to-be-told"', "")


def test_a_librarys(capsys: pytest.CaptureFixture[str]) -> None:
    write_logs()
    try:
        failed()
    except ValueError:
        logging.getLogger("uvicorn.error").exception("it failed %s", "twice")
    logging.getLogger("some.library").info("not worth a line")
    (only,) = lines(capsys)
    assert (only["event"], only["level"], only["logger"]) == ("it failed twice", "error", "uvicorn.error")
    assert "ValueError: 14" in only["exception"]
