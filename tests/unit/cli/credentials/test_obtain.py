"""What is kept is handed out while enough of it is left; else somebody is asked, and here nobody answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.cli.credentials import store
from watchword.cli.credentials.asking import NoAsk
from watchword.cli.credentials.cache import Cache
from watchword.cli.credentials.chains import issuer
from watchword.cli.credentials.obtain import obtain
from watchword.cli.credentials.routes import route
from watchword.cli.credentials.shapes import Credentials, Wish
from watchword.cli.exits import Exit, Stop
from watchword.domain.secret import Secret

NOW = 1_700_000_000.0
SERIAL = "arn:aws:iam::123456789012:mfa/ann"
CONFIG = f"""
[profile ann]
aws_access_key_id = AKIAYVNCQVBUHHLTAIOI
aws_secret_access_key = a
endpoint_url = http://127.0.0.1:1
[profile dev]
role_arn = arn:aws:iam::123456789012:role/dev
source_profile = ann
region = eu-west-1
[profile ops]
role_arn = arn:aws:iam::123456789012:role/ops
source_profile = ann
mfa_serial = {SERIAL}
[profile tool]
credential_process = /bin/echo '{{"Version":1,"AccessKeyId":"ASIAX","SecretAccessKey":"s","SessionToken":"t",\
"Expiration":"2100-01-01T00:00:00Z"}}'
[profile babbling]
credential_process = /bin/echo secret words
[profile failing]
credential_process = /bin/false
[profile gone]
credential_process = /no/such/program
[profile round]
credential_process = watchword credential-process round
"""
SESSION = Credentials("ASIAYVNCQVBUHHLTAIOI", Secret("s"), Secret("t"), NOW + 3_600, arn="arn", unique_id="A:s")


@pytest.fixture
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    (tmp_path / "config").write_text(CONFIG)
    environ = {
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
        "WATCHWORD_HOME": str(tmp_path / "home"),
        "WATCHWORD_STORE": "file",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "1",
    }
    for name, value in environ.items():  # botocore, to which some profiles are left, reads this process's own
        monkeypatch.setenv(name, value)
    return environ


def cache(environ: dict[str, str]) -> Cache:
    return Cache(store.opened(environ))


def keep(environ: dict[str, str], wish: Wish, credentials: Credentials = SESSION) -> None:
    link = route(wish, environ).link
    cache(environ).keep(link.digest, credentials, issuer=issuer(link), now=NOW)


def got(environ: dict[str, str], wish: Wish, now: float = NOW) -> Credentials:
    return obtain(wish, now=now, ask=NoAsk(), environ=environ)


def test_a_long_term_key_needs_no_store(environ: dict[str, str]) -> None:
    found = got(environ, Wish(profile="ann"))
    assert (found.access_key_id, found.expires_at, found.profile) == ("AKIAYVNCQVBUHHLTAIOI", None, "ann")
    assert (found.account_id, found.endpoint_url) == ("595730671720", "http://127.0.0.1:1")
    assert not Path(environ["WATCHWORD_HOME"]).exists()


def test_what_is_kept_is_handed_out(environ: dict[str, str]) -> None:
    keep(environ, Wish("dev"))
    found = got(environ, Wish("dev"))
    assert found == replace(
        SESSION, account_id="595730671720", region="eu-west-1", endpoint_url="http://127.0.0.1:1", profile="dev"
    )


@pytest.mark.parametrize(("left", "least", "good"), [(900, 900, True), (899, 900, False), (60, 30, True), (0, 0, True)])
def test_no_less_is_handed_out_than_is_wished_for(
    environ: dict[str, str], left: int, least: int, *, good: bool
) -> None:
    keep(environ, Wish("dev"))
    wish = Wish("dev", least_left=least)
    if good:
        assert got(environ, wish, NOW + 3_600 - left).access_key_id == SESSION.access_key_id
    else:
        with pytest.raises(Stop, match="Could not connect"):
            got(environ, wish, NOW + 3_600 - left)


@pytest.mark.parametrize(
    "more",
    [
        {"duration": 1_800},
        {"session_name": "another"},
        {"source_identity": "ann"},
        {"external_id": "xx"},
        {"tags": (("a", "b"),)},
        {"transitive_tag_keys": ("a",)},
        {"policy": "{}"},
        {"policy_arns": ("arn:aws:iam::aws:policy/ReadOnlyAccess",)},
        {"endpoint_url": "http://127.0.0.1:2"},
        {"fresh": True},
    ],
)
def test_what_shapes_a_session_asks_for_another(environ: dict[str, str], more: dict[str, Any]) -> None:
    keep(environ, Wish("dev"))
    with pytest.raises(Stop, match=r"Could not connect .* 'http://127\.0\.0\.1:[12]/'|Could not connect"):
        got(environ, Wish("dev", **more))


def test_a_region_asks_for_no_other_session(environ: dict[str, str]) -> None:
    keep(environ, Wish("dev"))
    assert got(environ, Wish("dev", region="us-east-2")).region == "us-east-2"


def test_a_rotated_key_leaves_nothing_behind(environ: dict[str, str]) -> None:
    keep(environ, Wish("dev"))
    config = Path(environ["AWS_CONFIG_FILE"])
    config.write_text(CONFIG.replace("AKIAYVNCQVBUHHLTAIOI", "AKIAYVNCQVBUHHLTAIOJ"))
    with pytest.raises(Stop, match="Could not connect"):
        got(environ, Wish("dev"))


def test_nobody_is_there_to_be_asked(environ: dict[str, str]) -> None:
    with pytest.raises(Stop, match="run `watchword assume` with the same profile or role in a terminal") as stopped:
        got(environ, Wish("ops"))
    assert stopped.value.exit_code == Exit.LOGIN


def test_a_session_with_mfa_is_used_for_the_role(environ: dict[str, str]) -> None:
    link = route(Wish("ops"), environ).link
    parent = link.parent  # type: ignore[union-attr]  # a role, as the profile says
    cache(environ).keep(parent.digest, SESSION, issuer="", now=NOW)
    with pytest.raises(Stop, match="Could not connect"):  # got as far as the call, and asked nobody
        got(environ, Wish("ops"))


def test_another_process_is_asked_and_what_it_says_is_kept(environ: dict[str, str]) -> None:
    assert got(environ, Wish("tool")).access_key_id == "ASIAX"
    assert [kept.credentials.access_key_id for kept in cache(environ).every()] == ["ASIAX"]


@pytest.mark.parametrize("profile", ["babbling", "failing", "gone"])
def test_a_process_that_gives_none_is_told(environ: dict[str, str], profile: str) -> None:
    with pytest.raises(Stop) as stopped:
        got(environ, Wish(profile))
    assert stopped.value.exit_code == Exit.LOGIN
    assert "secret" not in stopped.value.message


def test_a_profile_that_asks_for_itself_is_told(environ: dict[str, str]) -> None:
    with pytest.raises(Stop, match="the process that profile `round` names asks for that profile"):
        got(environ | {"WATCHWORD_ASKING": "other\nround"}, Wish("round"))


def test_the_cache_lets_go_of_what_is_over(environ: dict[str, str]) -> None:
    kept = cache(environ)
    kept.keep("a", replace(SESSION, expires_at=NOW + 10), issuer="K", now=NOW)
    kept.keep("b", SESSION, issuer="K", now=NOW)
    kept.keep("c", SESSION, issuer="L", now=NOW + 11)
    assert sorted(each.key for each in kept.every()) == ["b", "c"]
    assert kept.forget(issuer="K") == 1
    assert [each.key for each in kept.every()] == ["c"]
    assert kept.forget(["c", "d"]) == 2
    assert list(kept.every()) == []


def test_what_has_no_end_is_not_kept(environ: dict[str, str]) -> None:
    kept = cache(environ)
    for credentials in (replace(SESSION, expires_at=None), replace(SESSION, session_token=None)):
        kept.keep("a", credentials, issuer="", now=NOW)
    assert list(kept.every()) == []


def test_words_of_another_version_are_as_none(environ: dict[str, str]) -> None:
    sealed = store.opened(environ)
    for content in (b"{}", b"[]", b"null", b"x", b"\xff"):
        sealed.put("session.a", content)
        assert list(cache(environ).every()) == []


@given(
    st.builds(
        Credentials,
        st.text(),
        st.builds(Secret, st.text()),
        st.builds(Secret, st.text(min_size=1)),
        st.floats(NOW, NOW * 2),
        account_id=st.text(),
        profile=st.text(),
        role_arn=st.text(),
        arn=st.text(),
        unique_id=st.text(),
    )
)
def test_what_is_kept_comes_back_whole(tmp_path_factory: pytest.TempPathFactory, credentials: Credentials) -> None:
    environ = {"WATCHWORD_HOME": str(tmp_path_factory.getbasetemp() / "home"), "WATCHWORD_STORE": "file"}
    kept = cache(environ)
    kept.keep("a", credentials, issuer="K", now=NOW)
    found = kept.find("a", now=NOW, least_left=0)
    assert found is not None
    assert (found.credentials, found.issuer, found.obtained_at) == (credentials, "K", NOW)
