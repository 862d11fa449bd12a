"""How the ledger's tables came to be: one Alembic revision a change, the same text for both databases.

Run from here, never from an `alembic.ini`, and with a version table of its own: the database may hold other things.
Alembic is imported only when there is something to do.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from watchword.rotation.ledger import schema

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext, RevisionStep
    from alembic.script import ScriptDirectory

HEAD = "0001"
"""The newest revision. A test holds it against the files."""
VERSION_TABLE = "rotation_ledger_version"

_ONE_AT_A_TIME = threading.Lock()
"""Alembic's `op` is one for the whole process. Other processes are kept apart by the database."""


def upgrade(connection: Connection) -> None:
    """Bring the tables to the newest revision, within the connection's transaction."""
    from alembic.config import Config  # noqa: PLC0415 - see above
    from alembic.runtime.environment import EnvironmentContext  # noqa: PLC0415 - see above

    script = _script()

    def steps(found: Any, _context: MigrationContext) -> list[RevisionStep]:
        return script._upgrade_revs("head", found)  # noqa: SLF001 - what alembic's own `upgrade` command asks

    with _ONE_AT_A_TIME:
        environment = EnvironmentContext(Config(), script, fn=steps)
        environment.configure(connection=connection, target_metadata=schema.metadata, version_table=VERSION_TABLE)
        environment.run_migrations()


def known() -> frozenset[str]:
    """Give every revision that this version of the program knows."""
    return frozenset(revision.revision for revision in _script().walk_revisions())


def _script() -> ScriptDirectory:
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - see above

    return ScriptDirectory(str(Path(__file__).parent))
