"""GetAccessKeyInfo: which account an access key id belongs to."""

from __future__ import annotations

import re

from watchword.domain import ids
from watchword.services.operation import Call, Reply, Way, operation
from watchword.services.sts.refusals import AccessKeyIdInvalid

KEY_ID = re.compile(f"(?:{ids.Prefix.LONG_TERM_KEY}|{ids.Prefix.TEMPORARY_KEY})[A-Z2-7]{{16}}", re.ASCII)


@operation("sts", way=Way.MEMORY, journal=("access_key_id",), raises=(AccessKeyIdInvalid,))
def get_access_key_info(call: Call, *, access_key_id: str) -> Reply:  # noqa: ARG001 - nothing is looked up: the id says it
    """Read the account number that an access key id carries, whether or not such a key exists.

    Raises AccessKeyIdInvalid.   Source: STS API, GetAccessKeyInfo.
    """
    if KEY_ID.fullmatch(access_key_id) is None:
        raise AccessKeyIdInvalid(key_id=access_key_id)
    try:
        return {"Account": ids.account_of(access_key_id)}
    except ValueError as error:
        raise AccessKeyIdInvalid(key_id=access_key_id) from error
