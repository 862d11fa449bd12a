"""The `watchword` command: finds the noun and hands over."""

from __future__ import annotations

from importlib import import_module
from os import environ

import click

COMMANDS = {
    "agent": ("watchword.cli.agent", "agent"),
    "assume": ("watchword.cli.assume", "assume"),
    "audit": ("watchword.cli.audit", "audit"),
    "completion": ("watchword.cli.completion", "completion"),
    "configure": ("watchword.cli.configure", "configure"),
    "credential-process": ("watchword.cli.credential_process", "credential_process"),
    "doctor": ("watchword.cli.doctor", "doctor"),
    "endpoint": ("watchword.cli.endpoint", "endpoint"),
    "exec": ("watchword.cli.exec", "exec_"),
    "export": ("watchword.cli.export", "export"),
    "init": ("watchword.cli.init", "init"),
    "journal": ("watchword.cli.journal", "journal"),
    "keys": ("watchword.cli.keys", "keys"),
    "model": ("watchword.cli.model", "model"),
    "policy": ("watchword.cli.policy", "policy"),
    "report": ("watchword.cli.report", "report"),
    "rotation": ("watchword.cli.rotation", "rotation"),
    "sandbox": ("watchword.cli.sandbox", "sandbox"),
    "serve": ("watchword.cli.serve", "serve"),
    "sessions": ("watchword.cli.sessions", "sessions"),
    "shell": ("watchword.cli.shell", "shell"),
    "signature": ("watchword.cli.signature", "signature"),
    "unset": ("watchword.cli.unset", "unset"),
    "up": ("watchword.cli.serve", "up"),
    "whoami": ("watchword.cli.whoami", "whoami"),
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


@click.group(cls=Nouns, context_settings={"max_content_width": 100})
@click.version_option(package_name="watchword")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Watchword, a credential authority that you run yourself."""
    if environ.get("NO_COLOR"):
        ctx.color = False


if __name__ == "__main__":
    main()
