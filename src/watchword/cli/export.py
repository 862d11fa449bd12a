"""`watchword export`: credentials as lines for a shell, for a file, or as a document."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

import click

from watchword.cli.credentials import wishes
from watchword.cli.credentials.shapes import Credentials, Wish
from watchword.cli.exits import Exit, Stop
from watchword.cli.lending import documents, forms, shells, variables
from watchword.cli.lending.taking import Taken, taken, who
from watchword.cli.lending.variables import Change
from watchword.domain.secret import Secret

DOCUMENTS = ("json", "ini")


HELP = f"""Print the credentials of a profile or a role for a shell or a file.

Without ROLE, those that you have.

\b
{forms.uses("watchword export ROLE")}
files       --format env, dotenv, docker (--env-file), ini (a credentials file)
GitHub      watchword export ROLE --format github >> "$GITHUB_ENV"
processes   --format json, as a `credential_process` answers

`watchword unset` takes them out of a shell, and puts back what was there.
"""


@click.command(help=HELP)
@wishes.role
@click.option(
    "--format",
    "form",
    type=click.Choice((*forms.FORMS, *DOCUMENTS)),
    help="What reads it.  [default: the shell that this is run from]",
)
@click.option("--json", "as_json", is_flag=True, help="Short for `--format json`.")
@click.option("--section", help="Name of the section with `--format ini`.  [default: ROLE's name]")
@wishes.wished
def export(role: str, form: str | None, as_json: bool, section: str | None, wish: Wish) -> None:
    """Print credentials."""
    if as_json and form not in {None, "json"}:
        raise click.UsageError("`--json` and another `--format` were given; leave one out")
    if section and form != "ini":
        raise click.UsageError("`--section` names a section of `--format ini`; add that, or leave it out")
    form = "json" if as_json else form or shells.form_in_use(os.environ, windows=os.name == "nt")
    if form == "github" and os.environ.get("GITHUB_ACTIONS") != "true":
        raise Stop("the form `github` is for a step of GitHub Actions; choose another `--format`", Exit.USAGE)
    before = dict(os.environ)
    had = taken(wish, role)
    if form in DOCUMENTS:
        told = [documents.process(had.credentials)] if form == "json" else _section(had.credentials, section or role)
    elif form in forms.SHELLS:
        told = _for_shell(form, had, before)
    else:
        told = _for_file(form, variables.carrying(had.credentials))
    write(told)
    _talk(form, role, had.credentials)


def write(told: Sequence[str]) -> None:
    """Print lines as the bytes that they are: a profile's name need not be text in the terminal's encoding."""
    for line in told:
        click.echo(os.fsencode(line))


def _section(credentials: Credentials, name: str) -> list[str]:
    name = name.rpartition("/")[2] if name.startswith("arn:") else name
    return documents.section(credentials, name or credentials.profile or "watchword")


def _for_shell(form: str, had: Taken, before: Mapping[str, str]) -> list[str]:
    """Tell all that a shell needs: also what earlier credentials of ours left there."""
    change = variables.entered(variables.carrying(had.credentials), had.environ)
    rest = variables.difference(before, change.applied(had.environ))
    given = {**change.given, **{name: value for name, value in rest.given.items() if name not in change.given}}
    return forms.lines(form, given, tuple(dict.fromkeys((*change.taken, *rest.taken))))


def _for_file(form: str, change: Change) -> list[str]:
    given = {name: value for name, value in change.given.items() if name != variables.ROLE}
    if form == "github":
        # The runner reads its commands on standard error as well, and standard output goes to the file
        for mask in forms.masks(value.reveal() for value in given.values() if isinstance(value, Secret)):
            click.echo(mask, err=True)
    return forms.lines(form, given)


def _talk(form: str, role: str, credentials: Credentials) -> None:
    if form == "github" or not sys.stderr.isatty():
        return
    click.echo(f"You are {who(credentials)}.", err=True)
    if form in forms.SHELLS and sys.stdout.isatty():
        use = forms.FORMS[form].use.format(f"watchword export {role}".strip())
        click.echo(f"These lines are secret, and this shell does not have them yet: {use}", err=True)
