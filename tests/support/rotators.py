"""A rotator as AWS's templates have it: called over HTTP, it calls back with credentials of its own."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Rotator:
    """What it was called for, and what it does at each step."""

    url: str
    client: Any = None
    calls: list[dict[str, str]] = field(default_factory=list)
    failing: set[str] = field(default_factory=set)
    """Steps at which it fails."""
    idle: bool = False
    """Whether it says that it did a step, and does nothing."""

    @property
    def steps(self) -> list[str]:
        return [call["Step"] for call in self.calls]

    def handle(self, event: dict[str, str]) -> int:
        self.calls.append(event)
        if event["Step"] in self.failing:
            return 500
        if not self.idle:
            act: Callable[[str, str], None] | None = getattr(self, event["Step"], None)
            if act is not None:
                act(event["SecretId"], event["ClientRequestToken"])
        return 200

    def createSecret(self, arn: str, token: str) -> None:  # noqa: N802 - AWS's name
        try:
            self.client.get_secret_value(SecretId=arn, VersionId=token, VersionStage="AWSPENDING")
        except self.client.exceptions.ResourceNotFoundException:
            made = self.client.get_random_password()["RandomPassword"]
            put = {"SecretString": made, "VersionStages": ["AWSPENDING"]}
            self.client.put_secret_value(SecretId=arn, ClientRequestToken=token, **put)

    def testSecret(self, arn: str, token: str) -> None:  # noqa: N802 - AWS's name
        assert self.client.get_secret_value(SecretId=arn, VersionId=token, VersionStage="AWSPENDING")["SecretString"]

    def finishSecret(self, arn: str, token: str) -> None:  # noqa: N802 - AWS's name
        stages = self.client.describe_secret(SecretId=arn)["VersionIdsToStages"]
        current = next(version for version, labels in stages.items() if "AWSCURRENT" in labels)
        if current != token:
            move = {"MoveToVersionId": token, "RemoveFromVersionId": current}
            self.client.update_secret_version_stage(SecretId=arn, VersionStage="AWSCURRENT", **move)


@contextmanager
def rotator() -> Iterator[Rotator]:
    """Run a rotator on this machine until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            try:
                status = made.handle(event)
            except Exception:  # noqa: BLE001 - as Lambda does
                status = 502
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Rotator(f"http://127.0.0.1:{server.server_address[1]}/rotate?key=1")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
