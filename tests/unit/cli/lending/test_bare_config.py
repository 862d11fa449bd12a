from __future__ import annotations

from pathlib import Path

from botocore.configloader import load_config

from watchword.cli.lending.bare_config import bare_config

CONFIG = """\
[default]
region = us-east-1
aws_access_key_id = AKIADEFAULT
[profile dev]
region = eu-west-1
role_arn = arn:aws:iam::111122223333:role/ops
source_profile = default
mfa_serial = arn:aws:iam::111122223333:mfa/ann
external_id = x
duration_seconds = 900
credential_process = /bin/echo
sso_session = s
web_identity_token_file = /t
login_session = arn
ca_bundle = /ca.pem
retry_mode = adaptive
services = here
s3 =
  max_concurrent_requests = 20
  addressing_style = path
[services here]
iam =
  endpoint_url = http://127.0.0.1:1
[services other]
sts =
  endpoint_url = http://127.0.0.1:2
"""


def read(tmp_path: Path, text: str) -> dict[str, object]:
    file = tmp_path / "written"
    file.write_text(text)
    found: dict[str, object] = load_config(str(file))
    return found


def test_settings_stay_and_credentials_go(tmp_path: Path) -> None:
    (tmp_path / "config").write_text(CONFIG)
    environ = {"AWS_CONFIG_FILE": str(tmp_path / "config")}
    found = read(tmp_path, bare_config(environ, "dev"))
    assert found["profiles"] == {
        "default": {
            "region": "eu-west-1",
            "ca_bundle": "/ca.pem",
            "retry_mode": "adaptive",
            "services": "here",
            "s3": {"max_concurrent_requests": "20", "addressing_style": "path"},
        }
    }
    assert found["services"] == {"here": {"iam": {"endpoint_url": "http://127.0.0.1:1"}}}


def test_whose_settings(tmp_path: Path) -> None:
    (tmp_path / "config").write_text(CONFIG)
    environ = {"AWS_CONFIG_FILE": str(tmp_path / "config")}
    assert "eu-west-1" in bare_config(environ | {"AWS_PROFILE": "dev"}, "")
    assert bare_config(environ, "") == "[default]\nregion = us-east-1\n"
    assert bare_config(environ, "nobody") == "[default]\n"


def test_no_file(tmp_path: Path) -> None:
    assert bare_config({"AWS_CONFIG_FILE": str(tmp_path / "none")}, "dev") == ""
