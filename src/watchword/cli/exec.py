"""`watchword exec`: another command, with credentials in its environment alone."""

from __future__ import annotations

import click

from watchword.cli.credentials import wishes
from watchword.cli.credentials.shapes import Wish
from watchword.cli.lending import commands
from watchword.cli.lending.taking import taken

AFTER = "watchword.after_dashes"


class Wrapper(click.Command):
    """A command whose words after `--` are another command's: none of them is taken for an option of ours."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        place = args.index("--") if "--" in args else len(args)
        ctx.meta[AFTER] = args[place + 1 :]
        left = super().parse_args(ctx, args[:place])
        if (left or not ctx.meta[AFTER]) and not ctx.resilient_parsing:
            example = f"{ctx.command_path} ROLE -- aws sts get-caller-identity"
            raise click.UsageError(f"write the command after `--`: `{example}`", ctx)
        return left

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [*super().collect_usage_pieces(ctx), "-- COMMAND…"]


@click.command("exec", cls=Wrapper, context_settings={"allow_extra_args": True})
@wishes.role
@click.option(
    "--serve",
    is_flag=True,
    help="Let the command ask an endpoint of its own, which renews them; for what runs longer than a session.",
)
@wishes.wished
@click.pass_context
def exec_(context: click.Context, role: str, serve: bool, wish: Wish) -> None:
    """Run a command with the credentials of a profile or a role.

    Without ROLE, with those that you have. They stand in the command's environment, never in its arguments. Its exit
    code is passed on; 127 says that it was not found, 126 that it cannot be run.

    With --serve the command gets the address of an endpoint on this machine and a token for it, sees the settings of
    your profile and no other profile, and the endpoint ends with it.
    """
    command: list[str] = context.meta[AFTER]
    had = taken(wish, role)
    if serve:
        raise SystemExit(commands.serve_to(command, had, wish.least_left))
    commands.hand_over(command, had)
