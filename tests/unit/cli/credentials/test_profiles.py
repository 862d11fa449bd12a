"""Reading a person's AWS files: as botocore reads them, which is asked here for a second opinion."""

from __future__ import annotations

from pathlib import Path

import botocore.session
import pytest

from watchword.cli.credentials import profiles
from watchword.cli.exits import Exit, Stop

CONFIG = """
# a remark
[default]
region = eu-west-1
[profile dev]
role_arn = arn:aws:iam::123456789012:role/dev
source_profile=ann
mfa_serial : arn:aws:iam::123456789012:mfa/ann
[profile "two words"]
region = eu-north-1
services = mine
credential_process = /bin/tool --percent 100%
[sso-session corp]
sso_start_url = https://example.com
[services mine]
sts =
  endpoint_url = http://127.0.0.1:1
iam =
  endpoint_url = http://127.0.0.1:2
[profile ann]
region = us-east-2
aws_access_key_id = AKIAOTHER
[ann]
region = no-profile
"""
CREDENTIALS = """
[ann]
aws_access_key_id = AKIAANN
aws_secret_access_key = a+b/c=d#e ; f
[profile ann]
region = not-here
[only]
aws_access_key_id = AKIAONLY
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    config, credentials = tmp_path / "config", tmp_path / "credentials"
    config.write_text(CONFIG)
    credentials.write_text(CREDENTIALS)
    return config, credentials


def test_as_botocore_reads(files: tuple[Path, Path]) -> None:
    session = botocore.session.Session()
    session.set_config_variable("config_file", str(files[0]))
    session.set_config_variable("credentials_file", str(files[1]))
    theirs = session.full_config
    ours = profiles.read_files(*files)
    assert set(ours.profiles) == {"default", "dev", "two words", "ann", "only"}
    for name, profile in ours.profiles.items():
        assert dict(profile.values) == theirs["profiles"][name], name
    assert dict(ours.sso_sessions["corp"]) == theirs["sso_sessions"]["corp"]
    assert profiles.nested(ours.services["mine"]["sts"]) == theirs["services"]["mine"]["sts"]
    assert dict(ours.profiles["ann"].credentials) == {
        "aws_access_key_id": "AKIAANN",
        "aws_secret_access_key": "a+b/c=d#e ; f",
    }


def test_files_are_named_by_the_environment(files: tuple[Path, Path]) -> None:
    environ = {"AWS_CONFIG_FILE": str(files[0]), "AWS_SHARED_CREDENTIALS_FILE": str(files[1])}
    assert profiles.read(environ).named("only").get("aws_access_key_id") == "AKIAONLY"


def test_no_files_are_no_profiles(tmp_path: Path) -> None:
    assert profiles.read_files(tmp_path / "none", tmp_path / "no" / "ne").profiles == {}


def test_one_file_may_be_both(tmp_path: Path) -> None:
    file = tmp_path / "aws-profile"
    file.write_text("[profile watchword]\nregion = r\n[watchword]\naws_access_key_id = A\n")
    found = profiles.read_first(file)
    assert dict(found.named("watchword").values) == {"region": "r", "aws_access_key_id": "A"}
    assert (list(found.profiles), found.first) == (["watchword"], True)


def test_a_profile_that_there_is_not(files: tuple[Path, Path]) -> None:
    with pytest.raises(Stop, match="no AWS profile `devv`; did you mean `dev`") as stopped:
        profiles.read_files(*files).named("devv")
    assert stopped.value.exit_code == Exit.USAGE


@pytest.mark.parametrize(
    "text", ["[default\nx = 1", "secret+without=section", "[a]\n[a]\n", "[a]\nx = 1\nx = 2\n", "[a]\nsecret+alone\n"]
)
def test_a_file_that_is_none_is_told_without_its_lines(tmp_path: Path, text: str) -> None:
    file = tmp_path / "config"
    file.write_text(text)
    with pytest.raises(Stop, match="is not a configuration file") as stopped:
        profiles.read_files(file, tmp_path / "none")
    assert "secret" not in stopped.value.message
    assert stopped.value.__suppress_context__


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_bytes(b"[a]\nx = \xff\n")
    with pytest.raises(Stop, match="is not a configuration file"):
        profiles.read_files(file, file)


def test_the_store_has_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(Stop, match="watchword init"):
        profiles.read_first(tmp_path / "aws-profile")


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({}, ""),
        ({"AWS_PROFILE": "a"}, "a"),
        ({"AWS_DEFAULT_PROFILE": "b"}, "b"),
        ({"AWS_PROFILE": "a", "AWS_DEFAULT_PROFILE": "b"}, "b"),
    ],
)
def test_the_profile_that_the_environment_names(environ: dict[str, str], name: str) -> None:
    assert profiles.chosen(environ) == name
