"""Which rotators there are, and that calls of them end."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from tests.support.rotators import rotator
from watchword.compose.keys import CannotRun
from watchword.compose.rotators import Calls, RotatorFailed, place_of, registered
from watchword.settings import Settings

ARN = "arn:aws:lambda:us-east-1:111122223333:function:db"
EVENT = {"Step": "createSecret", "SecretId": "s", "ClientRequestToken": "t"}


def test_rotators_are_listed_or_in_a_file(tmp_path: Path) -> None:
    assert registered(Settings(tmp_path)) == {}
    listed = registered(Settings(tmp_path, rotators="a=https://a.example/x?y=1, b=http://localhost:7/,"))
    assert listed == {"a": "https://a.example/x?y=1", "b": "http://localhost:7/"}
    file = tmp_path / "rotators.json"
    file.write_text(f'{{"{ARN}": "https://db.example"}}')
    assert registered(Settings(tmp_path, rotators=str(file))) == {ARN: "https://db.example"}


@pytest.mark.parametrize("text", ['{"a": 7}', "[]", "{", '{"a b": "https://x/"}', '{"a": "http://192.0.2.1/"}'])
def test_a_file_that_names_none_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "rotators.json"
    file.write_text(text)
    with pytest.raises(CannotRun):
        registered(Settings(tmp_path, rotators=str(file)))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://",
        "https://x/#y",
        "https://a@x/",
        "http://localhost.example/",
        "https://x/\n",
        "https://x/é",
        "x",
        "https://[x/",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(CannotRun):
        place_of(url)


def test_addresses_on_this_machine_need_no_tls() -> None:
    assert place_of("http://[::1]:8080/a?b") == (False, "::1", 8080, "/a?b")
    assert place_of("https://x.example") == (True, "x.example", 443, "/")


def test_a_call_tells_only_the_status_of_what_failed(tmp_path: Path) -> None:
    calls = Calls(Settings(tmp_path))
    with rotator() as program:
        program.idle = True
        calls.call(program.url, EVENT)
        assert program.calls == [EVENT]
        program.failing = {"createSecret"}
        with pytest.raises(RotatorFailed, match=r"the rotator at 127\.0\.0\.1 answers 500"):
            calls.call(program.url, EVENT)
        with pytest.raises(RotatorFailed, match="no answer"):
            calls.call(program.url.replace("http:", "https:").replace("127.0.0.1", "localhost"), EVENT)


def test_calls_under_way_are_cut_off(tmp_path: Path) -> None:
    calls = Calls(Settings(tmp_path))
    failed: list[BaseException] = []
    with socket.create_server(("127.0.0.1", 0)) as silent:

        def call() -> None:
            try:
                calls.call(f"http://127.0.0.1:{silent.getsockname()[1]}/", EVENT)
            except RotatorFailed as fault:
                failed.append(fault)

        thread = threading.Thread(target=call)
        thread.start()
        accepted, _ = silent.accept()
        with accepted:
            assert accepted.recv(1)
            calls.cut()
            thread.join(5)
    assert len(failed) == 1
