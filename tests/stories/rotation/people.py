"""How people are told in the stories: a real mail server, and a chat that is a web server of our own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

from tests.stories.rotation.world import World
from tests.support.mailbox import PASSWORD, USER, Mailbox
from watchword.rotation.results import Run
from watchword.rotation.telling import Delivered, tell


@dataclass
class Chat:
    """A web server that takes messages; while it is `down` it answers 500."""

    port: int
    posts: list[dict[str, Any]] = field(default_factory=list)
    down: bool = False


@contextmanager
def chatting() -> Iterator[Chat]:
    """Run it on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if not chat.down:
                chat.posts.append(json.loads(body))
            self.send_response(500 if chat.down else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_told: Any) -> None:
            """Tell nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    chat = Chat(server.server_address[1])
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield chat
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def telling(box: Mailbox, *admins: str) -> str:
    """Write the rules by which people are told."""
    return (
        f'[tell]\nfrom = "keys@example.com"\nadmins = {json.dumps(admins)}\n'
        f'[tell.smtp]\nhost = "127.0.0.1"\nport = {box.port}\nca_file = "{box.ca_file}"\n'
        f'user = "{USER}"\npassword_env = "MAIL"\n[tell.channels.ops]\nurl_env = "OPS"\n'
    )


def secrets_of(chat: Chat) -> Mapping[str, str]:
    """Give what the rules leave to the environment."""
    return {"MAIL": PASSWORD, "OPS": f"json://127.0.0.1:{chat.port}/"}


def told(world: World, chat: Chat, text: str, **more: Any) -> tuple[Run, Delivered]:
    """Sweep, and tell people of it."""
    outcome: list[Delivered] = []
    rules = world.place.rules(text)

    def say(run: Run) -> None:
        outcome.append(
            tell(run, rules.telling, world.ledger, world.now, warn=rules.ordinary.warn, environment=secrets_of(chat))
        )

    return world.sweep(text, tell=say, **more), outcome[0]


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    """Read one of a mail's parts."""
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())
