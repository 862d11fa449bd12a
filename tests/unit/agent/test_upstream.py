"""Asking the authority: with what the machine's AWS configuration says now, by models that lie in the package."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.agent.asking import credentials
from watchword.agent import upstream
from watchword.agent.credentials import NotHad, Trouble
from watchword.agent.upstream import AssumedRole, Door, InstanceProfile


@pytest.fixture
def profiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "credentials"
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    write(file, "AKIAOLD")
    return file


def write(file: Path, key: str) -> None:
    file.write_text(f"[agent]\naws_access_key_id = {key}\naws_secret_access_key = x\nregion = eu-west-1\n")


def key_of(door: Door) -> str:
    key: str = door.client("sts")._request_signer._credentials.access_key
    return key


def test_a_key_that_was_rotated_on_the_machine_counts_at_once(profiles: Path) -> None:
    door = Door("agent")
    assert key_of(door) == "AKIAOLD"
    write(profiles, "AKIANEW")
    assert key_of(door) == "AKIANEW"


def test_the_region_as_given_or_as_configured(profiles: Path) -> None:
    assert upstream.region(Door("agent")) == "eu-west-1"
    assert upstream.region(Door("agent", "us-west-2")) == "us-west-2"
    assert upstream.region(Door()) == upstream.DEFAULT_REGION


def test_no_profile_of_that_name(profiles: Path) -> None:
    with pytest.raises(NotHad, match="list-profiles") as raised:
        upstream.region(Door("nobody"))
    assert raised.value.trouble is Trouble.LOGIN


def test_nobody_listens(profiles: Path) -> None:
    door = Door("agent", endpoint_url="http://127.0.0.1:1")
    role = AssumedRole(door, "arn:aws:iam::123456789012:role/web", "here", 900, "", lambda: 0.0)
    for source in (role, InstanceProfile(door, "web", "i-0abc", 3_600, lambda: 0.0)):
        with pytest.raises(NotHad) as raised:
            source.fetch()
        assert raised.value.trouble is Trouble.UNREACHABLE
        assert source.accepts(credentials()) is None


def test_what_is_held_is_shown_to_the_authority_as_it_is(profiles: Path) -> None:
    client = Door("agent").client("sts", credentials())
    signer = client._request_signer._credentials
    assert (signer.access_key, signer.secret_key, signer.token) == ("ASIA1", "secret-1", "token-1")
