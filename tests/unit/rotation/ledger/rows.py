"""Rotations and events for tests of the ledger."""

from __future__ import annotations

from watchword.rotation.records import Event, Kind, Rotation, State

ACCOUNT, USER = "111122223333", "AIDAANN"
T = 1_800_000_000.0


def rotation(of: str = "r-1", *, kind: Kind = Kind.REPLACE, state: State = State.DUE, old: str = "AKIAOLD") -> Rotation:
    return Rotation(of, ACCOUNT, USER, "ann", kind, state, old, "old enough", T, "sweep")


def event(what: str = "opened", of: str = "r-1", user: str = "ann") -> Event:
    return Event(T, ACCOUNT, USER, user, of, what, "AKIAOLD", "sweep")
