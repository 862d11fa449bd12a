"""Mail: a message of text and HTML, with its headers. What a header is made of cannot add another."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, getaddresses

from watchword.rotation.notices import Delivery
from watchword.rotation.telling.faults import Undelivered
from watchword.rotation.telling.words import clean

POLICY = SMTP.clone(utf8=False)
"""Refuses a header with a line end in it, and encodes what is not ASCII."""


def letter(delivery: Delivery, sender: str) -> EmailMessage:
    """Write a mail. Raises Undelivered, when an address is none.

    Its Message-ID comes from the delivery, so that one that is sent twice (an answer was lost) is seen to be the same.
    Source: RFC 5322; RFC 3834, Auto-Submitted.
    """
    message = EmailMessage(POLICY)
    try:
        by = address(sender)
        message["From"] = by
        message["To"] = address(delivery.to)
    except (MessageError, ValueError, IndexError) as error:
        raise Undelivered(f"`{delivery.to}` from `{sender}`: {error}", for_good=True) from None
    message["Subject"] = clean(delivery.subject)
    message["Date"] = format_datetime(datetime.fromtimestamp(int(delivery.owed_at), UTC))
    message["Message-ID"] = f"<{hashlib.sha256(delivery.id.encode()).hexdigest()[:32]}.rotation@{by.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["List-Id"] = f"Key rotation <rotation.{by.domain}>"
    message.set_content(delivery.text)
    if delivery.html:
        message.add_alternative(delivery.html, subtype="html")
    return message


def address(text: str) -> Address:
    """Read one address, with or without a name. Its domain may be international. Raises ValueError, MessageError."""
    [(name, spec)] = getaddresses([text])
    local, at, domain = spec.rpartition("@")
    if not at or not local or not domain or clean(spec) != spec:
        raise ValueError("is no mail address")
    return Address(clean(name), local, domain.encode("idna").decode())
