"""Asking by the command line, in this process and with nothing but the given environment of AWS's."""

from __future__ import annotations

import os
from collections.abc import Mapping
from unittest.mock import patch

from click.testing import CliRunner, Result

from watchword.cli.main import main


def asked(environment: Mapping[str, str], *words: str) -> Result:
    with patch.dict(os.environ, environment, clear=True):
        return CliRunner().invoke(main, words)


def answered(environment: Mapping[str, str], *words: str) -> str:
    done = asked(environment, *words)
    assert done.exit_code == 0, done.output
    return done.stdout


def signing(environment: Mapping[str, str], key: Mapping[str, str]) -> dict[str, str]:
    """Sign with another key than the profile's."""
    more = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
    if "SessionToken" in key:
        more["AWS_SESSION_TOKEN"] = key["SessionToken"]
    return {name: value for name, value in environment.items() if name != "AWS_PROFILE"} | more
