"""What a run tells people, received by a real mail server, a chat's endpoint and a stand-in for SES, and looked at."""

from __future__ import annotations

import json
import logging
import threading
import zlib
from collections.abc import Iterator
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from pathlib import Path
from struct import unpack
from typing import Any
from urllib.request import urlopen

import boto3
import pytest

from bench.servers import free_port
from tests.clients.peer import peer
from tests.support.browser import Browser, running
from tests.support.mailbox import HOST, PASSWORD, USER, Mailbox, mailbox
from tests.unit.rotation.telling import scenes
from tests.unit.rotation.telling.scenes import ACCOUNT, ANN, NOW, OPS
from watchword.rotation.ledger import Ledger
from watchword.rotation.results import Line, Mode, Run
from watchword.rotation.rules.shapes import Channel, Ses, Smtp, Telling, Tls
from watchword.rotation.steps import Do, Why
from watchword.rotation.telling import Delivered, tell
from watchword.rotation.terms import DAY

__all__ = ["peer"]
pytestmark = [
    # of a plugin that apprise looks at; Python 3.13 has none any more
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning"),
    # aiosmtpd does not know that TLS from the start is TLS
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning"),
]
SENDER = "Schlüsselwechsel <rotation@example.com>"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield opened
    opened.close()


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Mailbox]:
    with mailbox(tmp_path) as running_one:
        yield running_one


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running() as one:
        yield one


def by_mail(box: Mailbox, **smtp: object) -> Telling:
    usual: dict[str, object] = {
        "host": HOST, "port": box.port, "ca_file": box.ca_file, "user": USER, "password_env": "MAIL_PASSWORD",
        "timeout": 10.0,
    }  # fmt: skip
    return Telling(sender=SENDER, admins=(OPS,), smtp=Smtp(**(usual | smtp)), attempts=3)  # type: ignore[arg-type]  # by name


def told(run: Run, telling: Telling, ledger: Ledger, *, password: str = PASSWORD, at: float = NOW) -> Delivered:
    return tell(run, telling, ledger, lambda: at, environment={"MAIL_PASSWORD": password})


def parts(mail: EmailMessage) -> tuple[str, str]:
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    return text.get_content(), html.get_content()


def due(days: int, *, at: float = NOW, **values: Any) -> Line:
    return scenes.line(do=Do.WARN, why=Why.DUE_SOON, at=at + days * DAY, **values)


def test_an_owner_gets_one_digest_and_the_administrators_one_summary(box: Mailbox, ledger: Ledger) -> None:
    scenes.on_record(ledger, scenes.rotation(), ("current", "AKIAEXAMPLENEWAAAAAA"))
    outcome = told(scenes.many_things(), by_mail(box), ledger)
    assert outcome.reached == (ANN, OPS)
    assert not outcome.failed
    [mine], [theirs] = box.of(ANN), box.of(OPS)
    assert mine["Subject"] == "8 access keys: 3 things to do"
    assert mine["From"] == SENDER
    assert (mine["To"], mine["Auto-Submitted"]) == (ANN, "auto-generated")
    assert mine["Message-ID"].endswith("@example.com>")
    assert mine["Date"].datetime.timestamp() == NOW
    text, html = parts(mine)
    for said in (
        "A new access key was made", "It replaces AKIAEXAMPLEOLDAAAAAA", "YOU MUST STILL UPDATE THE APPLICATION",
        "IAM Roles Anywhere", "cross-account role", "--secret-id arn:aws:secretsmanager", "prüf-dienst",
        "Two keys that we do not own", "denied by a service control policy", "21 January 2027 (in 6 days)",
    ):  # fmt: skip
        assert said in text, said
    assert text.index("does it have to be a key?") < text.index("WHAT YOU NEED TO DO")
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "444455556666 Legacy" in parts(theirs)[0]
    assert "root access key" in parts(theirs)[0]


def test_nobody_is_told_twice_and_a_reminder_comes_when_a_smaller_threshold_is_crossed(
    box: Mailbox, ledger: Ledger
) -> None:
    ends = NOW + 13 * DAY
    for passed in range(14):
        at = NOW + passed * DAY
        run = scenes.run(due(0, at=ends), name=f"run-{passed}")
        told(run, by_mail(box), ledger, at=at)
        told(run, by_mail(box), ledger, at=at)
    days = [(mail["Date"].datetime.timestamp() - NOW) / DAY for mail in box.of(ANN)]
    assert days == [0, 6, 12]


