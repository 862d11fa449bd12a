"""Trust policies are kept with unique ids, and shown with ARNs as long as somebody bears them."""

from __future__ import annotations

import json

import pytest

from watchword.policy import MalformedPolicy, pin_principals, unpin_principals

ANN = "arn:aws:iam::111111111111:user/team/ann"
ROLE = "arn:aws:iam::111111111111:role/R"
IDS = {ANN: "AIDAQ3EGTFFEXAMPLE222", ROLE: "AROAQ3EGTFFEXAMPLE222"}
ARNS = {unique_id: arn for arn, unique_id in IDS.items()}


def trust(principal: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": principal}]}, indent=2)


def test_users_and_roles_are_pinned_and_the_rest_stays_as_written() -> None:
    text = trust({"AWS": [ANN, "111111111111", ROLE, "*"], "Service": "ec2.amazonaws.com"})
    pinned = pin_principals(text, IDS.get)
    assert pinned == text.replace(ANN, IDS[ANN]).replace(ROLE, IDS[ROLE])
    assert unpin_principals(pinned, ARNS.get) == text


def test_one_principal_and_one_statement_without_lists() -> None:
    text = json.dumps({"Statement": {"NotPrincipal": {"AWS": ANN}}})
    assert json.loads(pin_principals(text, IDS.get)) == {"Statement": {"NotPrincipal": {"AWS": IDS[ANN]}}}


def test_escapes_in_the_text_are_read() -> None:
    text = trust({"AWS": ANN}).replace("/", "\\/").replace("ann", "\\u0061nn")
    assert pin_principals(text, IDS.get) == trust({"AWS": IDS[ANN]})


@pytest.mark.parametrize(
    "principal", ["*", {"AWS": "111111111111"}, {"AWS": "arn:aws:sts::111111111111:assumed-role/R/s"}, {}]
)
def test_nothing_to_pin_leaves_the_text_alone(principal: object) -> None:
    text = trust(principal)
    assert pin_principals(text, lambda _arn: None) is text


def test_an_arn_elsewhere_is_not_touched() -> None:
    condition = {"ArnEquals": {"aws:PrincipalArn": ANN}}
    text = json.dumps({"Statement": [{"Principal": {"AWS": "*"}, "Condition": condition}]})
    assert pin_principals(text, IDS.get) is text


def test_nobody_by_that_name_is_refused_and_pointed_at() -> None:
    with pytest.raises(MalformedPolicy) as caught:
        pin_principals(trust({"AWS": [ROLE, "arn:aws:iam::111111111111:user/gone"]}), IDS.get)
    assert caught.value.message == 'Invalid principal in policy: "AWS":"arn:aws:iam::111111111111:user/gone"'
    assert (caught.value.line, caught.value.column) == (9, 11)


def test_the_id_of_who_is_gone_stays() -> None:
    text = trust({"AWS": [IDS[ANN], IDS[ROLE]]})
    assert unpin_principals(text, {IDS[ROLE]: ROLE}.get) == text.replace(IDS[ROLE], ROLE)


def test_text_that_is_no_json_is_refused() -> None:
    with pytest.raises(MalformedPolicy):
        pin_principals("{", IDS.get)
