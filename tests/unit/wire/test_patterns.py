from __future__ import annotations

import re
import sys
import time
import unicodedata
import warnings

import pytest

from watchword.wire.model import read_model
from watchword.wire.patterns import SEPARATORS, matcher, translated

PLANNED = ("sts", "iam", "secretsmanager", "organizations", "cloudtrail", "rolesanywhere", "acm-pca", "watchword")
IN_USE = sorted(
    {(s.pattern, int(s.max or 4096)) for name in PLANNED for s in read_model(name).shapes.values() if s.pattern}
)


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        (r"[\w+=,.@-]*", ["", "a_9+=,.@-"], ["é", "a b", "a\n", "٣"]),
        (r"[\d]*", ["12"], ["٣"]),
        (r"\d{12}", ["123456789012"], ["12345678901", "123456789012\n"]),
        (r"[\p{L}\p{Z}\p{N}_.:/=+\-@]+", ["é ٣_ 中-@", "\u2003"], ["", "!", "a\t", "́", "€"]),
        (r"^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$", ["", "a"], ["a\n", "#"]),
        (r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+", ["é́€_!1"], [" ", "\t", ""]),
        (r"[^_\p{Z}]", ["a"], ["_", " ", "\u2003"]),
        (r"\p{L}\p{N}?", ["a", "é1"], ["1"]),
        (r"[\u0020-\u00FF]+", ["aé"], ["\n", "Ā"]),
        (
            r"[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+",
            ["a\n\U0001f600"],
            ["\0", "\ufffe"],
        ),
        (r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\t]*", ["\U0001f600\t"], ["\n"]),
        (r".*", ["a"], ["a\n", "\u2028"]),
        (r"(?s).*", ["a\n\u2028"], []),
        (r"[\s\S]*", ["a\n \u2028\U0001f600"], []),
        (r"[\S]+", ["aé"], ["a b", "\t"]),
        (r"[\w-.]+", ["a-."], ["a,"]),
        (r"[\x21\x23-\x5B\x5D-\x7E]+", ["!a"], ['"', "\\"]),
        (r"^(r-[0-9a-z]{4,32})|(\d{12})$", ["r-abcd", "123456789012"], ["r-abcd!", "x123456789012"]),
    ],
)
def test_patterns_mean_what_java_means(pattern: str, yes: list[str], no: list[str]) -> None:
    matches = matcher(pattern)
    assert [text for text in yes if not matches(text)] == []
    assert [text for text in no if matches(text)] == []


@pytest.mark.parametrize("pattern", ["[a[b]]", "[a-z&&[b]]", "[a"])
def test_what_has_no_translation_is_told(pattern: str) -> None:
    with pytest.raises(ValueError, match="class"):
        matcher(pattern)


def test_separators_are_those_of_unicode() -> None:
    every = map(chr, range(sys.maxunicode + 1))
    known = re.compile(f"[{SEPARATORS}]")
    assert all(bool(known.match(c)) == (unicodedata.category(c)[0] == "Z") for c in every)


@pytest.mark.parametrize(("pattern", "longest"), IN_USE)
def test_no_pattern_takes_long(pattern: str, longest: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        matches = re.compile(translated(pattern)).fullmatch
    size = min(longest, 100_000)
    seeds = ["a", "/", "/a", ":", "1", "A+", "arn:aws:iam:", "arn:aws-a:rolesanywhere:", "r-aaaa/", "-", "a-", ".1"]
    start = time.process_time()
    for seed in seeds:
        for end in ("", "\x00", "!"):
            matches((seed * size)[: size - 1] + end)
    assert time.process_time() - start < 2
