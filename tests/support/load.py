"""Many clients at once that note down everything they were answered, to be held against what was kept."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any

from tests.support.lines import Line, line
from tests.support.wire import Answer
from watchword.store import access_keys, journal, sessions, users
from watchword.store.opening import open_store
from watchword.store.tx import Tx

CREDENTIALS = ("AccessKeyId", "SecretAccessKey", "SessionToken")


@dataclass(frozen=True, slots=True)
class Told:
    """One answer, as its client heard it."""

    action: str
    request_id: str
    user: str = ""
    credentials: dict[str, str] = field(default_factory=dict, repr=False)


class Load:
    """Clients that make users, keys and sessions as fast as they are answered."""

    def __init__(self, authority: Any, name: str, role_arn: str, clients: int = 4) -> None:
        self.told: list[Told] = []
        self.refused: list[Answer] = []
        self._authority = authority
        self._name = name
        self._role_arn = role_arn
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._ask_on, args=(n,), daemon=True) for n in range(clients)]

    @contextmanager
    def running(self) -> Iterator[Load]:
        """Ask until the block ends."""
        for thread in self._threads:
            thread.start()
        try:
            yield self
        finally:
            self._over.set()
            for thread in self._threads:
                thread.join()

    def _ask_on(self, number: int) -> None:
        turn = 0
        with line(self._authority) as mine:
            while not self._over.is_set():
                turn += 1
                try:
                    self._ask_once(mine, f"{self._name}-{number}-{turn}")
                except (OSError, HTTPException):  # nobody was told anything
                    self._over.wait(0.01)

    def _ask_once(self, mine: Line, user: str) -> None:
        if self._note("CreateUser", mine.ask("iam", "CreateUser", UserName=user), user):
            self._note("CreateAccessKey", mine.ask("iam", "CreateAccessKey", UserName=user), user)
        self._note("GetSessionToken", mine.ask("sts", "GetSessionToken"))
        self._note("AssumeRole", mine.ask("sts", "AssumeRole", RoleArn=self._role_arn, RoleSessionName=user))

    def _note(self, action: str, answer: Answer, user: str = "") -> bool:
        if answer.status == 200:
            given = {name: text for name in CREDENTIALS if (text := answer.text(name))}
            self.told.append(Told(action, answer.headers["x-amzn-requestid"], user, given))
        else:
            self.refused.append(answer)
        return answer.status == 200


def role_for_load(authority: Any) -> str:
    """Make a role that everybody in the account may assume, if they are allowed to; gives its ARN."""
    trust = (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",'
        f'"Principal":{{"AWS":"arn:aws:iam::{authority.account_id}:root"}}}}]}}'
    )
    iam = authority.client("iam")
    arn: str = iam.create_role(RoleName="loaded", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    return arn


def expect_kept(url: str, account: str, told: Iterable[Told]) -> None:
    """Expect that all that was answered is in the store, each with its journal entry."""
    store = open_store(url)
    try:
        with store.read() as tx:
            for one in told:
                _expect_one(tx, account, one)
    finally:
        store.close()


def _expect_one(tx: Tx, account: str, one: Told) -> None:
    entry = journal.by_request(tx, one.request_id)
    assert entry is not None, f"{one} is not on record"
    assert (entry.event, entry.error) == (one.action, "")
    if one.action == "CreateUser":
        assert users.named(tx, account, one.user), f"{one} is lost"
    if one.action == "CreateAccessKey":
        assert access_keys.by_id(tx, one.credentials["AccessKeyId"]), f"{one} is lost"
    if one.action in {"GetSessionToken", "AssumeRole"}:
        kept = sessions.newest(tx, account, one.credentials["AccessKeyId"])
        assert kept, f"{one} is not listed"


def expect_open(authority: Any, told: Iterable[Told]) -> None:
    """Expect that every credential that was answered works."""
    with line(authority) as mine:
        for one in told:
            if one.credentials:
                answer = mine.ask("sts", "GetCallerIdentity", one.credentials)
                assert answer.status == 200, f"{one} opens nothing: {answer.body!r}"
                assert one.action != "CreateAccessKey" or (answer.text("Arn") or "").endswith(f":user/{one.user}")
