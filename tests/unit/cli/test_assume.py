"""What `watchword assume` says is to be done with a session."""

from __future__ import annotations

import pytest

from watchword.cli.assume import _profile_lines, _tell
from watchword.cli.credentials.shapes import Credentials, Wish
from watchword.domain.secret import Secret


def had(*, profile: str = "default", endpoint_url: str = "", region: str = "") -> Credentials:
    return Credentials(
        "ASIAAAAAAAAAAEXAMPLE", Secret("secret"), profile=profile, endpoint_url=endpoint_url, region=region
    )


def test_a_new_profile_names_the_one_that_asks() -> None:
    assert _profile_lines(had(), Wish(role="deploy")) == [
        "credential_process = watchword credential-process deploy --profile default"
    ]


@pytest.mark.parametrize(
    ("wish", "profile"), [(Wish(role="ops"), "ops"), (Wish(role="deploy"), ""), (Wish(role="a", profile="a"), "a")]
)
def test_what_is_a_profile_itself_or_of_the_environment_names_no_further_one(wish: Wish, profile: str) -> None:
    (line,) = _profile_lines(had(profile=profile), wish)
    assert line.count("--profile") == (1 if wish.profile else 0)


def test_a_new_profile_asks_where_the_session_is_good() -> None:
    got = had(endpoint_url="http://127.0.0.1:4567", region="us-east-1")
    assert _profile_lines(got, Wish(role="deploy"))[1:] == [
        "region = us-east-1",
        "endpoint_url = http://127.0.0.1:4567",
    ]


def test_the_file_is_the_one_that_sdks_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", "/home/ann/aws-profile")
    _tell(had(), Wish(role="deploy"), now=0)
    assert "a profile in /home/ann/aws-profile, chosen by AWS_PROFILE" in capsys.readouterr().err
