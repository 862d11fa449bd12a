"""`watchword completion`: the script by which a shell completes what is typed after `watchword`."""

from __future__ import annotations

import sys

import click
from click.shell_completion import get_completion_class

from watchword.cli.exits import Stop

NAME, VARIABLE = "watchword", "_WATCHWORD_COMPLETE"
INSTALLED = {
    "bash": 'add this line to ~/.bashrc: eval "$(watchword completion bash)"',
    "zsh": 'add this line to ~/.zshrc, after compinit: eval "$(watchword completion zsh)"',
    "fish": "write it to a file: watchword completion fish > ~/.config/fish/completions/watchword.fish",
    "powershell": "add this line to $PROFILE: watchword completion powershell | Out-String | Invoke-Expression",
}
"""How each shell takes the script on from the next start."""


@click.command()
@click.argument("shell", type=click.Choice(tuple(INSTALLED)))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script that completes commands, options and profiles.

    On a terminal, it also says how to install the script; in a shell's start-up file it says nothing.
    """
    kind = get_completion_class(shell)
    if kind is None:
        raise Stop(f"the click that is installed has no completion for {shell}; version 8.5 has")
    click.echo(kind(ctx.find_root().command, {}, NAME, VARIABLE).source())
    if sys.stdout.isatty():
        click.echo(f"To install it, {INSTALLED[shell]}", err=True)
