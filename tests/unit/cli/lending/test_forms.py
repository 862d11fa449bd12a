"""Every form: read back by the shell itself where the machine has it, else by a reader of its documented rule."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchword.cli.exits import Stop
from watchword.cli.lending import forms
from watchword.domain.secret import Secret

NASTY = (
    "",
    "plain",
    "a b  c ",
    "it's",
    "'",
    "''",
    "\\",
    "\\'",
    "'; exit 9; '",
    "$(exit 9) `exit 9` ${HOME} $HOME",
    '"double" & | < > ^ ( ) ; # ! ~ * ? [x] {y}',
    "%PATH% !PATH!",
    "line\nbreak\r\n",
    "\ttab",
    "-n",
    "=",
    "ü€😀\u2018\u2019\u201a\u201b",
    "ab/+==-_",
)
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
POSIX = ("bash", "sh", "dash", "zsh")


def told(form: str, *values: str) -> list[str]:
    return forms.lines(form, {f"V{number}": value for number, value in enumerate(values)})


def read_back(shell: str, form: str, values: tuple[str, ...], count: int) -> list[str]:
    names = " ".join(f'"$V{number}"' for number in range(count))
    script = "\n".join(told(form, *values)) + f"\nprintf '%s\\000' x {names}\n"
    done = subprocess.run([shell], input=os.fsencode(script), capture_output=True, check=True, timeout=30)
    assert done.stderr == b""
    return [os.fsdecode(value) for value in done.stdout.split(b"\0")[1:-1]]


def has(shell: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(shell) is None, reason=f"{shell} is not on this machine")


SHELLS = [pytest.param(shell, "bash", marks=has(shell)) for shell in POSIX]
SHELLS += [pytest.param("fish", "fish", marks=has("fish"))]


@pytest.mark.parametrize(("shell", "form"), SHELLS)
def test_a_shell_reads_what_was_told(shell: str, form: str) -> None:
    assert read_back(shell, form, NASTY, len(NASTY)) == list(NASTY)


@pytest.mark.parametrize(("shell", "form"), SHELLS)
@settings(max_examples=15, deadline=None)
@given(values=st.lists(TEXT, min_size=8, max_size=8))
def test_a_shell_reads_whatever_was_told(shell: str, form: str, values: list[str]) -> None:
    assert read_back(shell, form, tuple(values), len(values)) == values


@pytest.mark.parametrize("shell", [pytest.param("bash", marks=has("bash")), pytest.param("sh", marks=has("sh"))])
def test_env_may_be_sourced(shell: str) -> None:
    assert read_back(shell, "env", NASTY, len(NASTY)) == list(NASTY)


@pytest.mark.parametrize(("shell", "form"), SHELLS)
def test_a_shell_forgets_what_it_is_to_forget(shell: str, form: str) -> None:
    script = "\n".join([*forms.lines(form, {}, ("HERE", "NEVER_WAS")), "env"])
    environment = {"PATH": os.environ["PATH"], "HERE": "1", "HOME": "/nowhere"}
    done = subprocess.run([shell], input=script, capture_output=True, text=True, env=environment, check=False)
    assert "HERE" not in done.stdout
    assert done.stderr == ""


def unquoted_powershell(line: str) -> str:
    """Read an expression of literals and `[char]N`, joined by `+`."""
    found, rest = "", line
    while rest:
        if code := re.match(r"\[char\](\d+)", rest):
            found, rest = found + chr(int(code[1])), rest[code.end() :]
        else:
            literal = re.match("['\u2018-\u201b]((?:[^'\u2018-\u201b]|(['\u2018-\u201b])\\2)*)'", rest, re.DOTALL)
            assert literal
            found += re.sub("(['\u2018-\u201b])\\1", r"\1", literal[1])
            rest = rest[literal.end() :]
        assert rest == "" or rest[0] == "+"
        rest = rest[1:]
    return found


@given(value=TEXT | st.sampled_from(NASTY))
def test_powershell(value: str) -> None:
    (line,) = told("powershell", value)
    assert "\n" not in line
    assert "\r" not in line
    assert unquoted_powershell(line.removeprefix("$Env:V0 = ")) == value


def unquoted_nu(text: str) -> str:
    if text.startswith("'"):
        assert "'" not in text[1:-1]
        return text[1:-1]
    inside = text[1:-1]
    assert re.fullmatch(r'(?:[^"\\]|\\["\\]|\\u\{[0-9a-f]{1,6}\})*', inside)
    return re.sub(r"\\(?:u\{([0-9a-f]+)\}|(.))", lambda found: chr(int(found[1], 16)) if found[1] else found[2], inside)


@given(value=TEXT | st.sampled_from(NASTY))
def test_nu(value: str) -> None:
    (line,) = told("nu", value)
    assert len(line.splitlines()) <= 1 or value.isprintable()
    assert unquoted_nu(line.removeprefix("$env.V0 = ")) == value


@given(value=TEXT | st.sampled_from(NASTY))
def test_cmd(value: str) -> None:
    if set(value) & set('"%!\r\n'):
        with pytest.raises(Stop, match="`V0` holds"):
            told("cmd", value)
        return
    (line,) = told("cmd", value)
    if line.startswith("set V0="):
        assert re.fullmatch(r"[A-Za-z0-9_@+=:,./-]*", value)  # nothing that cmd would act on
    assert line in {f"set V0={value}", f'set "V0={value}"'}


@given(value=TEXT | st.sampled_from(NASTY))
def test_docker(value: str) -> None:
    if set(value) & set("\r\n"):
        with pytest.raises(Stop, match="a line break"):
            told("docker", value)
    else:
        assert told("docker", value) == [f"V0={value}"]


@given(value=TEXT | st.sampled_from(NASTY))
def test_dotenv(value: str) -> None:
    if set(value) & set("'\\$`\r\n"):
        with pytest.raises(Stop, match="`dotenv` cannot hold"):
            told("dotenv", value)
        return
    (line,) = told("dotenv", value)
    written = line.removeprefix("V0=")
    assert written in {value, f"'{value}'"}
    assert written.startswith("'") or not set(value) & set(" #\"'")


@given(value=TEXT | st.sampled_from(NASTY))
def test_github(value: str) -> None:
    if "\r" in value:
        with pytest.raises(Stop):
            told("github", value)
        return
    (entry,) = told("github", value)
    head, _, rest = entry.partition("\n")
    if "<<" in head.partition("=")[0]:
        end = head.removeprefix("V0<<")
        assert rest == f"{value}\n{end}"
        assert end not in value
    else:
        assert entry == f"V0={value}"


def test_masks_escape_what_a_command_of_the_runner_would_end_at() -> None:
    assert forms.masks(["a%b\nc\rd"]) == ["::add-mask::a%25b%0Ac%0Dd"]


@pytest.mark.parametrize("form", forms.FORMS)
def test_no_form_holds_a_nul_and_none_tells_the_value(form: str) -> None:
    with pytest.raises(Stop) as stopped:
        forms.lines(form, {"AWS_SECRET_ACCESS_KEY": Secret("hidden\0")})
    assert "AWS_SECRET_ACCESS_KEY" in stopped.value.message
    assert "hidden" not in stopped.value.message
    assert stopped.value.exit_code == 2


def test_what_is_plain_is_told_plainly() -> None:
    wanted = {
        "bash": "export K='v'",
        "zsh": "export K='v'",
        "env": "K=v",
        "fish": "set -gx K 'v'",
        "powershell": "$Env:K = 'v'",
        "cmd": "set K=v",
        "nu": "$env.K = 'v'",
        "dotenv": "K=v",
        "docker": "K=v",
        "github": "K=v",
    }
    assert {form: forms.lines(form, {"K": "v"})[0] for form in forms.FORMS} == wanted


def test_what_is_taken_away() -> None:
    wanted = {
        "bash": ["unset A B"],
        "zsh": ["unset A B"],
        "fish": ["set -eg A B"],
        "powershell": ["$Env:A = $null", "$Env:B = $null"],
        "cmd": ["set A=", "set B="],
        "nu": ["hide-env -i A B"],
    }
    assert {form: forms.lines(form, {}, ("A", "B")) for form in forms.SHELLS} == wanted
    assert all(forms.lines(form, {}) == [] for form in forms.FORMS)
    assert forms.lines("docker", {"K": "v"}, ("A",)) == ["K=v"]


def test_nothing_is_ever_written_to_a_registry() -> None:
    assert not any("setx" in line for form in forms.FORMS for line in forms.lines(form, {"K": "v"}, ("A",)))
