"""One request on its way: what has been found out so far, for the steps ahead and for the record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from watchword.crypto.sigv4.claim import Claim
from watchword.domain.http import HttpRequest
from watchword.domain.principal import ANONYMOUS
from watchword.services.deciding.context import Connection
from watchword.services.operation import Caller, Operation, Target
from watchword.wire import Operation as WireOperation

NOBODY = Caller(ANONYMOUS, "")


@dataclass(slots=True)
class Exchange:
    """A request, its id and time, and each step's finding. A step that is done twice finds the same."""

    request: HttpRequest
    id: str
    at: float
    wire: WireOperation | None = None
    operation: Operation | None = None
    claim: Claim | None = None
    caller: Caller = NOBODY
    parameters: dict[str, Any] = field(default_factory=dict)
    target: Target | None = None
    heard: int = 0
    """The number of a change that was known with all before it when anything was found out."""
    _connection: Connection | None = field(default=None, repr=False)

    @property
    def routed(self) -> WireOperation:
        """The operation asked for, once it is known."""
        if self.wire is None:
            msg = "the request has not been routed"
            raise RuntimeError(msg)
        return self.wire

    @property
    def action(self) -> str:
        """What policies call the operation: `iam:CreateUser`."""
        return f"{self.routed.service.signing_name}:{self.routed.name}"

    @property
    def connection(self) -> Connection:
        """What the connection tells of the request; looked for once, as nearly every step asks."""
        if self._connection is None or (not self._connection.region and self.claim is not None):
            agent = self.request.header(b"user-agent")
            self._connection = Connection(
                self.request.source_ip,
                agent.decode("latin-1") if agent is not None else None,
                self.request.secure,
                self.claim.region if self.claim else "",
            )
        return self._connection