def test_what_needs_somebody_is_told_again_each_week(box: Mailbox, ledger: Ledger) -> None:
    for passed in range(22):
        line = scenes.line(do=Do.BLOCKED, why=Why.TWO_KEYS, finding=True)
        told(scenes.run(line, name=f"run-{passed}"), by_mail(box), ledger, at=NOW + passed * DAY)
    days = [round((mail["Date"].datetime.timestamp() - NOW) / DAY) for mail in box.of(ANN)]
    gaps = [later - before for before, later in pairwise(days)]
    assert days[0] == 0
    assert 3 <= gaps[0] <= 11
    assert set(gaps[1:]) <= {7}


def test_a_dry_run_announces_and_the_real_one_tells_all_the_same(box: Mailbox, ledger: Ledger) -> None:
    told(scenes.run(due(6), mode=Mode.PLAN), by_mail(box), ledger)
    told(scenes.run(due(6), name="run-2"), by_mail(box), ledger)
    announced, real = box.of(ANN)
    assert announced["Subject"] == "Announcement: 1 access key"
    assert "No key was touched" in parts(announced)[1]
    assert "nnouncement" not in str(real["Subject"]) + parts(real)[1]


def test_nothing_is_sent_when_there_is_nothing_to_tell(box: Mailbox, ledger: Ledger) -> None:
    assert told(scenes.run(scenes.line()), by_mail(box), ledger) == Delivered()
    assert box.mails == []


def test_whom_a_key_without_owner_concerns(box: Mailbox, ledger: Ledger) -> None:
    told(scenes.run(due(6, owners=())), by_mail(box), ledger)
    told(scenes.run(due(6, owners=()), name="run-2", email=""), by_mail(box), ledger)
    assert box.recipients == ["payments@example.com", OPS]


def test_tls_from_the_start(tmp_path: Path, ledger: Ledger) -> None:
    with mailbox(tmp_path, tls_from_start=True) as box:
        assert told(scenes.run(due(6)), by_mail(box, tls=Tls.TLS), ledger).reached == (ANN,)


@pytest.mark.parametrize("tls", [Tls.STARTTLS, Tls.TLS])
def test_a_server_of_another_name_gets_nothing(tmp_path: Path, ledger: Ledger, tls: Tls) -> None:
    with mailbox(tmp_path, tls_from_start=tls is Tls.TLS, name="mail.example.com") as box:
        outcome = told(scenes.run(due(6)), by_mail(box, tls=tls), ledger)
        assert "certificate verify failed" in outcome.failures[0].why
        assert box.mails == []


def test_a_server_of_an_unknown_authority_gets_nothing(box: Mailbox, ledger: Ledger) -> None:
    outcome = told(scenes.run(due(6)), by_mail(box, ca_file=""), ledger)
    assert "certificate verify failed" in outcome.failures[0].why


