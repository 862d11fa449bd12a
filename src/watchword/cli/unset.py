"""`watchword unset`: lines that take credentials out of a shell, and put back what was there before them."""

from __future__ import annotations

import os

import click

from watchword.cli.export import write
from watchword.cli.lending import forms, shells, variables

HELP = f"""Print the lines that take credentials out of this shell.

Names of profiles, regions and endpoints that `watchword export` took away come back; keys and tokens do not.

\b
{forms.uses("watchword unset")}
"""


@click.command(help=HELP)
@click.option(
    "--format",
    "form",
    type=click.Choice(forms.SHELLS),
    help="The shell that reads it.  [default: the shell that this is run from]",
)
def unset(form: str | None) -> None:
    """Print lines for a shell."""
    form = form or shells.form_in_use(os.environ, windows=os.name == "nt")
    rest = variables.difference(os.environ, variables.outside(os.environ))
    gone = dict.fromkeys((*variables.CARRYING, variables.ROLE, *rest.taken))
    write(forms.lines(form, rest.given, tuple(gone)))
