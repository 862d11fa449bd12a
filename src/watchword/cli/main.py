"""The `watchword` command: finds the noun and hands over."""

from __future__ import annotations

from importlib import import_module

import click

COMMANDS = {
    "audit": ("watchword.cli.audit", "audit"),
    "init": ("watchword.cli.init", "init"),
    "journal": ("watchword.cli.journal", "journal"),
    "policy": ("watchword.cli.policy", "policy"),
    "report": ("watchword.cli.report", "report"),
    "sandbox": ("watchword.cli.sandbox", "sandbox"),
    "serve": ("watchword.cli.serve", "serve"),
    "signature": ("watchword.cli.signature", "signature"),
    "up": ("watchword.cli.serve", "up"),
    "whose": ("watchword.cli.whose", "whose"),
}


class Nouns(click.Group):
    """A group whose commands are imported only when asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name]
        found = getattr(import_module(module), name)
        if not isinstance(found, click.Command):
            msg = f"`{module}.{name}` is not a command"
            raise TypeError(msg)
        return found


@click.group(cls=Nouns)
@click.version_option(package_name="watchword")
def main() -> None:
    """Watchword, a credential authority that you run yourself."""


if __name__ == "__main__":
    main()
