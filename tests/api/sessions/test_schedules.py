"""Schedules through boto3: sessions are ended by the clock, whoever restarts the server in between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.api.sessions.hands import Hands, document, saying
from tests.support.authority import Authority, initialise, serving
from tests.support.polling import until


def in_sandbox(authority: Authority) -> Hands:
    return Hands(authority, authority.client("iam"), authority.client("watchword"))


def run(hands: Hands, done: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Wait until the one schedule has run."""

    def ran() -> dict[str, Any]:
        (schedule,) = hands.watchword.list_schedules()["Schedules"]
        return schedule if done(schedule) else {}

    return until(ran)


def test_sessions_end_when_its_time_comes(authority: Authority) -> None:
    hands = in_sandbox(authority)
    role = hands.role("deploy")
    made = hands.watchword.put_schedule(
        Name="evening", Expression="0 20 * * *", TimeZone="Europe/Berlin", Role="deploy", Reason="out of hours"
    )["Schedule"]
    at: datetime = made["NextRunAt"]
    assert at.astimezone().minute == 0
    now = hands.watchword.get_server_information()["Now"]
    hands.watchword.advance_clock(Seconds=int((at - now).total_seconds()) - 600)
    given, other = hands.assume(role, "late"), hands.assume(hands.role("other"), "late")
    hands.watchword.advance_clock(Seconds=660)
    ran = run(hands, lambda schedule: "LastRunAt" in schedule)
    assert (ran["LastCount"], ran["NextRunAt"] > at) == (1, True)
    assert hands.ended(given).endswith(": out of hours")
    hands.who(other)
    (told,) = hands.listed(State="ENDED")
    assert told["Ending"]["EndedBy"].endswith(":schedule/evening")
    (event,) = hands.authority.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventId", "AttributeValue": told["Ending"]["EndingId"]}]
    )["Events"]
    assert '"type":"AWSService"' in event["CloudTrailEvent"]


def test_the_young_are_left_alone(authority: Authority) -> None:
    hands = in_sandbox(authority)
    role = hands.role("deploy")
    old = hands.assume(role, "old")
    hands.watchword.put_schedule(Name="s", Expression="* * * * *", OlderThan=1800)
    hands.watchword.advance_clock(Seconds=1700)
    young = hands.assume(role, "young")
    hands.watchword.advance_clock(Seconds=200)
    run(hands, lambda schedule: schedule.get("LastCount") == 1)
    hands.ended(old)
    hands.who(young)


def test_schedules_are_listed_put_anew_and_removed(hands: Hands) -> None:
    hands.role("deploy")
    hands.watchword.put_schedule(Name="s", Expression="0 20 * * *", Role="deploy")
    hands.watchword.put_schedule(Name="s", Expression="0 21 * * 1-5", Role="deploy", OlderThan=60)
    (told,) = hands.watchword.list_schedules()["Schedules"]
    assert (told["Expression"], told["TimeZone"], told["OlderThan"], told["Role"]) == (
        "0 21 * * 1-5",
        "UTC",
        60,
        "deploy",
    )
    hands.watchword.delete_schedule(Name="s")
    with saying("ResourceNotFoundException", "schedule `s`"):
        hands.watchword.delete_schedule(Name="s")


def test_a_schedule_has_to_make_sense(hands: Hands) -> None:
    for expression in ("0 25 * * *", "not cron at all x", "0 0 31 2 *", "* * * * * *", "@reboot...."):
        with saying("InvalidParameterException", "Expression"):
            hands.watchword.put_schedule(Name="s", Expression=expression, SessionName="n")
    with saying("InvalidParameterException", "Mars/Phobos"):
        hands.watchword.put_schedule(Name="s", Expression="0 20 * * *", TimeZone="Mars/Phobos", SessionName="n")
    with saying("InvalidParameterException", "criterion"):
        hands.watchword.put_schedule(Name="s", Expression="0 20 * * *")


def test_who_schedules_must_be_allowed_to_end(hands: Hands) -> None:
    hands.role("deploy")
    policy = document(Effect="Allow", Action="watchword:PutSchedule", Resource="*")
    helper = hands.authority.of("watchword", hands.user("helper", policy))
    with saying("AccessDeniedException", "watchword:EndSessions"):
        helper.put_schedule(Name="s", Expression="0 20 * * *", Role="deploy")


def test_a_schedule_survives_a_restart(tmp_path: Path) -> None:
    """And what came round while the server was away is made up for."""
    first = initialise(tmp_path, "--sandbox")
    with serving(tmp_path, first) as authority:
        hands = in_sandbox(authority)
        role = hands.role("deploy")
        put = hands.watchword.put_schedule(Name="s", Expression="0 0 1 1 *", Role="deploy")["Schedule"]
        now = hands.watchword.get_server_information()["Now"]
        hands.watchword.advance_clock(Seconds=int((put["NextRunAt"] - now).total_seconds()) - 600)
        given = hands.assume(role, "late", DurationSeconds=3600)
    with serving(tmp_path, first) as authority:
        hands = in_sandbox(authority)
        hands.who(given)
        hands.watchword.advance_clock(Seconds=601)
        run(hands, lambda schedule: schedule.get("LastCount") == 1)
        hands.ended(given)
