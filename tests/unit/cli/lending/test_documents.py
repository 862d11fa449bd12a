from __future__ import annotations

import json

import pytest
from botocore.configloader import raw_config_parse
from hypothesis import given
from hypothesis import strategies as st

from watchword.cli.credentials.shapes import Credentials
from watchword.cli.exits import Stop
from watchword.cli.lending import documents
from watchword.domain.secret import Secret

OPS = Credentials("ASIA1", Secret("s/+="), Secret("t-_="), 1_800_000_000.0, account_id="111122223333")


def test_what_a_process_answers() -> None:
    assert json.loads(documents.process(OPS)) == {
        "Version": 1,
        "AccessKeyId": "ASIA1",
        "SecretAccessKey": "s/+=",
        "SessionToken": "t-_=",
        "Expiration": "2027-01-15T08:00:00Z",
        "AccountId": "111122223333",
    }
    assert json.loads(documents.process(Credentials("AKIA1", Secret("s")))) == {
        "Version": 1,
        "AccessKeyId": "AKIA1",
        "SecretAccessKey": "s",
    }


@given(name=st.text(max_size=12))
def test_a_section_is_one_or_is_refused(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    try:
        lines = documents.section(OPS, name)
    except Stop:
        return
    if not all(ord(letter) < 0xD800 or ord(letter) > 0xDFFF for letter in name):
        return
    file = tmp_path_factory.mktemp("ini") / "credentials"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")
    assert raw_config_parse(str(file)) == {
        name: {"aws_access_key_id": "ASIA1", "aws_secret_access_key": "s/+=", "aws_session_token": "t-_="}
    }


@pytest.mark.parametrize("name", ["", "a]", "[a", "a\nb", " a", "a ", "a\0", "#a"])
def test_a_name_that_is_none(name: str) -> None:
    with pytest.raises(Stop, match="section's name"):
        documents.section(OPS, name)


def test_where_it_is_good_stands_beside_it() -> None:
    elsewhere = Credentials("AKIA1", Secret("s"), region="eu-west-1", endpoint_url="http://127.0.0.1:4567")
    assert documents.section(elsewhere, "here")[3:] == ["region = eu-west-1", "endpoint_url = http://127.0.0.1:4567"]


@pytest.mark.parametrize("region", ["eu west", "eu\nendpoint_url = http://evil", "eu #1", "eu;"])
def test_a_value_that_a_file_would_change_is_refused(region: str) -> None:
    with pytest.raises(Stop, match="`region` holds"):
        documents.section(Credentials("AKIA1", Secret("s"), region=region), "x")
