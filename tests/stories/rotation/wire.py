"""What a sweep asks, seen and spoiled between the engine's code and the network: by the SDK's own events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import local
from types import SimpleNamespace
from typing import Any

import botocore.session
from botocore.exceptions import ReadTimeoutError

from watchword.rotation.access.calls import changes

Answer = tuple[SimpleNamespace, dict[str, Any]]


@dataclass(frozen=True)
class Asked:
    """One request: `iam:CreateAccessKey`, in which account, and its parameters as text."""

    operation: str
    account: str
    text: str

    def about(self, word: str) -> bool:
        """Whether a word is in it."""
        return word in self.text


def nobody(_asked: Asked) -> Answer | None:
    """Let everything pass."""
    return None


def as_is(_asked: Asked, _answer: dict[str, Any]) -> None:
    """Leave every answer as it is."""


@dataclass
class Wire:
    """Remembers every request. `before` may answer one itself, or raise; `after` may alter an answer, or raise."""

    before: Callable[[Asked], Answer | None] = nobody
    after: Callable[[Asked, dict[str, Any]], None] = as_is
    asked: list[Asked] = field(default_factory=list)
    _thread: local = field(default_factory=local)

    def attach(self, session: botocore.session.Session) -> None:
        """Watch all clients of a session."""
        hear: Any = session.register
        hear("before-call", self._before)
        hear("after-call", self._after)

    @property
    def operations(self) -> list[str]:
        """What was asked, in order."""
        return [one.operation for one in self.asked]

    @property
    def changes(self) -> list[Asked]:
        """What was asked that may change something."""
        return [one for one in self.asked if changes(one.operation.partition(":")[2])]

    @property
    def changing(self) -> list[str]:
        """What was asked that may change something, by name."""
        return [one.operation for one in self.changes]

    def _before(self, model: Any, params: dict[str, Any], context: dict[str, Any], **_more: Any) -> Answer | None:
        body = params.get("body")
        text = body.decode() if isinstance(body, bytes) else str(body)
        operation = f"{model.service_model.service_name}:{model.name}"
        if operation == "sts:AssumeRole":  # one thread looks after an account from here on
            self._thread.account = text.partition("arn:")[2].split(":")[3]
        asked = Asked(operation, getattr(self._thread, "account", ""), text)
        context["asked"] = asked
        self.asked.append(asked)
        return self.before(asked)

    def _after(self, parsed: dict[str, Any], context: dict[str, Any], **_more: Any) -> None:
        self.after(context["asked"], parsed)


def refused(code: str, status: int = 400) -> Answer:
    """Make an answer by which AWS refuses, as it is left when the SDK has given up asking again."""
    told = {"Error": {"Code": code, "Message": "made up"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return SimpleNamespace(status_code=status), told


def unanswered() -> Answer:
    """Let the SDK give up waiting. Raises ReadTimeoutError."""
    raise ReadTimeoutError(endpoint_url="http://made.up")


def spoils(operation: str, how: Callable[[], Answer], word: str = "") -> Callable[[Asked], Answer | None]:
    """Make a `before` that spoils one operation, where a word is in the request or names its account."""

    def before(asked: Asked) -> Answer | None:
        hit = asked.operation == operation and (asked.about(word) or asked.account == word)
        return how() if hit else None

    return before
