"""Where a new secret is kept: its life in Secrets Manager, from a free name to a value that is current everywhere.

Nothing here decides whether a key is made or retired. A secret's text is only ever in the value that is put, and in the
`Held` that is read back.
"""

from watchword.rotation.keeping.keeper import Keeper
from watchword.rotation.keeping.naming import secret_name
from watchword.rotation.keeping.place import Changing, Place, Unkept
from watchword.rotation.keeping.values import Held

__all__ = ["Changing", "Held", "Keeper", "Place", "Unkept", "secret_name"]
