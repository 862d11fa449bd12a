"""Fixtures that every test may take."""

import signal

from tests.support.authority import authority, iam, sandbox_authority, sts
from tests.support.stores import postgres, postgres_database, sqlite_template, store, store_url

__all__ = [
    "authority",
    "iam",
    "postgres",
    "postgres_database",
    "sandbox_authority",
    "sqlite_template",
    "store",
    "store_url",
    "sts",
]

# A shell starts its background jobs with Ctrl-C ignored, and nohup its own with the end of a terminal; what tests start
# would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
