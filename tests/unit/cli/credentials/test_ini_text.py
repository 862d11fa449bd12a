"""Changing a line of an AWS file: what is asked for changes, and nothing else does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.cli.credentials import ini_text
from watchword.cli.credentials.ini_text import Unreadable, edited, header_of, parsed

FILE = """\
# my keys, do not touch
[default]
aws_access_key_id = AKIADEFAULT
aws_secret_access_key=abc/def+ghi

; the old account
[work]
  AWS_Access_Key_Id : AKIAWORK
  aws_secret_access_key =   s3cret
  # in between
  s3 =
     addressing_style = path

     max_queue_size = 5
  region = eu-west-1
[last]
aws_access_key_id = AKIALAST"""

NAMES = st.text("abcdefgh_-", min_size=1, max_size=8)
VALUES = st.text("abcXYZ0189/+=#;[]:, .\u00e9", min_size=1, max_size=12).map(str.strip).filter(bool)
NOISE = st.sampled_from(["", "# note = 1", "; [note]", "   ", "\t# x", "  #indented"])
ENDS = st.sampled_from(["\n", "\r\n"])
DELIMITERS = st.sampled_from([" = ", "=", " : ", ":", "=\t"])


@st.composite
def files(draw: st.DrawFn) -> str:
    """Files as people and tools write them: comments, blank lines, indented blocks, any spacing."""
    end = draw(ENDS)
    lines: list[str] = draw(st.lists(NOISE, max_size=2))
    for section in draw(st.lists(NAMES, max_size=3, unique=True)):
        lines += [f"[{section}]", *draw(st.lists(NOISE, max_size=2))]
        indent = draw(st.sampled_from(["", " ", "   "]))
        for option in draw(st.lists(NAMES, max_size=3, unique=True)):
            lines.append(f"{indent}{option}{draw(DELIMITERS)}{draw(VALUES)}")
            lines += [f"{indent}  {line}" for line in draw(st.lists(VALUES, max_size=2))]
            lines += draw(st.lists(NOISE, max_size=2))
    return end.join(lines) + draw(st.sampled_from(["", end]))


def readable(text: str) -> bool:
    try:
        parsed(text)
    except Unreadable:
        return False
    return True


CHANGES = st.dictionaries(NAMES, st.none() | VALUES, min_size=1, max_size=3)


@given(files().filter(readable), NAMES, CHANGES)
def test_the_section_says_what_was_asked_for_and_all_others_what_they_said(
    text: str, section: str, changes: dict[str, str | None]
) -> None:
    before, after = parsed(text), parsed(edited(text, section, changes))
    wanted = {name: value for name, value in before.get(section, {}).items() if name not in changes}
    wanted |= {name: value for name, value in changes.items() if value is not None}
    assert after == before | ({section: wanted} if section in before or wanted else {})


@given(files().filter(readable), NAMES, CHANGES)
def test_all_other_lines_stay_byte_for_byte_and_in_order(
    text: str, section: str, changes: dict[str, str | None]
) -> None:
    """Take out of both what belongs to the options changed: the same is left, but for an end of line at the end."""
    after = edited(text, section, changes)
    if section not in parsed(text):
        assert after.startswith(text)
    else:
        left = rest(text, section, changes)
        assert rest(after, section, changes) in {left, left + added(text)}


def rest(text: str, section: str, changes: dict[str, str | None]) -> str:
    lines = list(ini_text._scan(text))
    left = [line.text for line in lines if not (line.section == section and line.option in changes)]
    return "".join(left)


def added(text: str) -> str:
    """Give what joins a new section, or a new last line, to the text."""
    return "\r\n" if text.partition("\n")[0].endswith("\r") else "\n"


@given(files().filter(readable), NAMES, VALUES)
def test_a_change_taken_back_leaves_the_file_as_it_was(text: str, name: str, value: str) -> None:
    for section, values in parsed(text).items():
        for option, was in values.items():
            if "\n" not in was and was:
                assert edited(edited(text, section, {option: value}), section, {option: was}) == text


def test_a_value_is_changed_as_it_is_written() -> None:
    done = edited(FILE, "work", {"aws_access_key_id": "AKIANEW", "aws_secret_access_key": "new"})
    assert done == FILE.replace("AKIAWORK", "AKIANEW").replace("s3cret", "new")


def test_a_new_value_stands_at_the_end_of_its_section() -> None:
    done = edited(FILE, "work", {"output": "json"})
    assert done == FILE.replace("  region = eu-west-1\n", "  region = eu-west-1\n  output = json\n")
    assert edited(FILE, "last", {"x": "1"}) == FILE + "\nx = 1\n"


def test_a_new_section_stands_at_the_end() -> None:
    assert edited(FILE, "new", {"x": "1"}) == FILE + "\n\n[new]\nx = 1\n"
    assert edited("", "new", {"x": "1"}) == "[new]\nx = 1\n"
    assert edited(FILE, "new", {"x": None}) == FILE


def test_a_block_is_taken_out_with_its_lines() -> None:
    done = parsed(edited(FILE, "work", {"s3": None}))["work"]
    assert set(done) == {"aws_access_key_id", "aws_secret_access_key", "region"}


@pytest.mark.parametrize(
    "text",
    [
        "no section = 1\n",
        "[a]\nx = 1\n[a]\ny = 2\n",
        "[a]\nx = 1\nx = SECRET\n",
        "\ufeff[a]\nx = 1\n",
        "[a]\nSECRET\n",
    ],
)
def test_what_aws_cannot_read_is_not_changed_and_not_shown(text: str) -> None:
    with pytest.raises(Unreadable) as refused:
        edited(text, "a", {"x": "2"})
    assert "line" in str(refused.value)
    assert "SECRET" not in str(refused.value)


def test_what_is_said_for_all_sections_is_not_overruled_in_silence() -> None:
    with pytest.raises(Unreadable, match="by hand"):
        edited("[DEFAULT]\nx = 1\n[a]\ny = 2\n", "a", {"x": None})
    with pytest.raises(Unreadable):
        edited("[a]\n", "a", {"x": "two\nlines"})
    with pytest.raises(Unreadable):
        edited("[a]\n", "b]\n[c", {"x": "1"})


@pytest.mark.parametrize(
    ("text", "profile", "header"),
    [
        ("", "default", "default"),
        ("[profile default]\n", "default", "profile default"),
        ("", "dev", "profile dev"),
        ('[profile "dev"]\n', "dev", 'profile "dev"'),
        ("[dev]\n[profile  dev]\n", "dev", "profile  dev"),
        ("", "my dev", 'profile "my dev"'),
        ("[sso-session dev]\n[profile 'un]\n", "dev", "profile dev"),
    ],
)
def test_headers_of_profiles(text: str, profile: str, header: str) -> None:
    assert header_of(text, profile) == header