def test_a_wrong_password_is_told_without_the_password(
    box: Mailbox, ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    outcome = told(scenes.run(due(6)), by_mail(box), ledger, password="a wrong one that is secret too")
    failure = outcome.failures[0]
    assert "535" in failure.why
    assert not failure.given_up
    assert "secret too" not in repr(outcome) + caplog.text + repr(ledger.deliveries())


def test_a_password_from_a_file_and_one_that_is_not_there(box: Mailbox, ledger: Ledger, tmp_path: Path) -> None:
    file = tmp_path / "password"
    missing = told(scenes.run(due(6)), by_mail(box, password_env="", password_file=str(file)), ledger)
    assert "cannot be read" in missing.failures[0].why
    file.write_text(f"{PASSWORD}\n")
    again = told(scenes.run(name="run-2"), by_mail(box, password_env="", password_file=str(file)), ledger)
    assert again.reached == (ANN, OPS)


def test_a_server_that_is_down_gets_its_mails_with_the_next_run(tmp_path: Path, ledger: Ledger) -> None:
    port = free_port()
    down = Mailbox(port, "")
    lines = (due(6), due(6, key="AKIAEXAMPLEBBBBBBBBB", owners=("bob@example.com",)))
    outcome = told(scenes.run(*lines), by_mail(down), ledger)
    assert {failure.to for failure in outcome.failures} == {ANN, "bob@example.com", OPS}
    assert [one.attempts for one in ledger.deliveries(failed=True)] == [1, 1, 1]
    with mailbox(tmp_path, port=port) as box:
        outcome = told(scenes.run(*lines, name="run-2"), by_mail(box), ledger, at=NOW + 60)
        assert sorted(outcome.reached) == [ANN, "bob@example.com", OPS]
        assert len(box.mails) == 3
        assert "bob@example.com" in parts(box.of(OPS)[0])[0]  # the summary tells of what did not arrive
    assert ledger.deliveries(failed=True) == []


def test_a_message_is_given_up_after_as_many_attempts_as_the_rules_say(ledger: Ledger) -> None:
    down = Mailbox(free_port(), "")
    telling = by_mail(down)
    runs = [told(scenes.run(due(6)), telling, ledger, at=NOW + hour * 3600) for hour in range(4)]
    of_ann = [[failure.given_up for failure in one.failures if failure.to == ANN] for one in runs]
    assert of_ann == [[False], [False], [True], []]
    assert ledger.deliveries(failed=True)


def test_an_address_that_is_refused_holds_nobody_else(box: Mailbox, ledger: Ledger) -> None:
    box.refuses.add(ANN)
    lines = (due(6), due(6, key="AKIAEXAMPLEBBBBBBBBB", owners=("bob@example.com",)))
    outcome = told(scenes.run(*lines), by_mail(box), ledger)
    assert outcome.reached == ("bob@example.com", OPS)
    assert [(one.to, one.given_up) for one in outcome.failures] == [(ANN, True)]
    assert "550 5.1.1 no such user" in outcome.failures[0].why


def test_a_header_cannot_be_made_of_a_value(box: Mailbox, ledger: Ledger) -> None:
    line = due(6, account_name="Sales\r\nBcc: eve@example.com\r\n", owners=("ann@example.com\r\nBcc: eve@example.com",))
    outcome = told(scenes.run(line), by_mail(box), ledger)
    assert "eve@example.com" not in box.recipients
    assert outcome.failures
    told(scenes.run(due(6, account_name="Sales\r\nBcc: eve@example.com"), name="run-2"), by_mail(box), ledger)
    assert [mail["Bcc"] for mail in box.mails] == [None] * len(box.mails)


class Chat(BaseHTTPRequestHandler):
    """Takes what a webhook is sent."""

    answer = 200
    heard: list[dict[str, str]] = []  # noqa: RUF012 - a server makes one of these for each request

    def do_POST(self) -> None:
        self.heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.answer)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def chat() -> Iterator[tuple[str, type[Chat]]]:
    kind = type("OneChat", (Chat,), {"heard": []})
    with HTTPServer((HOST, 0), kind) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"json://{HOST}:{server.server_port}/a-secret-token", kind
        server.shutdown()
        thread.join()


def test_a_channel_is_told_in_text_that_calls_nobody(chat: tuple[str, type[Chat]], ledger: Ledger) -> None:
    url, heard = chat
    telling = Telling(channels={"payments": Channel("payments", url_env="URL")}, admins=("payments",))
    line = due(6, owners=("payments",), account_name="<!channel> @everyone <https://evil.example|x>")
    outcome = tell(scenes.run(line, scenes.line(do=Do.BLOCKED, why=Why.TWO_KEYS, finding=True)), telling, ledger,
                   lambda: NOW, environment={"URL": url})  # fmt: skip
    assert outcome.reached == ("payments", "payments")
    assert outcome.nowhere == (ANN,)
    digest, summary = heard.heard
    assert "A new key will be made" in digest["message"]
    assert "<" not in digest["message"]
    assert "@everyone" not in digest["message"]
    assert "1 to be looked at" in summary["message"]


