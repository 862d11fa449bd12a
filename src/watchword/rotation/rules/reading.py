"""A rules file, read whole: every problem in it is told at once, with its line."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path

from watchword.rotation.rules import checks, sections, terms_sections
from watchword.rotation.rules.law import EXEMPT_GROUP, Rules
from watchword.rotation.rules.lines import lines
from watchword.rotation.rules.problems import BadRules, Problem
from watchword.rotation.rules.sheet import Section, Sheet

_WHERE = re.compile(r"\(at line (\d+), column \d+\)")
LARGEST = 1 << 20
"""Bytes that a rules file may have."""


def read_rules(source: Path | str, *, now: float | None = None) -> Rules:
    """Read rules from a file, or from a text.

    With `now` (epoch seconds) an exemption that has ended is a problem too. Without it, it is left for the machine to
    tell of, so that one date that passes does not stop everybody else's rotation.

    Raises BadRules.
    """
    if isinstance(source, str):
        return _read(source, "rules.toml", Path(), now)
    try:
        with source.open("rb") as file:
            raw = file.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise BadRules([Problem(source.name, 0, f"is larger than {LARGEST} bytes")])
        text = raw.decode()
    except (OSError, UnicodeDecodeError) as wrong:
        raise BadRules([Problem(source.name, 0, f"cannot be read: {wrong}")]) from wrong
    return _read(text, source.name, source.parent, now)


def _read(text: str, name: str, directory: Path, now: float | None) -> Rules:
    text = text.replace("\r\n", "\n")
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        where = _WHERE.search(str(wrong))
        line = int(where[1]) if where else text.count("\n") + 1
        raise BadRules([Problem(name, line, _WHERE.sub("", str(wrong)).strip())]) from wrong
    except RecursionError as wrong:
        raise BadRules([Problem(name, 0, "is nested too deeply")]) from wrong
    sheet = Sheet(name, lines(text))
    rules = _rules(Section(sheet, (), values), directory)
    if now is not None:
        _tell_ended(sheet, rules, now)
    if sheet.problems:
        raise BadRules(sheet.problems)
    return rules


def _rules(top: Section, directory: Path) -> Rules:
    telling = sections.telling(top.section("tell"), directory)
    secret = terms_sections.secret(top.section("secret"))
    terms = terms_sections.ordinary(top, secret.terms)
    exempt = top.section("exempt")
    told = checks.told(telling.channels)
    overrides = tuple(terms_sections.override(one, terms, secret, told) for one in top.sections("override"))
    rules = Rules(
        aws=replace(sections.aws(top.section("aws")), needs_units=any(one.units for one in overrides)),
        ordinary=terms,
        exempt_group=exempt.text("group", check=checks.group_name) if exempt.has("group") else EXEMPT_GROUP,
        tags=terms_sections.tags(top.section("tags")),
        secret=secret,
        owners=sections.owners(top.section("owners"), telling.channels),
        telling=telling,
        report=sections.report(top.section("report"), directory),
        overrides=overrides,
    )
    exempt.end()
    top.end()
    return rules


def _tell_ended(sheet: Sheet, rules: Rules, now: float) -> None:
    for index, override in enumerate(rules.overrides):
        exempt = override.layer.exempt
        if exempt is not None and exempt.until <= now:
            sheet.wrong(("override", index, "exempt", "until"), "the exemption has ended: renew it, or take it out")
