"""Asking IAM by a key; and where that is denied and an MFA device is named, by a session that has its code.

Many accounts let users manage their own keys with MFA only.  Source: IAM User Guide, AllowManageOwnAccessKeys.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from watchword.cli import aws
from watchword.cli.aws import Account
from watchword.cli.credentials.asking import Ask, NoAsk
from watchword.cli.keys import signing
from watchword.cli.keys.signing import Pair
from watchword.domain.refusal_codes import DENIED

SHORTEST = 900
"""Seconds of a session that serves one run.  Source: STS API, GetSessionToken, DurationSeconds."""
Answer = TypeVar("Answer")


@dataclass(slots=True)
class Caller:
    """One run's way to ask; a device is asked about once."""

    account: Account
    serial: str = ""
    person: Ask = field(default_factory=NoAsk)
    _session: dict[str, str] = field(default_factory=dict, repr=False)

    def iam(self, pair: Pair, **more: Any) -> Any:
        """Make a client of IAM."""
        if self._session:
            return self.account.client("iam", **self._session, **more)
        return signing.client(self.account, "iam", pair, **more)

    def ask(self, pair: Pair, question: Callable[[Any], Answer], **more: Any) -> Answer:
        """Ask; what was denied has not been done, and may be asked again with MFA.

        Raises Stop, and botocore's errors.
        """
        from botocore.exceptions import ClientError  # noqa: PLC0415 - loaded only when used

        try:
            return question(self.iam(pair, **more))
        except ClientError as error:
            if aws.code(error) not in DENIED or not self.may_add_mfa:
                raise
        self.add_mfa(pair)
        return question(self.iam(pair, **more))

    @property
    def may_add_mfa(self) -> bool:
        """Whether there is a device that was not asked about yet."""
        return bool(self.serial) and not self._session

    def add_mfa(self, pair: Pair) -> None:
        """Ask the person for a code, and go on with a session that has it.

        Raises Stop, and botocore's errors.
        """
        code = self.person.mfa_code(self.serial)
        sts = signing.client(self.account, "sts", pair)
        told = sts.get_session_token(SerialNumber=self.serial, TokenCode=code, DurationSeconds=SHORTEST)["Credentials"]
        self._session = {
            "aws_access_key_id": told["AccessKeyId"],
            "aws_secret_access_key": told["SecretAccessKey"],
            "aws_session_token": told["SessionToken"],
        }
