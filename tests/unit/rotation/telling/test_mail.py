from __future__ import annotations

from email import message_from_bytes
from email.policy import default

import pytest

from watchword.rotation.notices import Delivery
from watchword.rotation.telling.faults import Undelivered
from watchword.rotation.telling.mail import letter


def delivery(to: str = "ann@example.com", subject: str = "Keys") -> Delivery:
    return Delivery(id="run/1", run="run", to=to, subject=subject, text="text\n", html="<p>html</p>", owed_at=1e9)


def test_a_mail_is_the_same_when_it_is_sent_again() -> None:
    first, again = (letter(delivery(), "keys@example.com") for _ in range(2))
    assert first["Message-ID"] == again["Message-ID"]
    assert first["List-Id"] == "Key rotation <rotation.example.com>"


def test_names_and_subjects_of_any_script_survive() -> None:
    sent = letter(delivery("Jürgen Ω <j@bücher.example>", "3 Schlüssel \u2014 鍵"), "Schlüssel <keys@example.com>")
    got = message_from_bytes(sent.as_bytes(), policy=default)
    assert got["Subject"] == "3 Schlüssel \u2014 鍵"
    assert got["To"].addresses[0].display_name == "Jürgen Ω"
    assert got["To"].addresses[0].addr_spec == "j@xn--bcher-kva.example"
    assert got["From"].addresses[0].display_name == "Schlüssel"
    sent.as_bytes().decode("ascii")


@pytest.mark.parametrize(
    "to", ["ann@example.com\r\nBcc: eve@example.com", "ann", "@example.com", "ann@", "a@example.com, b@example.com", ""]
)
def test_what_is_no_address_is_refused(to: str) -> None:
    with pytest.raises(Undelivered) as caught:
        letter(delivery(to), "keys@example.com")
    assert caught.value.for_good


def test_a_subject_cannot_add_a_header() -> None:
    got = message_from_bytes(letter(delivery(subject="Keys\r\nBcc: eve@example.com"), "k@example.com").as_bytes())
    assert got["Bcc"] is None
