"""`watchword rotation`: every long-term key of an organization, found, judged, replaced and retired."""

from __future__ import annotations

from importlib import import_module

import click

VERBS = (
    "inventory", "plan", "apply", "status", "undo", "resume", "quarantine", "exempt", "ack", "report", "schedule",
    "worker", "member-role",
)  # fmt: skip
"""Commands, each in the module of its name."""


class Verbs(click.Group):
    """A group whose commands are imported only when asked for: some of them load much."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in VERBS:
            return None
        name = cmd_name.replace("-", "_")
        found = getattr(import_module(f"{__name__}.{name}"), name)
        return found if isinstance(found, click.Command) else None


@click.group(cls=Verbs)
def rotation() -> None:
    """Find, judge, replace and retire the access keys of a whole organization.

    On AWS or on Watchword: a role is assumed in each account, which `member-role` prints. Begin with `plan`: it
    changes nothing. What keeps long-term keys from being needed comes first: roles, and `watchword assume`.

    \b
    watchword rotation schedule --example > rotation.toml
    watchword rotation plan
    watchword rotation apply

    Exit codes: 0 clean, 3 there is something to look at, 1 some account failed.
    """  # noqa: D301 - click keeps the lines after this control character
