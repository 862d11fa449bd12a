"""`watchword sessions end`: at once, again and again, or, for AWS, as a policy; each is a way of its own."""

from __future__ import annotations

from collections.abc import Mapping

import click

from watchword.cli import aws, tables
from watchword.cli.exits import Exit, Stop
from watchword.cli.sessions import at_once, aws_policy, schedules
from watchword.cli.sessions.criteria import Criteria, matching
from watchword.cli.times import Duration, Instant, Moment


@click.command()
@click.argument("key_ids", nargs=-1, metavar="[KEY_ID]...")
@matching
@click.option("--before", type=Moment(), help="Only what was issued before then: `8h` ago, or `2026-01-31T09:00Z`.")
@click.option("--reason", metavar="TEXT", help="Why; whoever uses an ended session is told.")
@click.option("--dry-run", is_flag=True, help="Show which would end, and end none.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--every", metavar="CRON", help="Do it again and again: `0 20 * * *` is each evening at eight.")
@click.option("--timezone", metavar="ZONE", help="With --every: the zone it is meant in.  [default: UTC]")
@click.option("--name", help="With --every: what the schedule is called.  [default: after what it ends]")
@click.option("--older-than", type=Duration(), help="With --every: only sessions that are older by then: `8h`.")
@click.option("--aws-policy", "as_policy", is_flag=True, help="End nothing; print AWS's policy for this, for --role.")
@tables.output
@aws.account
def end(
    account: aws.Account,
    key_ids: tuple[str, ...],
    criteria: Criteria,
    before: Instant | None,
    reason: str | None,
    dry_run: bool,
    yes: bool,
    every: str | None,
    timezone: str | None,
    name: str | None,
    older_than: int | None,
    as_policy: bool,
    form: str,
) -> None:
    """End sessions at once and for good.

    Those with the access keys KEY_ID, which `-` reads from standard input, or all that match every option given; and
    with them all that was issued from them. `--before 0s` alone means every session.

    It shows which they are, and asks: with one, whether; with more, for their number. Scripts say --yes.
    """
    once = {"KEY_ID": key_ids, "--dry-run": dry_run, "--yes": yes}
    planned = {"--timezone": timezone, "--name": name, "--older-than": older_than}
    if as_policy:
        _expect_none(once | planned | {"--every": every, "--reason": reason}, "does not go with `--aws-policy`")
        aws_policy.write(account, criteria, before, form)
    elif every is not None:
        _expect_none(
            once | {"--before": before}, "does not go with `--every`; for old ones only, say `--older-than 8h`"
        )
        schedules.put(account, schedules.Plan(criteria, every, timezone, name, older_than, reason), form)
    else:
        _expect_none(planned, "goes with `--every`, which makes a schedule")
        at_once.run(account, at_once.Asked(key_ids, criteria, before, reason, dry_run=dry_run, yes=yes), form)


def _expect_none(given: Mapping[str, object], why: str) -> None:
    for word, value in given.items():
        if value not in (None, False, ()):
            raise Stop(f"`{word}` {why}", Exit.USAGE)
