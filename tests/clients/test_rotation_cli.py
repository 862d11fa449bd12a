"""`watchword rotation`, run as people run it, against an organization of a few accounts."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.accounts import Member, member_of, trusting
from tests.support.authority import WATCHWORD, Authority, run
from tests.support.postgres import Postgres
from watchword.rotation.ledger import Ledger

DAY = 86_400
EXTERNAL_ID = "7f3a"
NAMES = ("one", "two", "three")


@dataclass(slots=True)
class Company:
    """An organization, and a person who looks after its keys."""

    authority: Authority
    home: Path
    members: dict[str, Member]
    keys: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The key of each account's user `bot`, by the account's name."""

    def rotation(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run `watchword rotation`, by the sandbox's clock."""
        environment = self.authority.environment | {"WATCHWORD_HOME": str(self.home)} | more
        return run(
            "rotation", *words, "--rules", str(self.rules), "--follow-sandbox-clock", env=environment, cwd=self.home
        )

    @property
    def rules(self) -> Path:
        return self.home / "rules.toml"

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start `watchword rotation`, by the sandbox's clock."""
        return subprocess.Popen(
            [*WATCHWORD, "rotation", *words, "--rules", str(self.rules), "--follow-sandbox-clock"],
            env=self.authority.environment | {"WATCHWORD_HOME": str(self.home)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.home,
        )

    def write_rules(self, more: str = "") -> None:
        self.rules.write_text(
            f'[aws]\nrole_name = "OrganizationAccountAccessRole"\nskip = ["{self.authority.account_id}"]\n'
            f"calls_per_second = 1000\n{more}"
        )

    def active(self, name: str, user: str = "bot") -> set[str]:
        """Give the ids of a user's active keys."""
        told = self.members[name].client("iam").list_access_keys(UserName=user)["AccessKeyMetadata"]
        return {key["AccessKeyId"] for key in told if key["Status"] == "Active"}

    def use(self, name: str) -> None:
        """Use a bot's key."""
        self.authority.of("sts", self.keys[name]).get_caller_identity()

    def age(self, days: int) -> None:
        """Let days go by, and have every bot at work on the last."""
        self.authority.advance(days * DAY)
        for name in self.keys:
            self.use(name)
        for name, member in self.members.items():
            self.members[name] = _again(self.authority, member)


@pytest.fixture
def company(authority: Authority, tmp_path: Path) -> Company:
    made = Company(authority, tmp_path, {name: member_of(authority, name) for name in NAMES})
    made.keys = {name: member.user("bot") for name, member in made.members.items()}
    made.write_rules()
    return made


def _again(authority: Authority, member: Member) -> Member:
    role = f"arn:aws:iam::{member.account_id}:role/OrganizationAccountAccessRole"
    session = authority.client("sts").assume_role(RoleArn=role, RoleSessionName="admin")
    return Member(authority, member.account_id, session["Credentials"])


def test_a_plan_changes_nothing_and_apply_does_what_it_lists(company: Company) -> None:
    company.age(95)

    planned = company.rotation("plan", "--json", "--out", "plan.json")

    assert planned.returncode == 3, planned.stderr
    plan = json.loads(planned.stdout)
    assert json.loads((company.home / "plan.json").read_text()) == plan
    assert {(one["key"], one["will"]) for one in plan["changes"]} == {
        (key["AccessKeyId"], "replace") for key in company.keys.values()
    }
    assert all(company.active(name) == {company.keys[name]["AccessKeyId"]} for name in NAMES)

    applied = company.rotation("apply", "plan.json", "--yes", "--json")

    assert applied.returncode == 0, applied.stderr
    assert all(len(company.active(name)) == 2 for name in NAMES)
    again = company.rotation("apply", "--yes")
    assert again.returncode == 0, again.stderr
    assert "Nothing is to be changed" in again.stderr
    assert all(len(company.active(name)) == 2 for name in NAMES)


def test_a_dry_run_asks_for_nothing_that_changes(company: Company) -> None:
    company.age(95)
    before = {name: changes(member) for name, member in company.members.items()}

    assert company.rotation("plan").returncode == 3
    assert company.rotation("inventory", "--json").returncode == 0
    assert company.rotation("plan", "--as-of", "20d").returncode == 3

    assert {name: changes(member) for name, member in company.members.items()} == before
    assert not (company.home / "rotation").exists()


def test_one_user_is_forced_and_no_other_touched(company: Company) -> None:
    account = company.members["one"].account_id

    done = company.rotation("apply", "--force", f"{account}/bot", "--yes")

    assert done.returncode == 0, done.stderr
    assert [len(company.active(name)) for name in NAMES] == [2, 1, 1]
    unknown = company.rotation("apply", "--force", "nobody", "--yes")
    assert unknown.returncode == 2
    assert "nobody" in unknown.stderr


def test_what_no_longer_matches_is_refused(company: Company) -> None:
    company.age(95)
    assert company.rotation("plan", "--out", "plan.json").returncode == 3
    iam = company.members["two"].client("iam")
    iam.delete_access_key(UserName="bot", AccessKeyId=company.keys["two"]["AccessKeyId"])
    swapped = iam.create_access_key(UserName="bot")["AccessKey"]["AccessKeyId"]

    done = company.rotation("apply", "plan.json", "--yes", "--json")

    assert done.returncode == 1, done.stderr
    errors = {line["account_name"]: line["error"] for line in json.loads(done.stdout) if line["error"]}
    assert set(errors) == {"two"}
    assert errors["two"].startswith("no longer matches the plan")
    assert company.active("two") == {swapped}
    assert [len(company.active(name)) for name in ("one", "three")] == [2, 2]
    again = company.rotation("apply", "plan.json", "--yes", "--json")
    assert {line["account_name"] for line in json.loads(again.stdout) if line["error"]} == {"two"}
    company.write_rules("[ages]\nreplace = 80\ndeactivate = 100\ndelete = 110\n")
    refused = company.rotation("apply", "plan.json", "--yes")
    assert refused.returncode == 2
    assert "the rules have changed" in refused.stderr


def test_an_account_that_cannot_be_reached_hides_no_other(company: Company) -> None:
    company.age(95)
    lost = company.members["two"]
    lost.client("iam").update_assume_role_policy(
        RoleName="OrganizationAccountAccessRole", PolicyDocument=trusting(f"arn:aws:iam::{lost.account_id}:root")
    )

    done = company.rotation("apply", "--yes")

    assert done.returncode == 1
    assert lost.account_id in done.stderr
    assert "AccessDenied" in done.stderr
    assert [len(company.active(name)) for name in ("one", "three")] == [2, 2]


def test_two_runners_at_once_make_one_key(company: Company) -> None:
    company.age(95)
    runners = [company.start("apply", "--yes") for _ in range(2)]
    told = [runner.communicate(timeout=100)[1] for runner in runners]

    assert [runner.returncode for runner in runners] == [0, 0], "\n".join(told)
    assert all(len(company.active(name)) == 2 for name in NAMES)


def test_ctrl_c_ends_with_the_accounts_at_hand_and_the_next_run_goes_on(company: Company) -> None:
    company.age(95)
    company.rules.write_text(company.rules.read_text().replace("1000", "8"))
    runner = company.start("apply", "--yes", "--at-once", "1")
    ledger = Ledger.open(f"sqlite:///{company.home / 'rotation.db'}")
    try:
        until(lambda: [event for event in ledger.history(limit=10) if event.what == "created"])
        runner.send_signal(signal.SIGINT)
        _, told = runner.communicate(timeout=60)
        assert runner.returncode == 1, told
        assert "press Ctrl-C again" in told
        assert "run this again: it goes on where it stopped" in told
        (left,) = ledger.runs()
        assert left.ended_at
        assert left.failed == 2
    finally:
        ledger.close()
    company.write_rules()

    assert company.rotation("apply", "--yes").returncode == 0

    assert all(len(company.active(name)) == 2 for name in NAMES)


def test_the_printed_role_is_all_that_a_rotation_needs(company: Company) -> None:
    hub = company.authority.client("sts").get_caller_identity()["Arn"]
    for member in company.members.values():
        deploy(member, hub)
    company.rules.write_text(
        company.rules.read_text().replace("OrganizationAccountAccessRole", "WatchwordRotation")
        + f'external_id = "{EXTERNAL_ID}"\n'
    )
    company.age(95)

    assert company.rotation("inventory").returncode == 0
    assert company.rotation("plan").returncode == 3
    done = company.rotation("apply", "--yes")

    assert done.returncode == 0, done.stderr
    assert all(len(company.active(name)) == 2 for name in NAMES)
    key = company.keys["two"]["AccessKeyId"]
    leaked = company.rotation("quarantine", key, "--why", "seen in a repository", "--yes")
    assert leaked.returncode == 0, leaked.stderr
    company.rules.write_text(company.rules.read_text().replace(EXTERNAL_ID, "another"))
    refused = company.rotation("plan")
    assert refused.returncode == 1
    assert "watchword rotation member-role" in refused.stderr


def test_accounts_may_be_named(company: Company) -> None:
    company.age(95)
    assert company.rotation("apply", "--only", "one/bot", "--yes").returncode == 0
    assert [len(company.active(name)) for name in NAMES] == [2, 1, 1]
    assert company.rotation("undo", "bot", "--account", "two", "--why", "x").returncode == 1
    mistyped = company.rotation("undo", "bot", "--account", "tree", "--why", "x")
    assert (mistyped.returncode, "did you mean `three`?" in mistyped.stderr) == (2, True)
    undone = company.rotation("undo", "bot", "--account", "one", "--why", "x")
    assert undone.returncode == 0
    assert "works again; its secret is new, and holds no key until `resume`" in undone.stdout


def test_nobody_takes_the_key_away_that_is_signed_in_with(company: Company) -> None:
    done = company.rotation("quarantine", company.authority.access_key_id, "--why", "x", "--yes")
    assert done.returncode == 2
    assert "sign in with another" in done.stderr


def test_undo_and_on_again(company: Company) -> None:
    company.age(95)
    assert company.rotation("apply", "--yes", "--account", "one").returncode == 0
    old = company.keys["one"]["AccessKeyId"]

    undone = company.rotation("undo", "bot", "--why", "the build broke")

    assert undone.returncode == 0, undone.stderr
    assert company.active("one") >= {old}
    told = company.rotation("status", "--user", "bot", "--json")
    assert told.returncode == 3
    (rotation,) = json.loads(told.stdout)["rotations"]
    assert (rotation["state"], rotation["undone_why"]) == ("rolled-back", "the build broke")
    assert company.rotation("resume", "bot").returncode == 0
    assert company.rotation("status").returncode == 0
    assert company.rotation("undo", "bot", "--why", "again").returncode == 1


def test_a_leaked_key_is_out_of_use_at_once(company: Company) -> None:
    key = company.keys["one"]["AccessKeyId"]
    assert company.rotation("quarantine", key, "--why", "seen in a repository").returncode == 2

    done = company.rotation("quarantine", key, "--why", "seen in a repository", "--yes")

    assert done.returncode in {0, 3}, done.stderr
    assert "is deactivated" in done.stdout
    assert key not in company.active("one")


def test_an_exemption_ends_and_is_told_of(company: Company) -> None:
    company.age(95)
    account = company.members["one"].account_id
    assert (
        company.rotation("exempt", "bot", "--account", account, "--until", "2020-01-01", "--reason", "x").returncode
        == 2
    )
    nobody = company.rotation("exempt", "nobody", "--account", account, "--until", "20d", "--reason", "moves")
    assert nobody.returncode == 2
    assert "there is no user `nobody`" in nobody.stderr
    made = company.rotation("exempt", "bot", "--account", "one", "--until", in_days(company, 20), "--reason", "moves")
    assert made.returncode == 0, made.stderr
    assert "Exempt: bot" in company.rotation("status").stderr

    assert company.rotation("apply", "--yes").returncode == 0

    assert [len(company.active(name)) for name in NAMES] == [1, 2, 2]
    (listed,) = json.loads(company.rotation("exempt", "--list", "--json").stdout)
    assert (listed["user"], listed["reason"]) == ("bot", "moves")
    company.authority.advance(21 * DAY)
    ended = company.rotation("status")
    assert ended.returncode == 3
    assert "No longer exempt: bot" in ended.stderr
    assert company.rotation("exempt", "bot", "--account", account, "--lift").returncode == 0


def test_reports_and_run_history(company: Company) -> None:
    company.age(95)
    assert company.rotation("apply", "--yes").returncode == 0

    (ran,) = json.loads(company.rotation("report", "--runs", "--json").stdout)
    assert (ran["mode"], ran["accounts"], ran["changes"]) == ("apply", 3, 3)
    written = company.rotation("report", "--last", "--format", "json", "--out", "report.json")
    assert written.returncode == 0, written.stderr
    assert (company.home / "report.json").stat().st_size
    assert company.rotation("report", "--run", "nonsense").returncode == 2


def test_a_schedule_is_kept_and_told(company: Company) -> None:
    assert "there is no schedule" in company.rotation("schedule").stderr
    assert "[aws]" in company.rotation("schedule", "--example").stdout
    assert company.rotation("schedule", "--daily", "25:00").returncode == 2
    made = company.rotation("schedule", "--daily", "03:00", "--time-zone", "Europe/Berlin", "--json")
    assert made.returncode == 0, made.stderr
    told = json.loads(made.stdout)
    assert (told["expression"], told["on"], told["mode"]) == ("0 3 * * *", True, "apply")
    assert json.loads(company.rotation("status", "--json").stdout)["schedule"] == {
        "expression": "0 3 * * *",
        "time_zone": "Europe/Berlin",
        "on": True,
        "next_at": datetime.fromisoformat(told["next"]).timestamp(),
    }
    assert (company.home / "rotation-work.db").stat().st_mode & 0o077 == 0
    assert json.loads(company.rotation("schedule", "--off", "--json").stdout)["on"] is False
    assert "held as a standby" in company.rotation("status").stderr
    assert company.rotation("schedule", "--remove").returncode == 0


@pytest.mark.slow
def test_a_worker_that_is_killed_is_gone_on_with(company: Company) -> None:
    company.age(95)
    company.rules.write_text(company.rules.read_text().replace("1000", "6"))
    words = ["rotation", "worker", "--once", "--at-once", "1", "--rules", str(company.rules), "--follow-sandbox-clock"]
    environment = company.authority.environment | {"WATCHWORD_HOME": str(company.home)}
    worker = subprocess.Popen([*WATCHWORD, *words], env=environment, stderr=subprocess.PIPE, text=True)
    ledger = Ledger.open(f"sqlite:///{company.home / 'rotation.db'}")
    try:
        begun = until(lambda: next((one for one in ledger.runs() if list(ledger.results(one.id))), None))
        worker.kill()
        worker.communicate(timeout=20)
        first = [result.account for result in ledger.results(begun.id)]
        assert len(first) < 3
        company.write_rules()

        went_on = company.rotation("worker", "--once")

        assert went_on.returncode == 0, went_on.stderr
        assert [one.id for one in ledger.runs()] == [begun.id]
        assert ledger.run(begun.id).ended_at
        assert all(len(company.active(name)) == 2 for name in NAMES)
        made = [event for event in ledger.history(limit=1000) if event.what == "created"]
        assert len(made) in {3, 4}
        swept = [event for event in ledger.history(account=first[0], limit=1000) if event.what == "opened"]
        assert len(swept) == 1
        work = (company.home / "rotation-work.db").read_bytes()
        assert not any(secret in work for secret in (b"SecretAccessKey", company.authority.secret_access_key.encode()))
    finally:
        ledger.close()


@pytest.mark.slow
def test_workers_share_a_ledger_in_postgresql(company: Company, postgres: Postgres) -> None:
    company.age(95)
    url = postgres.url(postgres.create())
    words = [
        "rotation",
        "worker",
        "--rules",
        str(company.rules),
        "--follow-sandbox-clock",
        "--ledger",
        url,
    ]
    environment = company.authority.environment | {"WATCHWORD_HOME": str(company.home)}
    other = subprocess.Popen([*WATCHWORD, *words], env=environment, stderr=subprocess.PIPE, text=True)
    try:
        assert other.stderr is not None
        assert "is at work" in other.stderr.readline()

        done = company.rotation("worker", "--once", "--ledger", url)

        assert done.returncode == 0, done.stderr
        assert all(len(company.active(name)) == 2 for name in NAMES)
        assert company.rotation("schedule", "--daily", "03:00", "--ledger", url).returncode == 0
    finally:
        other.terminate()
        assert other.wait(30) == 0
        assert other.stderr is not None
        other.stderr.close()


def deploy(member: Member, hub: str) -> None:
    """Set up in an account what `member-role` prints."""
    words = ("--trusted", hub, "--external-id", EXTERNAL_ID, "--account", member.account_id, "--format", "json")
    printed = run("rotation", "member-role", *words)
    assert printed.returncode == 0, printed.stderr
    told, iam = json.loads(printed.stdout), member.client("iam")
    trust = json.dumps(told["AssumeRolePolicyDocument"])
    iam.create_role(RoleName=told["RoleName"], Path=told["Path"], AssumeRolePolicyDocument=trust)
    policy = json.dumps(told["PolicyDocument"])
    iam.put_role_policy(RoleName=told["RoleName"], PolicyName="rotation", PolicyDocument=policy)
    for place, document in told["ManagedPolicies"].items():
        path, _, name = place.rpartition("/")
        iam.create_policy(Path=f"{path}/", PolicyName=name, PolicyDocument=json.dumps(document))


def changes(member: Member) -> int:
    """Count what was asked for in an account that may have changed something."""
    pages = (
        member.client("cloudtrail")
        .get_paginator("lookup_events")
        .paginate(LookupAttributes=[{"AttributeKey": "ReadOnly", "AttributeValue": "false"}])
    )
    return sum(event["EventName"] != "AssumeRole" for page in pages for event in page["Events"])


def in_days(company: Company, days: int) -> str:
    """Write the sandbox's day in some days."""
    told = company.authority.client("watchword").get_server_information()["Now"]
    return f"{told + timedelta(days=days):%Y-%m-%d}"


def until(ask: Callable[[], Any]) -> Any:
    """Wait until something is so."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if found := ask():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not come to that")
