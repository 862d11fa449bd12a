"""Declaring operations: each once, and none reached without a decision that allows."""

from __future__ import annotations

import pytest

from tests.unit.edge.asked import ACCOUNT, NOW, asking
from watchword.policy import Decision, Kind, Outcome
from watchword.services.operation import OPERATIONS, Call, Reply, Target, Way, everything, operation

TARGET = Target("*", ACCOUNT)


@pytest.mark.parametrize("outcome", [Outcome.IMPLICIT_DENY, Outcome.EXPLICIT_DENY])
def test_a_call_is_made_only_from_an_allowing_decision(outcome: Outcome) -> None:
    with pytest.raises(TypeError, match="allowing"):
        Call(Decision(outcome, Kind.IDENTITY), asking(), TARGET, "id")


def test_a_call_tells_who_when_and_where() -> None:
    call = Call(Decision(Outcome.ALLOW, Kind.IDENTITY), asking(), TARGET, "id")
    assert (call.account, call.now, call.caller.principal.name) == (ACCOUNT, int(NOW), "ann")


def test_an_operation_decided_from_memory_has_no_transaction() -> None:
    with pytest.raises(RuntimeError, match="no transaction"):
        asking().tx  # noqa: B018 - asking is the test


def test_an_operation_is_offered_once() -> None:
    def give_everything(_call: Call) -> Reply:
        return {}

    offer = operation("iam", way=Way.READ)
    try:
        assert offer(give_everything) is give_everything
        with pytest.raises(ValueError, match="offered twice"):
            offer(give_everything)
        declared = OPERATIONS["iam", "give_everything"]
        assert (declared.also(asking(), TARGET), declared.on(asking()), declared.always) == (
            (),
            everything(asking()),
            False,
        )
    finally:
        del OPERATIONS["iam", "give_everything"]


def test_a_target_has_no_tags_unless_it_says_so() -> None:
    assert TARGET.tags() == {}
    assert everything(asking()) == TARGET
