"""The mails of the story: received by a real server with TLS and a login, kept as files, and one shown."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from demo.rotation.terminal import say, show
from tests.support.mailbox import Mailbox

logging.getLogger("mail.log").setLevel(logging.ERROR)  # the server's advice on its own future


@dataclass
class Post:
    """The mail server, and what of it has been told of already."""

    box: Mailbox
    folder: Path
    seen: int = 0

    def arrived(self) -> int:
        """Keep as files what has come since it was asked last; gives how many."""
        self.folder.mkdir(exist_ok=True)
        new = list(zip(self.box.mails, self.box.recipients, strict=True))[self.seen :]
        for number, (mail, to) in enumerate(new, self.seen + 1):
            (self.folder / f"{number:03}-{to.partition('@')[0]}.eml").write_bytes(mail.as_bytes())
        self.seen += len(new)
        return len(new)

    def show_list(self, most: int = 6) -> None:
        """Show who got how many mails, and the subject of the last."""
        counts, last = Counter(self.box.recipients), dict(zip(self.box.recipients, self.box.mails, strict=True))
        for to, count in counts.most_common(most):
            say(f"{count:3} {to:<28} {str(last[to]['Subject'])[:60]}")
        if len(counts) > most:
            say(f"    … and {len(counts) - most} more recipients")

    def show_last(self, to: str, *, since: str = "", keep: int = 40) -> None:
        """Show the text of the last mail to somebody, whole or from some words on."""
        mail = self.box.of(to)[-1]
        text = text_of(mail)
        for name in ("From", "To", "Date", "Subject"):
            say(f"{name}: {mail[name]}")
        say("…" if since else "")
        show(text[max(text.find(since), 0) :], keep)


def text_of(mail: EmailMessage) -> str:
    """Give what a mail says as plain text."""
    body = mail.get_body(("plain",))
    return str(body.get_content()) if body else ""
