"""DecodeAuthorizationMessage: what a refusal kept from the one it refused."""

from __future__ import annotations

import msgspec

from watchword.crypto.messages import InvalidAuthorizationMessage
from watchword.services.operation import Call, Reply, Way, operation
from watchword.services.sts.authorization_reasons import Reasons


@operation("sts", way=Way.MEMORY, raises=(InvalidAuthorizationMessage,))
def decode_authorization_message(call: Call, *, encoded_message: str) -> Reply:
    """Tell why a request was refused, to whom the account lets decode it.

    Raises InvalidAuthorizationMessage, also for a message of another account.   Source: STS API,
    DecodeAuthorizationMessage.
    """
    sealed = call.asking.tools.messages.open_message(encoded_message, account=call.account)
    try:
        reasons = msgspec.json.decode(sealed, type=Reasons)
    except msgspec.DecodeError as error:
        raise InvalidAuthorizationMessage from error
    return {"DecodedMessage": msgspec.json.encode(reasons.told()).decode()}
