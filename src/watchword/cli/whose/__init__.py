"""`watchword whose`: from an identifier that turned up somewhere to the one who owns it. A plain AWS client."""

from __future__ import annotations

import click

from watchword.cli import aws, tables
from watchword.cli.exits import Exit
from watchword.cli.whose import keys, sessions, shapes, things
from watchword.cli.whose.answer import Answer, tell
from watchword.domain.ids import Prefix

ASK = {Prefix.LONG_TERM_KEY: keys.ask, Prefix.TEMPORARY_KEY: sessions.ask}


@click.command()
@click.argument("key_id", nargs=-1, required=True, metavar="KEY_ID")
@tables.output
@aws.account
def whose(account: aws.Account, key_id: tuple[str, ...], form: str) -> None:
    """Tell whose an access key is: account, owner, status, age, last use. For temporary ones: who asked for them.

    What you may not read is told in its place. Never give a secret: it is refused.
    """
    found, kind = shapes.identifier(key_id)
    answer = Answer(found, kind)
    ask = ASK.get(Prefix(found[:4])) if found[:4] in set(Prefix) else None
    answered = (ask or things.ask)(account, answer)
    tell(answer, form, aws.now(account))
    if not answered:
        click.get_current_context().exit(Exit.DENIED)
