"""Everything that an operator may set, as one frozen value. Read from the command line and the environment by the CLI.

Each field's `doc` is its row in docs/settings.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

MASTER_KEY_NAME = "master.key"
PROFILE_NAME = "aws-profile"
STORE_NAME = "watchword.db"


@dataclass(frozen=True, slots=True)
class Settings:
    """How one authority runs."""

    data: Path = field(metadata={"doc": "Directory of the store, the master key and the first profile."})
    database: str = field(
        default="",
        metadata={
            "env": "WATCHWORD_DATABASE",
            "doc": "Database address, `postgresql+psycopg://…`; empty means SQLite under the data directory.",
        },
    )
    master_key_file: Path | None = field(
        default=None,
        metadata={
            "env": "WATCHWORD_MASTER_KEY_FILE",
            "doc": "File of the master key; not set means `master.key` in the data directory.",
        },
    )
    listen: str = field(
        default="127.0.0.1:4567",
        metadata={"env": "WATCHWORD_LISTEN", "doc": "Address and port to listen on; port 0 takes a free one."},
    )
    public_url: str = field(
        default="",
        metadata={
            "env": "WATCHWORD_PUBLIC_URL",
            "doc": "Where others reach this authority, `https://…`: web identity tokens name it as their issuer. "
            "Empty means the address it listens on.",
        },
    )
    workers: int = field(
        default=1, metadata={"env": "WATCHWORD_WORKERS", "doc": "Worker processes that share the address."}
    )
    trusted_proxies: str = field(
        default="",
        metadata={
            "env": "WATCHWORD_TRUSTED_PROXIES",
            "doc": "Addresses whose X-Forwarded-For and X-Forwarded-Proto are believed, separated by commas.",
        },
    )
    oidc_ca_file: Path | None = field(
        default=None,
        metadata={
            "env": "WATCHWORD_OIDC_CA_FILE",
            "doc": "File of PEM certificates of authorities that vouch for OpenID providers and rotators, besides the "
            "system's own.",
        },
    )
    rotators: str = field(
        default="",
        metadata={
            "env": "WATCHWORD_ROTATORS",
            "doc": "Programs that rotate secrets: `NAME=https://…`, separated by commas, or a JSON file of such names "
            "(or whole Lambda ARNs) and addresses. `http` only on this machine.",
        },
    )
    session_retention: int = field(
        default=90,
        metadata={
            "env": "WATCHWORD_SESSION_RETENTION",
            "doc": "Days for which sessions that have ended, and what ended them, are listed.",
        },
    )
    body_limit: int = field(default=1_048_576, metadata={"doc": "Largest request body, in bytes. Not settable."})
    feed_silence_limit: float = field(
        default=5.0,
        metadata={"doc": "Seconds without hearing the change feed after which a node refuses. Not settable."},
    )
    patience: float = field(
        default=10.0,
        metadata={
            "env": "WATCHWORD_PATIENCE",
            "doc": "Seconds after which a request is refused as unavailable.",
        },
    )

    @property
    def database_url(self) -> str:
        """The address of the store."""
        return self.database or f"sqlite:///{self.data / STORE_NAME}"

    @property
    def master_key_path(self) -> Path:
        """Where the master key lies."""
        return self.master_key_file or self.data / MASTER_KEY_NAME

    @property
    def profile_path(self) -> Path:
        """Where `init` writes the first credentials, as an AWS profile."""
        return self.data / PROFILE_NAME

    @property
    def address(self) -> tuple[str, int]:
        """Host and port to listen on.

        Raises ValueError when `listen` is not `host:port`.
        """
        host, colon, port = self.listen.rpartition(":")
        if not (colon and host and port.isdecimal() and int(port) < 65_536):  # noqa: PLR2004 - ports are 16 bits
            msg = f"`{self.listen}` is not an address; write host:port"
            raise ValueError(msg)
        return host.strip("[]"), int(port)
