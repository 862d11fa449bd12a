"""What a mail server says is told, but for the password, in whatever form it says that again."""

from __future__ import annotations

import base64
import smtplib
from typing import Any

import pytest

from watchword.rotation.notices import Delivery
from watchword.rotation.rules.shapes import Smtp
from watchword.rotation.telling.faults import Undelivered
from watchword.rotation.telling.smtp import LONGEST, SmtpWay

PASSWORD = "correct horse"
DELIVERY = Delivery(id="run/1", run="run", to="ann@example.com", subject="Keys", text="text", owed_at=1e9)
SETTINGS = Smtp("mail.example.com", user="rotation", password_env="SMTP")


class Echo:
    """A server that repeats what it was told."""

    def __init__(self, *_place: object, **_more: object) -> None:
        self.closed = False

    def starttls(self, **_more: object) -> None: ...

    def login(self, user: str, password: str) -> None:
        plain = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
        login = base64.b64encode(password.encode()).decode()
        raise smtplib.SMTPAuthenticationError(535, f"what is {plain}, {login} or {password}? {'no ' * 999}".encode())

    def close(self) -> None: ...


def failure(monkeypatch: pytest.MonkeyPatch, server: type[Any], password: str = PASSWORD) -> str:
    monkeypatch.setattr(smtplib, "SMTP", server)
    with pytest.raises(Undelivered) as told:
        SmtpWay(SETTINGS, "me@example.com", {"SMTP": password}).send(DELIVERY)
    return str(told.value)


def test_a_server_that_repeats_a_login(monkeypatch: pytest.MonkeyPatch) -> None:
    told = failure(monkeypatch, Echo)
    assert "535" in told
    assert PASSWORD not in told
    assert base64.b64encode(PASSWORD.encode()).decode().rstrip("=") not in told
    assert base64.b64encode(f"\0rotation\0{PASSWORD}".encode()).decode().rstrip("=") not in told
    assert len(told) < LONGEST + 100


def test_a_password_that_the_login_cannot_say(monkeypatch: pytest.MonkeyPatch) -> None:
    class Plain(Echo):
        def login(self, user: str, password: str) -> None:
            f"\0{user}\0{password}".encode("ascii")

    assert "cannot say" in failure(monkeypatch, Plain, "pässword")
