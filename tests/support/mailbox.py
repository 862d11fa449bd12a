"""A real mail server on loopback: with TLS and a login, and what it has received."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from bench.servers import free_port
from tests.support.server_certificates import Holder, Key, issue

HOST, USER, PASSWORD = "127.0.0.1", "rotation", "a password that nobody may see"


@dataclass
class Mailbox:
    """Where it listens, whose certificate it shows, and every mail that it took."""

    port: int
    ca_file: str
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    """Addresses that are answered with 550."""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's own name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        if address in self.refuses:
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - likewise
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        self.recipients += envelope.rcpt_tos
        return "250 OK"

    def of(self, to: str) -> list[EmailMessage]:
        """Give the mails to one address."""
        return [mail for mail, recipient in zip(self.mails, self.recipients, strict=True) if recipient == to]


@contextmanager
def mailbox(folder: Path, *, tls_from_start: bool = False, name: str = HOST, port: int = 0) -> Iterator[Mailbox]:
    """Run a mail server that demands TLS and a login. `name` is what its certificate is for."""
    authority = issue("mail authority", authority=True, begins=time.time() - 60)
    server = _for_host(name, authority)
    (folder / "ca.pem").write_text(authority.pem)
    (folder / "server.pem").write_text(server.pem + server.key_pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    box = Mailbox(port or free_port(), str(folder / "ca.pem"))
    protection: dict[str, Any] = {"tls_context": context, "require_starttls": True}
    if tls_from_start:
        protection = {"ssl_context": context, "auth_require_tls": False}
    controller = Controller(
        box, hostname=HOST, port=box.port, authenticator=_authenticate, auth_required=True, **protection
    )
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def _authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and data.login == USER.encode() and data.password == PASSWORD.encode()
    return AuthResult(success=right, handled=False)


def _for_host(name: str, authority: Holder) -> Holder:
    """Make a certificate for a server's own address."""
    plain = issue(name, begins=time.time() - 60)
    begins = datetime.now(UTC) - timedelta(minutes=1)
    known = x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
    key: Key = plain.key
    certificate = (
        x509.CertificateBuilder()
        .subject_name(plain.certificate.subject)
        .issuer_name(authority.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([known]), critical=False)
        .sign(authority.key, SHA256())
    )
    return Holder(certificate, key)
