"""Every request of a whole rotation goes wrong in turn: nobody is cut off, no key is lost, and the next run goes on."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.endpoint import Endpoint
from botocore.exceptions import ClientError

from tests.faults.rotating_child import Engine, run, turn
from tests.support.authority import Authority
from tests.support.faulty_proxy import Faults, How, faulty, is_reading
from watchword.rotation.access import Member, Unreachable
from watchword.rotation.acting import Settled
from watchword.rotation.ledger import Ledger
from watchword.rotation.records import Rotation, State

DAY = 86_400
SHORT = 61
"""Seconds after which it is settled whether a key was made."""
IN_PLACE = (How.DROP, How.LOSE, How.THROTTLED, How.DENIED, How.FAULT)
KILLS = (How.KILL_BEFORE, How.KILL_AFTER)
"""Of the first the account sees no more than of a crash in one process: only the second needs one of its own."""
FORKING = multiprocessing.get_context("forkserver")
FORKING.set_forkserver_preload(["tests.faults.rotating_child"])


class Crash(BaseException):
    """The end of a process."""


@contextmanager
def patched_sending(faults: Faults) -> Iterator[None]:
    """Crash in the place of the chosen request."""
    sending: Any = vars(Endpoint)["_send"]  # below everything that would try again

    def send(endpoint: Any, request: Any) -> Any:
        if len(faults.passed) == faults.number:
            faults.passed.append("crash")
            raise Crash
        return sending(endpoint, request)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Endpoint, "_send", send)
        yield


@dataclass
class Site:
    """One authority, the proxy before it, and a new user for every case."""

    authority: Authority
    engine: Engine
    faults: Faults
    ledger: Ledger
    member: Member
    iam: Any
    ahead: float = 0.0
    users: int = 0
    waiting: dict[int, list[str]] = field(default_factory=dict)
    """Users whose rotation has come to a phase, by its number: each case leaves its user to one of the next."""
    keys: dict[str, dict[str, Any]] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    def user(self) -> str:
        """Make a user with one key."""
        self.users += 1
        name = f"ann{self.users}"
        self.ids[name] = self.iam.create_user(UserName=name)["User"]["UserId"]
        self.keys[name] = self.iam.create_access_key(UserName=name)["AccessKey"]
        return name

    def turn(self, name: str, *, forced: bool = False) -> Settled:
        """Take a user's turn, as a sweep does that has seen the user's id."""
        return turn(self.member, self.ledger, name, forced=forced, user_id=self.ids[name])

    def advance(self, seconds: int) -> None:
        self.authority.advance(seconds)
        self.ahead += seconds

    def crashed(self, name: str, *, forced: bool) -> None:
        """Take a turn that is ended where it asks, before its request arrives, by what nothing catches."""
        with patched_sending(self.faults), pytest.raises(Crash):
            self.turn(name, forced=forced)

    def killed(self, name: str, *, forced: bool) -> None:
        """Take a turn in a process that is killed when its request comes by."""
        engine = Engine(self.engine.endpoint, self.engine.key, self.engine.secret, self.engine.ledger, self.ahead)
        process = FORKING.Process(target=run, args=(engine, name), kwargs={"forced": forced})
        process.start()
        self.faults.kill = lambda: os.kill(process.pid or 0, signal.SIGKILL)
        process.join(30)
        assert process.exitcode == -signal.SIGKILL, process.exitcode

    def states(self, name: str) -> dict[str, bool]:
        listed = self.iam.list_access_keys(UserName=name)["AccessKeyMetadata"]
        return {key["AccessKeyId"]: key["Status"] == "Active" for key in listed}

    def rotation(self, name: str) -> Rotation | None:
        found = [one for one in self.ledger.every() if one.user == name]
        assert len(found) < 2
        return found[0] if found else None

    def readable(self, name: str, credentials: dict[str, Any]) -> str:
        """Read the user's secret by the user's own key; gives the id of the key in it, which must work."""
        secrets = self.authority.of("secretsmanager", credentials)
        secret_id = f"Account_{self.authority.account_id}_User_{name}_AccessKey"
        told = json.loads(secrets.get_secret_value(SecretId=secret_id)["SecretString"])
        if told["AccessKeyId"]:
            self.authority.of("sts", told).get_caller_identity()
            self.keys[told["AccessKeyId"]] = told
        return str(told["AccessKeyId"])

    def use(self, key: str) -> None:
        """Use a key for something of the user's own."""
        with suppress(ClientError):
            self.authority.of("iam", self.keys[key]).list_users()

    def safe(self, name: str) -> None:
        """A key works, every active one is known, and what can be read works."""
        states, rotation = self.states(name), self.rotation(name)
        old = self.keys[name]["AccessKeyId"]
        active = {key for key, is_active in states.items() if is_active}
        assert active
        known = {old} | ({rotation.new, *rotation.orphans} if rotation else set())
        assert active <= known or (rotation and rotation.state is State.INTENT), (active, rotation)
        if rotation is None or rotation.state not in {State.DEACTIVATED, State.DELETED}:
            assert states.get(old) or (rotation and rotation.state is State.OVERLAP)


