"""How variables are told to each shell, and to each kind of file that holds them; quoting that no value breaks out of.

What a form cannot hold is refused by the variable's name, never by its value.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from shlex import quote

from watchword.cli.exits import Exit, Stop
from watchword.cli.lending.variables import Value, text

PLAIN = re.compile(r"[A-Za-z0-9_@%+=:,./-]*")
"""Letters that mean nothing to any shell but cmd, nor to any reader of such files."""
BREAKS = "\r\n"


class Unsayable(ValueError):  # noqa: N818 - what is wrong with the value
    """A form has no way to hold a value; the message says what is in it."""


@dataclass(frozen=True, slots=True)
class Form:
    """One way to tell variables: a line that sets one, and lines that take several away."""

    setting: Callable[[str, str], str]
    taking: Callable[[Sequence[str]], Iterable[str]] | None = None
    """None for a file: what it does not name is not there."""
    use: str = ""
    """How a person gets what is printed into their shell, where `{}` is the command."""


def lines(form: str, given: Mapping[str, Value], taken: Sequence[str] = ()) -> list[str]:
    """Tell what is to be set and taken away; what a file has no words to take away is left out.

    Raises Stop.
    """
    chosen = FORMS[form]
    before = list(chosen.taking(taken)) if chosen.taking and taken else []
    return before + [_line(form, name, value) for name, value in given.items()]


def masks(given: Iterable[str]) -> list[str]:
    """Tell the runner of GitHub Actions what must not stand in its log."""
    return [f"::add-mask::{secret.translate({37: '%25', 13: '%0D', 10: '%0A'})}" for secret in given]


def uses(command: str) -> str:
    """Say how each shell takes what a command prints, a line for each."""
    return "\n".join(f"{name:<12}{form.use.format(command)}" for name, form in FORMS.items() if form.taking)


def _line(form: str, name: str, value: Value) -> str:
    try:
        return FORMS[form].setting(name, _without("\0", "a NUL", text(value)))
    except Unsayable as fault:
        raise Stop(
            f"`{name}` holds {fault}, which the form `{form}` cannot hold; choose another with `--format`, "
            "or use `watchword exec`",
            Exit.USAGE,
        ) from fault


def _without(letters: str, what: str, value: str) -> str:
    if any(letter in value for letter in letters):
        raise Unsayable(what)
    return value


def _posix(value: str) -> str:
    return "'" + value.replace("'", "'\\''") + "'"


def _fish(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _powershell(value: str) -> str:
    # Typographic quotes end a literal as well.  Source: PowerShell language, CharTraits.IsSingleQuote
    pieces = re.split(r"([\r\n])", re.sub("(['\u2018\u2019\u201a\u201b])", r"\1\1", value))
    # Invoke-Expression is given a command's output line by line
    return "+".join(f"[char]{ord(piece)}" if piece in ("\r", "\n") else f"'{piece}'" for piece in pieces)


def _cmd(name: str, value: str) -> str:
    """No escape holds alike on the command line and in a file for what cmd expands."""
    _without('"%!' + BREAKS, 'a `"`, a `%`, a `!` or a line break', value)
    return f"set {name}={value}" if PLAIN.fullmatch(value) else f'set "{name}={value}"'


def _nu(value: str) -> str:
    if "'" not in value and value.isprintable():
        return f"'{value}'"
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(_nu_letter(letter) for letter in escaped) + '"'


def _nu_letter(letter: str) -> str:
    return letter if letter.isprintable() else f"\\u{{{ord(letter):x}}}"


def _dotenv(value: str) -> str:
    """Readers differ in what they expand and unescape; only what all of them take as it stands is written."""
    if PLAIN.fullmatch(value):
        return value
    return "'" + _without("'\\$`" + BREAKS, "a quote, a `\\`, a `$`, a `` ` `` or a line break", value) + "'"


def _raw(name: str, value: str) -> str:
    """Docker takes a line as it stands, to its end."""
    return f"{name}={_without(BREAKS, 'a line break', value)}"


def _github(name: str, value: str) -> str:
    if "\n" not in value:
        return _raw(name, value)
    end = f"end_{secrets.token_hex(16)}"
    return f"{name}<<{end}\n{_without(chr(13), 'a carriage return', value)}\n{end}"


def _one_line(words: str) -> Callable[[Sequence[str]], Iterable[str]]:
    return lambda names: [f"{words} {' '.join(names)}"]


def _each(words: str) -> Callable[[Sequence[str]], Iterable[str]]:
    return lambda names: [words.format(name) for name in names]


FORMS: dict[str, Form] = {
    "bash": Form(lambda name, value: f"export {name}={_posix(value)}", _one_line("unset"), 'eval "$({})"'),
    "zsh": Form(lambda name, value: f"export {name}={_posix(value)}", _one_line("unset"), 'eval "$({})"'),
    "env": Form(lambda name, value: f"{name}={quote(value)}"),
    "fish": Form(lambda name, value: f"set -gx {name} {_fish(value)}", _one_line("set -eg"), "{} | source"),
    "powershell": Form(
        lambda name, value: f"$Env:{name} = {_powershell(value)}", _each("$Env:{} = $null"), "{} | Invoke-Expression"
    ),
    "cmd": Form(_cmd, _each("set {}="), """for /f "delims=" %i in ('{}') do @%i"""),
    "nu": Form(
        lambda name, value: f"$env.{name} = {_nu(value)}",
        _one_line("hide-env -i"),
        "{} | save w.nu, and then: source w.nu; rm w.nu",
    ),
    "dotenv": Form(lambda name, value: f"{name}={_dotenv(value)}"),
    "docker": Form(_raw),
    "github": Form(_github),
}
"""By name: `env`, `dotenv`, `docker` and `github` are files or lists, the others shells in use."""
SHELLS = tuple(name for name, form in FORMS.items() if form.taking)