def test_a_channel_that_fails_holds_no_other_and_its_url_is_told_nowhere(
    chat: tuple[str, type[Chat]], ledger: Ledger, tmp_path: Path, caplog: pytest.LogCaptureFixture, box: Mailbox
) -> None:
    caplog.set_level(logging.DEBUG)
    url, heard = chat
    heard.answer = 500
    file = tmp_path / "url"
    file.write_text(url)
    channels = {
        "broken": Channel("broken", url_file=str(file)),
        "nonsense": Channel("nonsense", url_env="NONSENSE"),
        "unset": Channel("unset", url_env="UNSET"),
    }
    telling = Telling(sender=SENDER, smtp=by_mail(box).smtp, channels=channels)
    run = scenes.run(due(6, owners=("broken", "nonsense", "unset", ANN)))
    environment = {"NONSENSE": "a-secret-token", "MAIL_PASSWORD": PASSWORD}
    outcome = tell(run, telling, ledger, lambda: NOW, environment=environment)
    assert outcome.reached == (ANN,)
    assert {one.to for one in outcome.failures} == {"broken", "nonsense", "unset"}
    assert "a-secret-token" not in repr(outcome) + caplog.text + repr(ledger.deliveries())


def test_mail_goes_by_ses(peer: dict[str, str], ledger: Ledger) -> None:
    endpoint = peer["AWS_ENDPOINT_URL"]
    client = boto3.client(
        "sesv2", region_name="eu-central-1", endpoint_url=endpoint, aws_access_key_id=peer["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=peer["AWS_SECRET_ACCESS_KEY"],
    )  # fmt: skip
    telling = Telling(sender="rotation@example.com", ses=Ses("eu-central-1"), attempts=2)
    refused = tell(scenes.run(due(6)), telling, ledger, lambda: NOW, ses=client)
    assert [one.to for one in refused.failures] == [ANN]  # the sender is not verified yet
    client.create_email_identity(EmailIdentity="rotation@example.com")
    outcome = tell(
        scenes.run(due(6, key="AKIAEXAMPLEBBBBBBBBB"), name="run-2"), telling, ledger, lambda: NOW, ses=client
    )
    assert outcome.reached[-1] == ANN
    with urlopen(f"{endpoint}/moto-api/data.json", timeout=10) as page:
        sent = json.loads(page.read())["ses"]["RawMessage"]
    assert [set(one["destinations"]) for one in sent] == [{ANN}, {ANN}]  # the one that was owed, and the new one
    assert "Subject: 1 access key" in sent[0]["raw_data"]
    client.close()


def colours(png: bytes) -> int:
    """Count the colours of an image of 8 bits a channel.  Source: PNG, third edition, 9.2."""
    width, height, depth, kind = unpack(">IIBB", png[16:26])
    assert depth == 8
    size = {2: 3, 6: 4}[kind]
    at, packed = 8, b""
    while at < len(png):
        length, name = unpack(">I4s", png[at : at + 8])
        packed += png[at + 8 : at + 8 + length] if name == b"IDAT" else b""
        at += 12 + length
    raw, row = zlib.decompress(packed), width * size
    assert len(raw) == height * (row + 1)
    return len({raw[start : start + size] for start in range(1, len(raw), size * 7)})


@pytest.mark.parametrize(("width", "dark"), [(760, False), (760, True), (360, False), (320, True)])
def test_mails_as_they_look(
    box: Mailbox, ledger: Ledger, browser: Browser, width: int, tmp_path: Path, *, dark: bool
) -> None:
    scenes.on_record(ledger, scenes.rotation(), ("current", "AKIAEXAMPLENEWAAAAAA"))
    told(scenes.many_things(), by_mail(box), ledger)
    for number, mail in enumerate(box.mails):
        picture = browser.show(parts(mail)[1], width=width, dark=dark)
        (tmp_path / f"mail-{number}.png").write_bytes(picture.png)
        assert picture.png.startswith(b"\x89PNG")
        assert picture.page_width <= width  # nothing has to be scrolled sideways
        assert 500 < picture.page_height < 5000
        assert colours(picture.png) > 50


def test_accounts_are_told_by_number(box: Mailbox, ledger: Ledger) -> None:
    told(scenes.run(due(6, account_name="")), by_mail(box), ledger)
    assert f"in account ({ACCOUNT})" in parts(box.mails[0])[0]
