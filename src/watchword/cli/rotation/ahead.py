"""Instants to come, as people write them: `30d` from now, or a day."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from watchword.cli.times import DURATION, Duration


class Ahead(click.ParamType[datetime | int]):
    """When: an instant, or how long from now, `30d`."""

    name = "moment"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime | int:
        if isinstance(value, datetime | int):
            return value
        if isinstance(value, str) and DURATION.fullmatch(value):
            return Duration().convert(value, param, ctx)
        try:
            found = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"`{value}` is no time; write `30d`, `2026-12-31` or `2026-12-31T09:00Z`", param, ctx)
        return found if found.tzinfo else found.replace(tzinfo=UTC)


def instant(told: datetime | int, now: float) -> float:
    """Tell which instant was meant, in epoch seconds."""
    return now + told if isinstance(told, int) else told.timestamp()
