"""Who is exempt by the exemption group, asked once for an account, and only if anybody is asked about."""

from __future__ import annotations

from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from watchword.rotation.access import Member
from watchword.rotation.inventory.users import is_gone
from watchword.rotation.seen import User


@dataclass(slots=True)
class ExemptGroup:
    """The exemption group of one account. When it cannot be read, no user passes for not exempt: it raises for each."""

    member: Member
    name: str
    """Empty for none."""
    _ids: frozenset[str] | None = None
    _error: ClientError | BotoCoreError | None = None

    def of(self, user: User) -> str:
        """Name the group if it exempts a user; empty if not. Raises ClientError and BotoCoreError."""
        if not self.name:
            return ""
        if self._error is not None:
            raise self._error
        if self._ids is None:
            self._ids = self._read()
        return self.name if user.id in self._ids else ""

    def _read(self) -> frozenset[str]:
        """A group that is not there exempts nobody."""
        try:
            pages = self.member.iam.get_paginator("get_group").paginate(GroupName=self.name)
            return frozenset(one["UserId"] for page in pages for one in page["Users"])
        except (ClientError, BotoCoreError) as error:
            if is_gone(error):
                return frozenset()
            self._error = error
            raise
