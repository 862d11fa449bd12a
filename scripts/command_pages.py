"""Every command of the command line, and the page that shows the help of each."""

from __future__ import annotations

from collections.abc import Iterator

import click

from watchword.cli.exits import Exit
from watchword.cli.main import main

NAME = "watchword"
COLUMNS = 100

HEAD = (
    "# Commands",
    "",
    "Made from the code by `make docs`: what each command says with `--help`. Data goes to standard output, talk to",
    "standard error. Where a command takes `--json`, later versions may add members and take none away.",
    "",
    "| exit code | meaning |",
    "| --- | --- |",
)
MEANINGS = {
    Exit.OK: "done",
    Exit.ERROR: "it failed: standard error says why, and what to do next",
    Exit.USAGE: "the command line itself is wrong",
    Exit.FINDING: "something was found that somebody has to look at",
    Exit.LOGIN: "log in first, or give an MFA code",
    Exit.DENIED: "not allowed",
    Exit.EXPIRED: "the credentials have expired, or were ended",
}


def every() -> Iterator[tuple[tuple[str, ...], click.Command, click.Context]]:
    """Give every command that is shown, with the words that call it, groups before what is in them."""
    yield from _below((), main, None)


def commands() -> str:
    """Lay out the help of every command, as a terminal of COLUMNS columns shows it."""
    lines = [*HEAD, *(f"| {code.value} | {MEANINGS[code]} |" for code in Exit), ""]
    for words, command, context in every():
        called = " ".join((NAME, *words))
        lines += [f"{'##' if len(words) < 2 else '###'} {called}", "", "```text"]  # noqa: PLR2004 - a noun, and its verbs
        lines += [line.rstrip() for line in command.get_help(context).splitlines()]
        lines += ["```", ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _below(
    words: tuple[str, ...], command: click.Command, parent: click.Context | None
) -> Iterator[tuple[tuple[str, ...], click.Command, click.Context]]:
    name = words[-1] if words else NAME
    settings = {**command.context_settings, "terminal_width": COLUMNS, "max_content_width": COLUMNS, "color": False}
    context = command.context_class(command, info_name=name, parent=parent, **settings)
    yield words, command, context
    if isinstance(command, click.Group):
        for verb in command.list_commands(context):
            found = command.get_command(context, verb)
            if found is not None and not found.hidden:
                yield from _below((*words, verb), found, context)