@pytest.fixture(scope="module")
def site(sandbox_authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    authority = sandbox_authority
    authority.reset()
    ledger = f"sqlite:///{tmp_path_factory.mktemp('rotation')}/ledger.db"
    with faulty(authority.endpoint) as (endpoint, faults), pytest.MonkeyPatch.context() as patched:
        patched.setattr("botocore.endpoint.time.sleep", lambda _seconds: None)  # reads are tried again at once
        engine = Engine(endpoint, authority.access_key_id, authority.secret_access_key, ledger)
        there: list[Site] = []
        member = engine.member(lambda: there[0].ahead if there else 0.0)
        opened = Ledger.open(ledger)
        there.append(Site(authority, engine, faults, opened, member, authority.client("iam")))
        yield there[0]
        opened.close()
    authority.reset()


def make(site: Site, name: str) -> None:
    site.turn(name, forced=True)


def prove(site: Site, name: str) -> None:
    rotation = site.rotation(name)
    assert rotation
    assert site.readable(name, site.keys[name]) == rotation.new
    site.advance(DAY)
    site.use(rotation.new)
    site.turn(name)


def later(site: Site, name: str) -> None:
    site.advance(11 * DAY)
    site.turn(name)


PHASES = (make, prove, later, later)
ENDS = (State.OVERLAP, State.OVERLAP, State.DEACTIVATED, State.DELETED)


def prepared(site: Site, phase: int) -> str:
    """Give a user whose rotation is about to enter a phase, up to the turn itself."""
    site.faults.disarm()
    if site.waiting.get(phase):
        name = site.waiting[phase].pop()
    else:
        name = site.user()
        for number in range(phase):
            PHASES[number](site, name)
    if phase == 1:
        site.advance(DAY)
        site.readable(name, site.keys[name])
        rotation = site.rotation(name)
        assert rotation
        site.use(rotation.new)
    elif phase > 1:
        site.advance(11 * DAY)
    return name


def requests(site: Site, phase: int) -> list[str]:
    """List the requests of a phase in which nothing goes wrong."""
    name = prepared(site, phase)
    site.faults.arm(-1, How.DROP)
    site.turn(name, forced=phase == 0)
    return list(site.faults.passed)


def spoil(site: Site, phase: int, number: int, how: How) -> None:
    """Let one request go wrong, see that all is safe, and that the next run brings it to where it would have been."""
    name = prepared(site, phase)
    site.faults.arm(number, how)
    if how is How.KILL_AFTER:
        site.killed(name, forced=phase == 0)
    elif how is How.KILL_BEFORE:
        site.crashed(name, forced=phase == 0)
    else:
        with suppress(Unreachable):
            site.turn(name, forced=phase == 0)
    assert site.faults.reached
    site.faults.disarm()
    site.safe(name)
    site.turn(name, forced=phase == 0)
    site.safe(name)
    rotation = site.rotation(name)
    if rotation is None or rotation.state is not ENDS[phase]:  # whether a key was made is settled after a while
        site.advance(SHORT)
        site.turn(name, forced=phase == 0)
        rotation = site.rotation(name)
    assert rotation
    assert rotation.state is ENDS[phase], site.ledger.history(user=name)
    expected = {site.keys[name]["AccessKeyId"]: phase < 2, rotation.new: True}
    if phase == 3:
        expected.pop(site.keys[name]["AccessKeyId"])
    assert site.states(name) == expected
    key = site.keys[name] if phase < 2 else site.keys[rotation.new]
    assert site.readable(name, key) == rotation.new
    history = [event.what for event in site.ledger.history(user=name)]
    assert history.count("intend create") <= 2
    site.waiting.setdefault(phase + 1, []).append(name)


@pytest.mark.slow
@pytest.mark.parametrize("how", IN_PLACE)
@pytest.mark.parametrize("phase", range(4), ids=["make", "prove", "deactivate", "delete"])
def test_any_request_that_goes_wrong(site: Site, phase: int, how: How) -> None:
    """A request that changes something goes wrong in every way; of those that only read, each in one of them."""
    for number, operation in enumerate(requests(site, phase)):
        if is_reading(operation) and number % len(IN_PLACE) != IN_PLACE.index(how):
            continue
        spoil(site, phase, number, how)


@pytest.mark.slow
@pytest.mark.parametrize("how", KILLS)
@pytest.mark.parametrize("phase", range(4), ids=["make", "prove", "deactivate", "delete"])
def test_killed_at_any_request_that_changes_something(site: Site, phase: int, how: How) -> None:
    for number, operation in enumerate(requests(site, phase)):
        if not is_reading(operation):
            spoil(site, phase, number, how)
