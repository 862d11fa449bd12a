"""`watchword model`: what a stock client learns, and how it is told to."""

from __future__ import annotations

import json

from click.testing import CliRunner

from watchword.cli.model import model


def test_its_help_has_lines_to_be_copied() -> None:
    told = CliRunner().invoke(model, ["--help"]).output
    assert "\n    watchword model > watchword.json\n" in told
    assert "\\b" not in told


def test_it_is_the_model_of_the_service() -> None:
    assert json.loads(CliRunner().invoke(model).output)["metadata"]["endpointPrefix"] == "watchword"
