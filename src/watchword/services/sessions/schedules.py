"""Running a schedule: it ends what its criteria fit, and is due again at the next time of its expression."""

from __future__ import annotations

from watchword.domain.clock import MICROSECONDS
from watchword.services.directory import Directory
from watchword.services.sessions import criteria as sessions
from watchword.services.sessions.cron import next_run
from watchword.services.sessions.ending import Why, end
from watchword.services.sessions.live import LOOKED_THROUGH, to_end
from watchword.store import endings, session_schedules
from watchword.store.session_schedules import Schedule
from watchword.store.tx import Tx


def arn_of(schedule: Schedule) -> str:
    """Name a schedule, as who ended a session."""
    return f"arn:aws:watchword::{schedule.account_id}:schedule/{schedule.name}"


def run(tx: Tx, directory: Directory, schedule: Schedule, run_id: str, now: float) -> int:
    """Do what a schedule says; tells how many live sessions it ended. Times that were missed are made up for once.

    Where there are none it may still end some of another account that came from here, so it ends all the same; in the
    place of its last end, if that ended none either.
    """
    account, before = schedule.account_id, now - schedule.older_than
    criteria = sessions.read(schedule.criteria)
    why = Why(run_id, arn_of(schedule), schedule.reason)
    matching = to_end(tx, directory, account, criteria, issued_before=before, now=now, at_most=LOOKED_THROUGH)
    count = sum(1 for _ in matching)
    if schedule.last_run_at is not None and not schedule.last_count:
        endings.remove(tx, account, why.by, ended_from=schedule.last_run_at * MICROSECONDS)
    end(tx, account, criteria, why, issued_before=before, now=now)
    after = next_run(schedule.expression, schedule.time_zone, now)
    session_schedules.ran(tx, schedule, at=int(now), next_run_at=after, count=count)
    return count
