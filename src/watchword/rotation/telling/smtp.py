"""Mail by SMTP: STARTTLS or TLS from the start, the server's certificate verified, and a login."""

from __future__ import annotations

import base64
import smtplib
import ssl
from collections.abc import Iterator, Mapping

from watchword.domain.secret import Secret
from watchword.rotation.notices import Delivery
from watchword.rotation.rules.shapes import Smtp, Tls
from watchword.rotation.telling.faults import Undelivered
from watchword.rotation.telling.mail import letter
from watchword.rotation.telling.protected import protected, scrubbed

PERMANENT = 500
"""From here on a reply says that trying again is of no use.  Source: RFC 5321, 4.2.1."""

LONGEST = 500
"""Letters of a server's answer that are kept: it may say as much as it likes."""


class SmtpWay:
    """One connection for all the mails of a run, opened with the first."""

    def __init__(self, settings: Smtp, sender: str, environment: Mapping[str, str]) -> None:
        self._settings, self._sender, self._environment = settings, sender, environment
        self._connection: smtplib.SMTP | None = None
        self._password: Secret | None = None

    def send(self, delivery: Delivery) -> None:
        """Send one mail. Raises Undelivered."""
        message = letter(delivery, self._sender)
        connection = self._connected()
        try:
            connection.send_message(message)
        except smtplib.SMTPRecipientsRefused as refused:
            code, text = next(iter(refused.recipients.values()))
            raise Undelivered(self._told(f"{code} {_readable(text)}"), for_good=code >= PERMANENT) from None
        except smtplib.SMTPResponseException as error:
            raise Undelivered(self._told(f"{error.smtp_code} {_readable(error.smtp_error)}")) from None
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise Undelivered(self._told(str(error))) from None

    def close(self) -> None:
        """End the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.quit()
            except (smtplib.SMTPException, OSError):
                connection.close()

    def _connected(self) -> smtplib.SMTP:
        if self._connection is None:
            settings = self._settings
            if settings.user:
                self._password = protected(settings.password_env, settings.password_file, self._environment)
            try:
                self._connection = self._open()
            except smtplib.SMTPResponseException as error:
                raise Undelivered(
                    self._told(f"{error.smtp_code} {_readable(error.smtp_error)}"), all_of_it=True
                ) from None
            except UnicodeError:
                raise Undelivered(self._told("its login cannot say this user or password"), all_of_it=True) from None
            except (smtplib.SMTPException, OSError) as error:
                raise Undelivered(self._told(str(error)), all_of_it=True) from None
        return self._connection

    def _open(self) -> smtplib.SMTP:
        settings = self._settings
        place, timeout = (settings.host, settings.port), settings.timeout
        if settings.tls is Tls.TLS:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(*place, timeout=timeout, context=self._context())
        else:
            connection = smtplib.SMTP(*place, timeout=timeout)
        try:
            if settings.tls is Tls.STARTTLS:
                connection.starttls(context=self._context())  # raises, where the server does not offer it
            if self._password is not None:
                connection.login(settings.user, self._password.reveal())
        except BaseException:
            connection.close()
            raise
        return connection

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self._settings.ca_file or None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

    def _told(self, problem: str) -> str:
        where = f"{self._settings.host}:{self._settings.port}"
        return scrubbed(f"{where}: {' '.join(problem.split())[:LONGEST]}", *self._spoken())

    def _spoken(self) -> Iterator[Secret]:
        """Give the password in every form that a login says it in: a server may repeat what it did not like."""
        if self._password is None:
            return
        password = self._password.reveal()
        yield self._password
        for said in (password, f"\0{self._settings.user}\0{password}"):
            yield Secret(base64.b64encode(said.encode()).decode().rstrip("="))


def _readable(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
