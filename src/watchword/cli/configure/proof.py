"""Who a key is, asked before anything is written, as if no profile existed yet."""

from __future__ import annotations

from dataclasses import dataclass

from watchword.cli import aws
from watchword.cli.aws import DEFAULT_REGION, Account
from watchword.cli.exits import Exit, Stop
from watchword.cli.keys import signing
from watchword.cli.keys.signing import Identity, Pair

ALL_THE_SAME = "nothing was written; `--no-verify` writes it all the same"


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a key is good; empty members are what the environment says, or AWS."""

    region: str = ""
    endpoint_url: str = ""
    ca_bundle: str = ""


def prove(pair: Pair, there: Whereabouts) -> Identity:
    """Ask who a key is.

    Raises Stop, which says that nothing was written.
    """
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - loaded only when used

    try:
        return signing.prove(_account(there), pair)
    except ClientError as error:
        refused = aws.code(error)
        hint = {
            "SignatureDoesNotMatch": "the secret does not belong to this key: see that all 40 letters of it were given",
            "InvalidClientTokenId": "this key is not known there, or inactive: see its id, and the endpoint",
        }.get(refused, str(error))
        raise Stop(f"{refused}: {hint}; {ALL_THE_SAME}", Exit.LOGIN) from error
    except BotoCoreError as error:
        raise Stop(f"the key cannot be proved: {error}; {ALL_THE_SAME}") from error


def _account(there: Whereabouts) -> Account:
    import boto3  # noqa: PLC0415 - takes a third of a second
    import botocore.session  # noqa: PLC0415 - likewise

    core = botocore.session.Session(session_vars={"profile": (None, None, None, None)})
    if there.ca_bundle:
        core.set_config_variable("ca_bundle", there.ca_bundle)
    region = there.region or core.get_config_variable("region") or DEFAULT_REGION
    return Account(core, boto3.session.Session(botocore_session=core), there.endpoint_url or None, region)
