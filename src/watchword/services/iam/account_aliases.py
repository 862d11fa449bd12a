"""The alias of an account: a name for its number, that no other account has."""

from __future__ import annotations

from watchword.services.iam import paging
from watchword.services.iam.account_refusals import AliasTaken, NoSuchAlias
from watchword.services.iam.refusals import InvalidMarker
from watchword.services.operation import Call, Reply, Way, operation
from watchword.store import account_aliases


@operation("iam", way=Way.CHANGE, journal=("account_alias",), raises=(AliasTaken,))
def create_account_alias(call: Call, *, account_alias: str) -> Reply:
    """Give the account an alias, in place of the one it had.

    Raises AliasTaken, also for the alias that it has.   Source: IAM API, CreateAccountAlias; that it replaces was
    observed on AWS.
    """
    if account_aliases.holder(call.tx, account_alias) is not None:
        raise AliasTaken(alias=account_alias)
    account_aliases.put(call.tx, call.account, account_alias)
    return {}


@operation("iam", way=Way.CHANGE, journal=("account_alias",), raises=(NoSuchAlias,))
def delete_account_alias(call: Call, *, account_alias: str) -> Reply:
    """Take the account's alias away. It must be named rightly.

    Raises NoSuchAlias.   Source: IAM API, DeleteAccountAlias.
    """
    if account_aliases.of(call.tx, call.account) != account_alias:
        raise NoSuchAlias(alias=account_alias)
    account_aliases.remove(call.tx, call.account)
    return {}


@operation("iam", way=Way.READ, journal=("marker", "max_items"), raises=(InvalidMarker,))
def list_account_aliases(call: Call, *, marker: str | None = None, max_items: int | None = None) -> Reply:
    """List the account's aliases: one or none.

    Raises InvalidMarker.   Source: IAM API, ListAccountAliases.
    """
    page = paging.page(call, "AccountAliases", marker, max_items)
    alias = account_aliases.of(call.tx, call.account)
    found = [alias] if alias is not None and alias > page.after else []
    return page.reply(found, tell=str, position=str)
