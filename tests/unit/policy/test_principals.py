"""How directly a policy names who asks, by vectors."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.policy.asking import PRINCIPALS, compiled
from tests.unit.policy.vectors import vectors
from watchword.policy import Kind
from watchword.policy.principals import Strength


@pytest.mark.parametrize("case", vectors("principals"))
def test_vectors(case: dict[str, Any]) -> None:
    element = "NotPrincipal" if "NotPrincipal" in case else "Principal"
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", element: case[element]}
    names = compiled([statement], Kind.RESOURCE).statements[0].principal
    assert names is not None
    assert names(PRINCIPALS[case["asks"]]) is Strength[case["expect"]], case["source"]
