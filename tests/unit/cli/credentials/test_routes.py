"""Which credentials are meant: the command line, the environment and the files, in the order of the AWS CLI."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import botocore.session
import pytest

from watchword.cli.credentials.chains import Delegated, Key, Own, Role
from watchword.cli.credentials.endpoints import Where
from watchword.cli.credentials.origins import origin
from watchword.cli.credentials.routes import partition, route
from watchword.cli.credentials.shapes import Wish
from watchword.cli.exits import Exit, Stop
from watchword.domain.ids import account_of

ACCOUNT = "595730671720"
ANN, BOB, ENV = "AKIAYVNCQVBUHHLTAIOI", "AKIAYVNCQVBUHHLTAIOJ", "AKIAYVNCQVBUHHLTAIOK"
SERIAL = f"arn:aws:iam::{ACCOUNT}:mfa/ann"
DEV = f"arn:aws:iam::{ACCOUNT}:role/dev"
CONFIG = f"""
[default]
region = eu-west-1
[profile ann]
region = eu-north-1
[profile dev]
role_arn = {DEV}
source_profile = ann
external_id = x
role_session_name = s
duration_seconds = 7200
mfa_serial = {SERIAL}
[profile ops]
role_arn = arn:aws:iam::{ACCOUNT}:role/ops
source_profile = dev
[profile plain]
role_arn = arn:aws:iam::{ACCOUNT}:role/plain
source_profile = bob
[profile self]
role_arn = {DEV}
source_profile = self
aws_access_key_id = {BOB}
aws_secret_access_key = b
[profile corp]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = r
[sso-session corp]
sso_start_url = https://example.com
[profile of-corp]
role_arn = {DEV}
source_profile = corp
[profile web]
role_arn = {DEV}
web_identity_token_file = /token
[profile tool]
credential_process = /bin/tool
[profile of-env]
role_arn = {DEV}
credential_source = Environment
[profile of-host]
role_arn = {DEV}
credential_source = Ec2InstanceMetadata
[profile nothing]
region = us-east-2
[profile mfa-user]
mfa_serial = {SERIAL}
[profile of-mfa-user]
role_arn = {DEV}
source_profile = mfa-user
[profile one]
role_arn = {DEV}
source_profile = two
[profile two]
role_arn = {DEV}
source_profile = one
[profile none]
role_arn = {DEV}
[profile both]
role_arn = {DEV}
source_profile = ann
credential_source = Environment
[profile wrong]
role_arn = {DEV}
credential_source = Elsewhere
[profile half]
aws_access_key_id = {BOB}
[profile missing]
role_arn = {DEV}
source_profile = nobody
"""
CREDENTIALS = f"""
[default]
aws_access_key_id = {BOB}
aws_secret_access_key = b
[ann]
aws_access_key_id = {ANN}
aws_secret_access_key = a
[bob]
aws_access_key_id = {BOB}
aws_secret_access_key = b
aws_session_token = t
[mfa-user]
aws_access_key_id = {ANN}
aws_secret_access_key = a
[tool]
region = eu-west-3
"""
IN_ENVIRONMENT = {"AWS_ACCESS_KEY_ID": ENV, "AWS_SECRET_ACCESS_KEY": "e"}


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    config, credentials = tmp_path / "config", tmp_path / "credentials"
    config.write_text(CONFIG)
    credentials.write_text(CREDENTIALS)
    return {"AWS_CONFIG_FILE": str(config), "AWS_SHARED_CREDENTIALS_FILE": str(credentials)}


def key_of(environ: dict[str, str], **wish: Any) -> str:
    link = route(Wish(**wish), environ).link
    assert isinstance(link, Key)
    return link.credentials.access_key_id


PRECEDENCE = [
    ({}, "", BOB),
    ({"AWS_PROFILE": "ann"}, "", ANN),
    (IN_ENVIRONMENT, "", ENV),
    (IN_ENVIRONMENT | {"AWS_PROFILE": "ann"}, "", ENV),
    (IN_ENVIRONMENT, "ann", ANN),
    (IN_ENVIRONMENT | {"AWS_PROFILE": "bob"}, "ann", ANN),
    ({"AWS_PROFILE": "bob"}, "ann", ANN),
    ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, "", BOB),
    ({"AWS_DEFAULT_PROFILE": "ann", "AWS_PROFILE": "bob"}, "", ANN),
]


@pytest.mark.parametrize(("more", "profile", "key"), PRECEDENCE)
def test_precedence(environ: dict[str, str], more: dict[str, str], profile: str, key: str) -> None:
    assert key_of(environ | more, profile=profile) == key


@pytest.mark.parametrize(("more", "profile", "key"), PRECEDENCE)
def test_precedence_is_that_of_botocore(
    environ: dict[str, str], more: dict[str, str], profile: str, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", *IN_ENVIRONMENT, "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name, value in (environ | more).items():
        monkeypatch.setenv(name, value)
    found = botocore.session.Session(profile=profile or None).get_credentials()
    assert found is not None
    assert found.access_key == key


@pytest.mark.parametrize(("text", "ends"), [("2023-11-14T22:13:20Z", 1_700_000_000.0), ("soon", None), ("", None)])
def test_a_session_of_the_environment_may_tell_its_end(environ: dict[str, str], text: str, ends: float | None) -> None:
    told = IN_ENVIRONMENT | {"AWS_SESSION_TOKEN": "t", "AWS_CREDENTIAL_EXPIRATION": text}
    link = route(Wish(), environ | told).link
    assert isinstance(link, Key)
    assert (link.credentials.expires_at, link.lasting) == (ends, False)


def test_a_role_named_as_a_profile_goes_by_that_profile(environ: dict[str, str]) -> None:
    found = route(Wish("dev"), environ | IN_ENVIRONMENT)
    assert isinstance(found.link, Role)
    role = found.link
    assert (role.role, role.external_id, role.session_name, role.duration) == (DEV, "x", "s", 7_200)
    assert isinstance(role.parent, Own)
    assert role.parent.mfa_serial == SERIAL
    assert role.parent.parent.credentials.access_key_id == ANN
    assert (found.profile, found.where.region) == ("dev", "eu-north-1")
    assert route(Wish(profile="dev"), environ).link == role
    assert route(Wish(), environ | {"AWS_PROFILE": "dev"}).link == role
    assert origin(role).endswith(f"session of its own, with MFA of {SERIAL} → role {DEV}")


def test_the_command_line_goes_before_the_profile(environ: dict[str, str]) -> None:
    link = route(
        Wish("dev", duration=900, session_name="t", external_id="y", mfa_serial="other", tags=(("a", "b"),)), environ
    ).link
    assert isinstance(link, Role)
    assert (link.duration, link.session_name, link.external_id, link.tags) == (900, "t", "y", (("a", "b"),))
    assert isinstance(link.parent, Own)
    assert link.parent.mfa_serial == "other"


def test_another_profile_may_ask_for_a_profiles_role(environ: dict[str, str]) -> None:
    link = route(Wish("plain", profile="ann"), environ).link
    assert isinstance(link, Role)
    assert isinstance(link.parent, Key)
    assert link.parent.credentials.access_key_id == ANN


def test_a_chain(environ: dict[str, str]) -> None:
    link = route(Wish("ops"), environ).link
    assert isinstance(link, Role)
    assert link.parent == route(Wish("dev"), environ).link
    with pytest.raises(Stop, match="role chaining"):
        route(Wish("ops", duration=3_601), environ)


def test_a_profile_may_be_its_own_source(environ: dict[str, str]) -> None:
    link = route(Wish("self"), environ).link
    assert isinstance(link, Role)
    assert isinstance(link.parent, Key)


@pytest.mark.parametrize("role", ["team/dev", "dev2", "a.b@c"])
def test_a_bare_name_is_a_role_in_the_account_of_whoever_asks(environ: dict[str, str], role: str) -> None:
    assert account_of(ANN) == ACCOUNT
    link = route(Wish(role, profile="ann"), environ).link
    assert isinstance(link, Role)
    assert (link.role, link.mfa_serial) == (f"arn:aws:iam::{ACCOUNT}:role/{role}", "")
    link = route(Wish(role, profile="ann", region="cn-north-1"), environ).link
    assert isinstance(link, Role)
    assert link.role == f"arn:aws-cn:iam::{ACCOUNT}:role/{role}"
    link = route(Wish(role, profile="corp"), environ).link
    assert isinstance(link, Role)
    assert link.role == f"arn:aws:iam::111122223333:role/{role}"
    link = route(Wish(role, profile="dev"), environ).link
    assert isinstance(link, Role)
    assert link.role == f"arn:aws:iam::{ACCOUNT}:role/{role}"


def test_the_account_may_have_to_be_asked_for(environ: dict[str, str]) -> None:
    for more in ({"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "e"}, {"AWS_PROFILE": "tool"}):
        link = route(Wish("some"), environ | more).link
        assert isinstance(link, Role)
        assert link.role == "some"


def test_an_arn(environ: dict[str, str]) -> None:
    link = route(Wish(DEV), environ | IN_ENVIRONMENT).link
    assert isinstance(link, Role)
    assert (link.role, link.duration) == (DEV, None)
    for wrong in (
        "arn:aws:iam::1:role/x",
        "arn:aws:sts::123456789012:assumed-role/x/y",
        "arn:aws:iam::123456789012:user/x",
    ):
        with pytest.raises(Stop, match="is not the ARN of a role"):
            route(Wish(wrong), environ)
    with pytest.raises(Stop, match="neither a profile nor"):
        route(Wish("a b"), environ)


def test_the_device_of_the_users_own_profile_serves_its_roles(environ: dict[str, str]) -> None:
    for wish in (Wish("of-mfa-user"), Wish(DEV, profile="mfa-user")):
        link = route(wish, environ).link
        assert isinstance(link, Role)
        assert isinstance(link.parent, Own)
        assert link.parent.mfa_serial == SERIAL


def test_a_session_of_ones_own(environ: dict[str, str]) -> None:
    assert isinstance(route(Wish(profile="mfa-user"), environ).link, Key)
    link = route(Wish(profile="mfa-user", duration=43_200), environ).link
    assert isinstance(link, Own)
    assert (link.duration, link.mfa_serial) == (43_200, SERIAL)
    link = route(Wish(profile="ann", mfa_serial="s"), environ).link
    assert isinstance(link, Own)
    for wrong in ("bob", "corp"):
        with pytest.raises(Stop, match="this is a session already"):
            route(Wish(profile=wrong, duration=900), environ)
    with pytest.raises(Stop, match="shape a role's session"):
        route(Wish(profile="ann", policy="{}"), environ)
    with pytest.raises(Stop, match="a code was given, and no device"):
        route(Wish(profile="ann", mfa_code="123456"), environ)


@pytest.mark.parametrize(
    ("profile", "way", "kept"),
    [
        ("corp", "SSO", True),
        ("web", "web identity", True),
        ("tool", "credential_process", True),
        ("nothing", "", False),
    ],
)
def test_what_botocore_gets_for_us(environ: dict[str, str], profile: str, way: str, *, kept: bool) -> None:
    link = route(Wish(profile), environ).link
    assert isinstance(link, Delegated)
    assert (link.profile, link.way, link.kept) == (profile, way, kept)
    config = Path(environ["AWS_CONFIG_FILE"])
    config.write_text(config.read_text().replace("https://example.com", "https://example.org"))
    again = route(Wish(profile), environ).link
    assert (again.digest == link.digest) == (profile != "corp")


def test_sources_elsewhere(environ: dict[str, str]) -> None:
    link = route(Wish("of-env"), environ | IN_ENVIRONMENT).link
    assert isinstance(link, Role)
    assert isinstance(link.parent, Key)
    assert link.parent.credentials.access_key_id == ENV
    with pytest.raises(Stop, match="the environment has half of an access key"):
        route(Wish("of-env"), environ)
    link = route(Wish("of-host"), environ).link
    assert isinstance(link, Role)
    assert isinstance(link.parent, Delegated)
    assert (link.parent.way, link.parent.kept) == ("Ec2InstanceMetadata", False)


def test_where_no_file_says_anything(tmp_path: Path) -> None:
    environ = {"AWS_CONFIG_FILE": str(tmp_path / "a"), "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "b")}
    link = route(Wish(), environ).link
    assert isinstance(link, Delegated)
    assert link == Delegated("", "", link.fingerprint, kept=False, of_role=False)
    link = route(Wish(), environ | {"AWS_WEB_IDENTITY_TOKEN_FILE": "/t", "AWS_ROLE_ARN": DEV}).link
    assert isinstance(link, Delegated)
    assert (link.way, link.kept) == ("web identity", True)


@pytest.mark.parametrize(
    ("profile", "words", "code"),
    [
        ("one", "profiles take credentials from each other: one → two → one", Exit.ERROR),
        ("none", "neither of `source_profile`", Exit.ERROR),
        ("both", "both of `source_profile`", Exit.ERROR),
        ("wrong", "credential_source = Elsewhere", Exit.ERROR),
        ("half", "profile `half` has half of an access key", Exit.LOGIN),
        ("missing", "no AWS profile `nobody`", Exit.USAGE),
    ],
)
def test_profiles_that_cannot_be(environ: dict[str, str], profile: str, words: str, code: Exit) -> None:
    with pytest.raises(Stop) as stopped:
        route(Wish(profile), environ)
    assert words in stopped.value.message
    assert stopped.value.exit_code == code


def test_a_profile_of_the_environment_has_to_exist(environ: dict[str, str]) -> None:
    with pytest.raises(Stop, match="no AWS profile `nobody`"):
        route(Wish(), environ | IN_ENVIRONMENT | {"AWS_PROFILE": "nobody"})


def test_the_first_profile_of_a_store(environ: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "aws-profile").write_text(
        f"[profile watchword]\nregion = x\n[watchword]\naws_access_key_id = {ANN}\naws_secret_access_key = a\n"
    )
    found = route(Wish(data=tmp_path), environ | IN_ENVIRONMENT)
    assert isinstance(found.link, Key)
    assert (found.link.credentials.access_key_id, found.profile, found.settings_of) == (ANN, "watchword", "")
    assert key_of(environ, data=tmp_path, profile="default") == BOB
    assert route(Wish("dev", data=tmp_path), environ).profile == "dev"
    link = route(Wish("some", data=tmp_path), environ).link
    assert isinstance(link, Role)
    assert link.role == f"arn:aws:iam::{ACCOUNT}:role/some"


E, S, OPTION, P = "http://everywhere", "http://sts", "http://option", "http://profile"


@pytest.mark.parametrize(
    ("more", "wish", "where"),
    [
        ({}, {}, Where("eu-west-1")),
        ({"AWS_DEFAULT_REGION": "a"}, {}, Where("a")),
        ({"AWS_DEFAULT_REGION": "a", "AWS_REGION": "b"}, {}, Where("b")),
        ({"AWS_REGION": "b"}, {"region": "c"}, Where("c")),
        ({"AWS_ENDPOINT_URL": E}, {}, Where("eu-west-1", E, E)),
        ({"AWS_ENDPOINT_URL": E, "AWS_ENDPOINT_URL_STS": S}, {}, Where("eu-west-1", E, S)),
        (
            {"AWS_ENDPOINT_URL": E, "AWS_ENDPOINT_URL_STS": S},
            {"endpoint_url": OPTION},
            Where("eu-west-1", OPTION, OPTION),
        ),
        ({"AWS_ENDPOINT_URL": E, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}, {}, Where("eu-west-1")),
        ({}, {"role": "there"}, Where("eu-west-1", P, S)),
        ({}, {"role": "of-there"}, Where("r", P, S)),
        ({"AWS_ENDPOINT_URL": E}, {"role": "there"}, Where("eu-west-1", E, E)),
    ],
)
def test_where(environ: dict[str, str], more: dict[str, str], wish: dict[str, str], where: Where) -> None:
    config = Path(environ["AWS_CONFIG_FILE"])
    config.write_text(
        f"{CONFIG}[profile there]\nregion = eu-west-1\nendpoint_url = {P}\nservices = x\naws_access_key_id = A\n"
        f"aws_secret_access_key = a\n[services x]\nsts =\n  endpoint_url = {S}\n"
        "[profile of-there]\nregion = r\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = there\n"
    )
    found = route(Wish(**wish), environ | more)  # type: ignore[arg-type]  # texts, all of them
    assert found.where == where
    if isinstance(found.link, Role):
        assert found.link.endpoint_url == where.sts_url


@pytest.mark.parametrize(("region", "name"), [("", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")])
def test_partitions(region: str, name: str) -> None:
    assert partition(region) == name
