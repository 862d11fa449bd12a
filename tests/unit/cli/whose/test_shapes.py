"""Identifiers are told apart, and secrets are refused without a word of them."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from watchword.cli.main import main
from watchword.cli.whose import shapes

KEY = "AKIAIOSFODNN7EXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (KEY, "long-term access key"),
        (f" {KEY}\n", "long-term access key"),
        ("ASIAIOSFODNN7EXAMPLE", "temporary access key"),
        ("AIDAIOSFODNN7EXAMPLE1", "user"),
        ("AROAIOSFODNN7EXAMPLE1", "role"),
        ("ABIAIOSFODNN7EXAMPLE1", "bearer token of STS"),
    ],
)
def test_identifiers(text: str, kind: str) -> None:
    assert shapes.identifier((text,)) == (text.strip(), kind)


@pytest.mark.parametrize(
    "words",
    [
        (SECRET,),
        (KEY, SECRET),
        (f"{KEY}:{SECRET}",),
        (SECRET[:-5],),
        ("FwoGZXIvYXdzE" * 20 + "==",),
        (f"aws_secret_access_key={SECRET}",),
    ],
)
def test_secrets(words: tuple[str, ...]) -> None:
    done = CliRunner().invoke(main, ["whose", *words])
    assert done.exit_code == 2
    assert "rotate the key that it belongs to" in done.stderr
    assert not any(word in done.output for word in words if word != KEY)


@pytest.mark.parametrize(
    "words", [("hello",), ("AKIAIOSFODN7",), ("XKIAIOSFODNN7EXAMPLE",), (KEY.lower(),), (KEY, KEY), ("",)]
)
def test_what_is_neither(words: tuple[str, ...]) -> None:
    done = CliRunner().invoke(main, ["whose", *words])
    assert done.exit_code == 2
    assert done.stderr.startswith("Error: ")
    assert not any(word in done.output for word in words if word)


def test_nothing_at_all() -> None:
    assert CliRunner().invoke(main, ["whose"]).exit_code == 2
