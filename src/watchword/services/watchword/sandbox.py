"""What only a sandbox can do: move its clock forward, and go back to how it stood just after init."""

from __future__ import annotations

from watchword.domain.refusal import Refusal, ValidationError
from watchword.services.operation import Call, Reply, Way, operation
from watchword.store import sandbox

FARTHEST = 100 * 365 * 86_400
"""Seconds: a hundred years."""


class SandboxOnly(Refusal):
    """The store is a real one.  Source: watchword model, SandboxOnlyException."""

    code, text = "SandboxOnlyException", "This store is not a sandbox: its clock and its contents are real."


@operation("watchword", way=Way.CHANGE, journal=("seconds",), raises=(SandboxOnly, ValidationError))
def advance_clock(call: Call, *, seconds: int) -> Reply:
    """Move the sandbox's clock forward. Signatures go on being checked against real time.

    Raises SandboxOnly, ValidationError when it would stand more than FARTHEST ahead.
    """
    _expect_sandbox(call)
    before = sandbox.ahead(call.tx)
    if before + seconds > FARTHEST:
        raise ValidationError(message=f"The clock of a sandbox can stand at most {FARTHEST} seconds ahead.")
    ahead = sandbox.advance(call.tx, seconds)
    return {"Now": call.now + ahead - before, "AheadSeconds": ahead}


@operation("watchword", way=Way.CHANGE, raises=(SandboxOnly,))
def reset_sandbox(call: Call) -> Reply:
    """Bring everything back to how it stood just after init, time included.

    Raises SandboxOnly.
    """
    _expect_sandbox(call)
    ahead = sandbox.ahead(call.tx)
    sandbox.reset(call.tx)
    return {"Now": call.now - ahead}


def _expect_sandbox(call: Call) -> None:
    if not call.asking.tools.sandbox:
        raise SandboxOnly
