"""Scenarios 21 to 23: what a user's own tags say, who is told of its keys, and keys that others hold."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.stories.rotation.outcome import done, line
from tests.stories.rotation.people import Chat, chatting, secrets_of, telling, text_of, told
from tests.stories.rotation.wire import Wire, refused, spoils
from tests.stories.rotation.world import World
from tests.support.mailbox import Mailbox, mailbox
from watchword.rotation.acting import Said, acknowledge
from watchword.rotation.records import State
from watchword.rotation.steps import Do, Why

# of a plugin that apprise looks at; Python 3.13 has none any more
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Mailbox]:
    with mailbox(tmp_path) as one:
        yield one


@pytest.fixture
def chat() -> Iterator[Chat]:
    with chatting() as one:
        yield one


EVERY_TAG = (
    '[tags]\nlengthen = true\nheed = ["replace-after", "deactivate-after", "delete-after", "owner", "channel", '
    '"secret", "exempt-until", "exempt-reason", "hand-off"]\n'
)
"""As where only administrators may tag users."""


def day(world: World, days: int) -> str:
    """Write a day from now on."""
    return f"{datetime.fromtimestamp(world.now(), UTC) + timedelta(days=days):%Y-%m-%d}"


def test_scenario_05_whose_secret_could_not_be_kept_is_told_so(world: World, box: Mailbox, chat: Chat) -> None:
    old = world.user("ann", owner="ann@example.com")["AccessKeyId"]
    trouble = spoils("secretsmanager:PutSecretValue", lambda: refused("AccessDeniedException"))
    told(world, chat, telling(box), force="ann", wire=Wire(before=trouble))
    (mail,) = box.of("ann@example.com")
    assert "its secret could not be kept" in " ".join(text_of(mail).split())
    assert world.keys("ann") == {old: True}


def test_scenario_21_a_users_tags_say_when_who_where_and_until_when(world: World, box: Mailbox, chat: Chat) -> None:
    assert world.sandbox is not None
    hub = world.sandbox.account_id
    key = f"arn:aws:kms:us-east-1:{hub}:key/mrk-00000000000000000000000000000000"
    text = f'{EVERY_TAG}[secret]\ncentral_account = "{hub}"\nkms_key = "{key}"\n{telling(box)}'
    keys = {
        "short": world.user("short", replace_after="45"),
        "grace": world.user("grace", replace_after="40", deactivate_after="42", delete_after="43"),
        "long": world.user("long", replace_after="300"),
        "kept": world.user("kept", replace_after="45", secret="central"),
        "owned": world.user("owned", replace_after="45", owner="ann@example.com", channel="ops"),
        "exempt": world.user("exempt", replace_after="45", exempt_until=day(world, 60), exempt_reason="moves in May"),
        "ended": world.user("ended", exempt_until=day(world, 10), exempt_reason="moved in March"),
        "forever": world.user("forever", replace_after="45", exempt_until=day(world, 60)),
    }
    for one in keys.values():
        world.use(one)
    world.pass_days(46)

    run = world.sweep(text)

    assert {name for name in keys if "created" in done(run, name)} == {"short", "grace", "kept", "owned"}
    assert set(line(run, "owned", keys["owned"]["AccessKeyId"]).owners) == {"ann@example.com", "ops"}
    kept = world.rotation("kept").kept
    assert kept is not None
    assert kept.account == hub
    exempt, ended, forever = (line(run, name) for name in ("exempt", "ended", "forever"))
    assert (exempt.do, exempt.note, exempt.finding) == (Do.EXEMPT, "moves in May (tag)", False)
    assert exempt.at == pytest.approx(world.now() + 14.5 * 86_400, abs=86_400)
    assert (ended.do, ended.why, ended.finding) == (Do.REPORT, Why.EXEMPTION_ENDED, True)
    assert (forever.do, forever.why) == (Do.BLOCKED, Why.BAD_TERMS)
    assert "an exemption needs both" in forever.note
    assert run.has_findings
    for name in ("short", "grace"):
        world.use(world.current(name))
    world.sweep(text)
    world.pass_days(3)
    world.sweep(text)
    assert (world.rotation("grace").state, world.rotation("short").state) == (State.DEACTIVATED, State.OVERLAP)
    plan = world.plan(text)
    run = world.sweep(text, plan=plan)
    assert {one.user for one in plan.changes} == {"kept"}
    assert not run.failed  # that its secret cannot be read yet is told in its own words
    assert {one.why for one in run.accounts[0].lines if one.finding} == {
        Why.EXEMPTION_ENDED, Why.BAD_TERMS, Why.SECRET
    }  # fmt: skip


def test_scenario_21_tags_that_a_user_may_give_itself_let_nobody_out(world: World) -> None:
    for name, tags in (
        ("long", {"replace_after": "300"}),
        ("exempt", {"exempt_until": day(world, 300), "exempt_reason": "I say so"}),
        ("held", {"hand_off": "true"}),
    ):
        world.use(world.user(name, **tags))
    world.pass_days(91)
    run = world.sweep()
    assert all("current" in done(run, name) for name in ("long", "exempt", "held"))


def test_scenario_22_each_owner_has_one_digest_and_reminders_at_set_days(
    world: World, box: Mailbox, chat: Chat
) -> None:
    text = (
        '[owners.map]\nteam-a = ["a1@example.com", "a2@example.com"]\n'
        '[[override]]\nusers = ["chatty"]\nowners = ["ops"]\n' + telling(box, "admin@example.com")
    )
    assert world.sandbox is not None
    made = world.sandbox.client("organizations").create_account(
        Email="odd@example.com", AccountName="<script>1</script>"
    )
    odd = made["CreateAccountStatus"]["AccountId"]
    keys = [world.user("own1", owner="ann@example.com"), world.user("own2", owner="ann@example.com")]
    keys += [
        world.user("mapped", owner="team-a"),
        world.user("nobody"),
        world.user("chatty"),
        world.user("x", account=odd),
    ]
    for key in keys:
        world.use(key)
    counts = []
    for days in (75, 1, 1, 6, 1, 5.5):  # 14, 7 and 1 day before the ninetieth, each twice but the last
        world.pass_days(days)
        told(world, chat, text)
        counts.append((len(box.of("ann@example.com")), len(chat.posts)))

    assert counts == [(0, 0), (1, 1), (1, 1), (2, 2), (2, 2), (3, 3)]
    mail = box.of("ann@example.com")[0]
    assert text_of(mail).count("own1") >= 1 <= text_of(mail).count("own2")
    assert [len(box.of(f"{who}@example.com")) for who in ("a1", "a2", "town", "odd")] == [3] * 4
    assert "nobody" in text_of(box.of("town@example.com")[-1])
    page = text_of(box.of("odd@example.com")[0], "html")
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert not box.of("admin@example.com")  # there is nothing that an administrator must see to

    world.pass_days(1)
    told(world, chat, text)
    secrets = [world.current(name)["SecretAccessKey"] for name in ("own1", "mapped", "chatty")]
    everything = "".join(str(mail) for mail in box.mails) + json.dumps(chat.posts)
    assert not any(secret in everything for secret in secrets)
    assert world.current("chatty")["AccessKeyId"] in json.dumps(chat.posts)


def test_scenario_22_what_did_not_arrive_is_seen_and_tried_again(world: World, box: Mailbox, chat: Chat) -> None:
    text = '[[override]]\nusers = ["ann"]\nowners = ["ops"]\n' + telling(box, "admin@example.com")
    world.use(world.user("ann"))
    world.pass_days(91)
    chat.down = True

    _, outcome = told(world, chat, text)

    assert [(one.to, one.given_up) for one in outcome.failures] == [("ops", False)]
    assert "ops" in text_of(box.of("admin@example.com")[0])
    status = world.cli("status", "--json", text=text)
    assert status.returncode == 3
    assert [one["to"] for one in json.loads(status.stdout)["owed"]] == ["ops"]
    assert str(chat.port) not in status.stdout
    chat.down = False
    _, outcome = told(world, chat, text)
    assert "ops" in outcome.reached
    assert len(chat.posts) == 1
    assert not world.ledger.owed()


def test_scenario_23_a_key_that_others_hold_waits_for_their_word(world: World, box: Mailbox, chat: Chat) -> None:
    reader = world.user("vendor-console")
    text = (
        f'[[override]]\nusers = ["vendor"]\nhand_off = true\nowners = ["vendor@example.com"]\n'
        f'[override.secret]\nreaders = ["arn:{{partition}}:iam::{world.account}:user/vendor-console"]\n' + telling(box)
    )
    old = world.user("vendor")
    for key in (old, reader):
        world.use(key)
    world.pass_days(85)
    iam = world.client("iam")  # its own key is none of this story's
    reader = iam.create_access_key(UserName="vendor-console")["AccessKey"]
    world.pass_days(6)
    run, _ = told(world, chat, text)
    asked = line(run, "vendor", old["AccessKeyId"])
    assert (asked.do, asked.why) == (Do.ASK, Why.ASK_READY)
    assert world.wire.changing == []
    assert old["AccessKeyId"] in text_of(box.of("vendor@example.com")[0])

    said = world.cli("ack", "vendor", "--ready", "--note", "ticket 12", text=text)
    assert said.returncode == 0, said.stderr
    told(world, chat, text)
    new = world.current("vendor", reader)  # fetched where it is kept, by whom the rules name
    assert new["AccessKeyId"] == world.rotation("vendor").new
    world.use(new)
    world.pass_days(12)
    run, _ = told(world, chat, text)
    asked = line(run, "vendor", old["AccessKeyId"])
    assert (asked.do, asked.why) == (Do.ASK, Why.ASK_INSTALLED)
    assert world.keys("vendor")[old["AccessKeyId"]]

    acknowledge(world.ledger, asked.rotation, Said.INSTALLED, by="eve", holder="one", now=world.now())
    run, _ = told(world, chat, text)
    assert done(run, "vendor")[-1] == "deactivated"
    everything = "".join(str(mail) for mail in box.mails)
    assert new["SecretAccessKey"] not in everything
    assert "acknowledged ready" in world.events("vendor")
    assert secrets_of(chat)["MAIL"] not in everything
