"""Changes single lines in the text of an AWS config or credentials file; all else stays as it is, byte for byte. Pure.

Lines mean here what they mean to botocore, which reads such files by configparser: deeper indented lines belong to the
value above them, and comments stand on lines of their own. What was changed is read again by configparser itself.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from configparser import Error, RawConfigParser
from dataclasses import dataclass
from io import StringIO

HEADER = re.compile(r"\[(?P<header>.+)\]")
OPTION = re.compile(r"(?P<before>\s*(?P<option>.*?)\s*[=:][^\S\r\n]*)(?P<value>.*?)(?P<end>\s*)\Z", re.DOTALL)
COMMENTS = ("#", ";")
PROFILE = "profile"
Values = Mapping[str, str | None]
"""Lower-case names and their new values; None takes a line out."""


class Unreadable(ValueError):  # noqa: N818 - the name is what is wrong with the text
    """The text is not what AWS's tools can read, or would not be after the change; the message never has a value."""


@dataclass(slots=True)
class _Line:
    text: str
    section: str | None
    option: str | None
    """The option that it begins, or whose value it goes on with."""
    first: bool = False
    header: bool = False

    @property
    def indent(self) -> str:
        return self.text[: len(self.text) - len(self.text.lstrip())]


def parsed(text: str) -> dict[str, dict[str, str]]:
    """Read all sections as botocore would.

    Raises Unreadable.
    """
    parser = RawConfigParser()
    try:
        parser.read_file(_lines(text))
    except Error as error:
        where = getattr(error, "lineno", None) or next((line for line, _ in getattr(error, "errors", ())), None)
        kind = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(error).__name__).lower()
        raise Unreadable(f"{kind}, line {where}" if where else kind) from None
    return {section: dict(parser.items(section)) for section in parser.sections()}


def header_of(text: str, profile: str) -> str:
    """Give the header under which a config file has a profile, or would have it.

    Source: AWS CLI User Guide, configuration files; botocore.configloader, build_profile_map.
    """
    for section in parsed(text):
        if profile_of(section) == profile:
            return section
    if profile == "default":
        return profile
    return f"{PROFILE} {profile}" if re.fullmatch(r"[\w.@+,/:=-]+", profile) else f'{PROFILE} "{profile}"'


def profile_of(section: str) -> str | None:
    """Give the profile that a header of a config file names; None where it names something else."""
    if section == "default":
        return section
    if not section.startswith(PROFILE):
        return None
    try:
        words = shlex.split(section)
    except ValueError:
        return None
    return words[1] if len(words) == 2 else None  # noqa: PLR2004 - `profile` and its name


def edited(text: str, section: str, changes: Values) -> str:
    """Change some values of one section, and nothing else; a section that is not there is made at the end.

    Raises Unreadable when the text is none that AWS's tools can read, or cannot be changed without changing more.
    """
    wanted = parsed(text)
    kept = {name: value for name, value in wanted.get(section, {}).items() if name not in changes}
    new = {name: value for name, value in changes.items() if value is not None}
    if section not in wanted and not new:
        return text
    lines = list(_scan(text))
    done = "".join(_changed(lines, section, changes) if section in wanted else _appended(lines, section, new))
    wanted[section] = kept | new
    if parsed(done) != wanted:
        raise Unreadable(f"the section `[{section}]` cannot be changed without changing more; change it by hand")
    return done


def _lines(text: str) -> StringIO:
    return StringIO(text, newline="")  # parts lines where text files do, and keeps their ends


def _scan(text: str) -> Iterator[_Line]:
    """Say of each line what it is to configparser."""
    section = option = None
    indent = 0
    for line in _lines(text):
        stripped = line.strip()
        if not stripped or stripped.startswith(COMMENTS):
            yield _Line(line, section, None)
            continue
        deep = len(line) - len(line.lstrip())
        if option is not None and deep > indent:
            yield _Line(line, section, option)
            continue
        indent = deep
        if found := HEADER.match(stripped):
            section, option = found["header"], None
            yield _Line(line, section, None, header=True)
        else:
            option = re.split("[=:]", stripped, maxsplit=1)[0].rstrip().lower()
            yield _Line(line, section, option, first=True)


def _changed(lines: list[_Line], section: str, changes: Values) -> Iterator[str]:
    """Change a section that is there; new lines stand after its last one, indented as that is."""
    own = [place for place, line in enumerate(lines) if line.section == section]
    there = {lines[place].option for place in own}
    last = max(place for place in own if lines[place].header or lines[place].option is not None)
    added = [f"{name} = {value}" for name, value in changes.items() if value is not None and name not in there]
    end, indent = _end(lines), _indent(lines, own, last)
    for place, line in enumerate(lines):
        text = line.text
        if line.section == section and line.option is not None and line.option in changes:
            text = _with(line, changes[line.option]) if line.first else ""
        if place == last and added:
            text += "" if not text or text.endswith(("\n", "\r")) else end
            text += "".join(f"{indent}{new}{end}" for new in added)
        yield text


def _with(line: _Line, value: str | None) -> str:
    """Put another value in a line; how it is written stays."""
    found = OPTION.match(line.text)
    if value is None or found is None:
        return ""
    return f"{found['before']}{value}{found['end']}"


def _indent(lines: list[_Line], own: list[int], last: int) -> str:
    """Tell how far new lines are indented: a deeper next header would else become a part of the value above it."""
    options = [lines[place] for place in own if lines[place].first]
    if options:
        return options[-1].indent
    following = next((line for line in lines[last + 1 :] if line.header), None)
    return following.indent if following else ""


def _appended(lines: list[_Line], section: str, new: Mapping[str, str]) -> Iterator[str]:
    end = _end(lines)
    yield from (line.text for line in lines)
    if lines and not lines[-1].text.endswith(("\n", "\r")):
        yield end
    if lines and lines[-1].text.strip():
        yield end
    yield f"[{section}]{end}"
    yield from (f"{name} = {value}{end}" for name, value in new.items())


def _end(lines: list[_Line]) -> str:
    """Give the end of line that a file uses."""
    return "\r\n" if lines and lines[0].text.endswith("\r\n") else "\n"
