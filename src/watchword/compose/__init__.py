"""The only place where the parts are joined: making a store, checking that it can be served, serving it."""

from watchword.compose.authority import application, offer, opened
from watchword.compose.creation import FirstCredentials, Wish, create
from watchword.compose.keys import CannotRun
from watchword.compose.serving import Ready, prepare
from watchword.compose.stores import FAULTS, exists, read_journal

__all__ = [
    "FAULTS",
    "CannotRun",
    "FirstCredentials",
    "Ready",
    "Wish",
    "application",
    "create",
    "exists",
    "offer",
    "opened",
    "prepare",
    "read_journal",
]
