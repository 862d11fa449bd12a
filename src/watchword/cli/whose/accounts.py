"""Which account an access key belongs to, and what to do when it is another's."""

from __future__ import annotations

from typing import Any

from watchword.cli import aws
from watchword.cli.aws import Account
from watchword.cli.exits import NotAllowed
from watchword.cli.whose.answer import Answer
from watchword.domain import ids
from watchword.domain.refusal_codes import EXPIRED, NOT_KNOWN


def find(account: Account, answer: Answer) -> bool:
    """Fill in the account of a key; gives whether it is the one that asks."""
    sts = account.client("sts")
    answer.account = _account(sts, answer)
    own: str = sts.get_caller_identity()["Account"]
    if answer.account not in {None, own}:
        answer.notes.append(
            f"it belongs to another account than yours, {own}: ask with a profile of account {answer.account}; if that "
            "is not one of yours, tell its owner, or AWS (abuse@amazonaws.com), and send the id only"
        )
    return answer.account in {None, own}


def _account(sts: Any, answer: Answer) -> str | None:
    from botocore.exceptions import ClientError  # noqa: PLC0415 - loaded only when used

    try:
        with aws.denials_named("sts"):
            account: str = sts.get_access_key_info(AccessKeyId=answer.id)["Account"]
            return account
    except NotAllowed as denial:
        answer.kept_from(denial)
    except ClientError as error:
        if aws.code(error) in NOT_KNOWN | EXPIRED:
            raise
        answer.notes.append(f"GetAccessKeyInfo refused the id ({aws.code(error)})")
    try:
        return ids.account_of(answer.id)
    except ValueError:
        answer.notes.append("the id itself carries no account number")
        return None
