"""Whom the authority trusts on other hosts is settled at its start."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.issuers import CertificateAuthority
from watchword.compose.keys import CannotRun
from watchword.compose.outside import key_sets
from watchword.settings import Settings


def test_authorities_are_read(tmp_path: Path) -> None:
    file = CertificateAuthority.made().write(tmp_path / "ca.pem")
    key_sets(Settings(tmp_path, oidc_ca_file=file))
    key_sets(Settings(tmp_path))


@pytest.mark.parametrize(
    "text", [None, "", "nothing", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_authorities_that_cannot_be_read_stop_the_start(text: str | None, tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    if text is not None:
        file.write_text(text)
    with pytest.raises(CannotRun, match=r"the authorities in `.*ca\.pem` cannot be read"):
        key_sets(Settings(tmp_path, oidc_ca_file=file))
