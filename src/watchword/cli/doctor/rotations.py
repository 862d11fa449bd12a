"""Rotations under way, as they are recorded on this machine."""

from __future__ import annotations

from pathlib import Path

from watchword.cli.credentials.durations import said
from watchword.cli.doctor.checks import Findings
from watchword.cli.keys.ledger import ledger_in
from watchword.cli.keys.machine import Rotation


def rotations(found: Findings, home: Path, now: float) -> None:
    """Tell each rotation, and which of them wait for a person."""
    with found.told("rotation"):
        every = ledger_in(home).every()
        for rotation in every:
            _tell(found, rotation, now)
        if not every:
            found.ok("rotation", "none is under way")


def _tell(found: Findings, rotation: Rotation, now: float) -> None:
    command = f"`watchword keys rotate --profile {rotation.profile}`"
    whose = f"of profile `{rotation.profile}`, key {rotation.old}"
    if rotation.undoing or rotation.lost or not rotation.new or rotation.switched_at is None:
        found.problem("rotation", f"{whose}, was interrupted", f"{command} goes on with it")
        return
    overlap = rotation.deactivated_at is None
    since, length = (
        (rotation.switched_at, rotation.quiet) if overlap else (rotation.deactivated_at or now, rotation.recovery)
    )
    what = "the old key is kept until it is proved unused" if overlap else "the old key is inactive"
    left = since + length - now
    if left > 0:
        found.note("rotation", f"{whose}: {what}; the next step is in {said(left)}", command)
    else:
        found.note("rotation", f"{whose}: {what}; the next step is due", command)
