"""Which sessions are meant: criteria that all have to fit the same step of where a session comes from."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from watchword.crypto.tokens import Session
from watchword.services.sessions.addresses import within
from watchword.services.sessions.lineage import Step, asked_with, steps

ANY = "*"
"""The anchor of criteria by which no session can be looked up."""


class Criteria(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a session must be like. What was issued from one that fits, fits too. Append fields, never rename them."""

    access_key_ids: tuple[str, ...] = ()
    issuing_key_id: str = ""
    """An access key that the session came from, at any distance."""
    principal: str = ""
    """The ARN of the user or role, as it was given."""
    principals: tuple[str, ...] = ()
    """That principal, in the forms of `lineage.Step`."""
    session_name: str = ""
    source_identity: str = ""
    instance_profile: str = ""
    """The unique id of the instance profile that it was issued for."""
    source_ips: tuple[str, ...] = ()
    """Addresses and blocks of addresses that a request comes from. Not of the session, but of its use."""

    def fit(self, session: Session, account: str, issued_by: float = math.inf) -> bool:
        """Whether a session is meant by criteria of this account, wherever it is used from.

        Or one that it came from is, if that was issued by then (in microseconds since the epoch): whoever holds a
        session that is just being ended must not keep what it is still given.
        """
        since = self._fit_since(session)
        if since is None or since > issued_by:
            return False
        return any(
            step.account == account and step.since <= issued_by and self._fit_step(step) for step in steps(session)
        )

    def fit_address(self, source_ip: str) -> bool:
        """Whether a request from this address is meant. One whose address is not known is, to be safe."""
        return not self.source_ips or within(source_ip, self.source_ips)

    def _fit_since(self, session: Session) -> int | None:
        """Tell since when the chain fits what is not of one step; None if it does not."""
        since = 0
        if self.issuing_key_id:
            asked = asked_with(session, self.issuing_key_id)
            if asked is None:
                return None
            since = asked
        if self.source_identity:
            if session.source_identity != self.source_identity:
                return None
            since = max(since, session.identified_exactly)
        if self.instance_profile:
            if session.instance_profile != self.instance_profile:
                return None
            since = max(since, session.profiled_exactly)
        return since

    def _fit_step(self, step: Step) -> bool:
        return (
            (not self.access_key_ids or step.key_id in self.access_key_ids)
            and (not self.principals or not set(self.principals).isdisjoint(step.principals))
            and (not self.session_name or step.name == self.session_name)
        )

    def lineage(self) -> list[Sequence[str]]:
        """Give what must be in a session's lineage: one part at least of each group."""
        groups: list[Sequence[str]] = []
        if self.access_key_ids:
            groups.append([f"key/{key_id}" for key_id in self.access_key_ids])
        if self.issuing_key_id:
            groups.append([f"key/{self.issuing_key_id}"])
        if self.instance_profile:
            groups.append([f"profile/{self.instance_profile}"])
        if self.source_identity:
            groups.append([f"identity/{self.source_identity}"])
        if self.session_name:  # before the principals, of which each has sessions of many names
            groups.append([f"name/{self.session_name}"])
        if self.principals:
            groups.append(self.principals)
        return groups

    def anchors(self) -> Sequence[str]:
        """Give the parts of lineage to look these criteria up by: a session that fits has one of them at least."""
        groups = self.lineage()
        return groups[0] if groups else (ANY,)


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Criteria)


def written(criteria: Criteria) -> str:
    """Write criteria for the store."""
    return _ENCODER.encode(criteria).decode()


def read(text: str) -> Criteria:
    """Read what `written` wrote."""
    return _DECODER.decode(text)
