"""GetCallerIdentity: who signed this request."""

from __future__ import annotations

from watchword.services.operation import Call, Reply, Way, operation


@operation("sts", way=Way.MEMORY, always=True)
def get_caller_identity(call: Call) -> Reply:
    """Tell the caller's own ARN, account and unique id.   Source: STS API, GetCallerIdentity."""
    who = call.caller.principal
    return {"UserId": who.user_id, "Account": who.account, "Arn": who.arn}
