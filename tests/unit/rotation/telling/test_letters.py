from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from tests.unit.rotation.telling import scenes
from tests.unit.rotation.telling.scenes import ANN, NOW
from watchword.rotation.results import Run
from watchword.rotation.steps import Do, Why
from watchword.rotation.telling import BadTemplate, digests, letters
from watchword.rotation.telling.letters import NAMES, Letter, Letters
from watchword.rotation.telling.news import WARN

NOTHING = digests.Record({}, {})


def digest(run: Run | None = None) -> digests.Digest:
    run = run or scenes.many_things()
    [owner] = [one for one in digests.by_owner(run, ()) if one.to == ANN]
    entries = digests.entries_of(run, owner, NOTHING, WARN, NOW)
    return digests.digest(run, ANN, entries, {}, NOW)


def written(folder: Path | None = None) -> Letter:
    return Letters(folder).digest(digest())


def test_values_are_escaped_in_html_and_call_nobody_in_a_chat() -> None:
    letter = written()
    assert "<script>" not in letter.html
    assert "&lt;script&gt;" in letter.html
    assert "R&amp;D &lt;b&gt;&#34;East&#34;" in letter.html
    assert "<script>" in letter.text
    assert "<" not in letter.chat


def test_a_long_list_is_cut_with_a_count() -> None:
    lines = [scenes.line(key=f"AKIAEXAMPLE{n:09}", do=Do.BLOCKED, why=Why.TWO_KEYS) for n in range(500)]
    letter = Letters(None).digest(digest(scenes.run(*lines)))
    for text in (letter.text, letter.html):
        assert text.count("AKIAEXAMPLE") <= digests.MOST + 1
        assert "and 460 more" in text
    assert "and 492 more" in letter.chat


def test_a_template_of_the_rules_replaces_the_one_of_its_name(tmp_path: Path) -> None:
    (tmp_path / "digest.txt.j2").write_text("{% for part in digest.shown %}{{ part.part }} {% endfor %}")
    letter = written(tmp_path)
    assert letter.text == "asked ahead blocked "
    assert letter.html == written().html


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("one\n{{ digest.nothing }}", 2, "has no attribute 'nothing'"),
        ("one\n\n{{ nothing }}", 3, "'nothing' is undefined"),
        ("{% if %}", 1, "Expected an expression"),
        ("one\n{{ 1 // 0 }}", 2, "ZeroDivisionError"),
        ("{{ digest.__class__.__mro__ }}", 1, "SecurityError"),
        ("{% include '../secret' %}", 1, "TemplateNotFound"),
    ],
)
def test_a_bad_template_is_told_with_its_file_and_line(tmp_path: Path, text: str, line: int, problem: str) -> None:
    (tmp_path / "digest.txt.j2").write_text(text)
    with pytest.raises(BadTemplate, match=r"digest\.txt\.j2") as caught:
        written(tmp_path)
    assert (caught.value.file, caught.value.line) == (str(tmp_path / "digest.txt.j2"), line)
    assert problem in str(caught.value)


@pytest.mark.parametrize("name", NAMES)
def test_every_template_is_read_before_anything_is_sent(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("{% endif %}")
    with pytest.raises(BadTemplate, match="endif"):
        Letters(tmp_path).check()


def test_messages_are_made_of_a_run_alone() -> None:
    """In a run there is no secret, so there is none in what is made of nothing else."""
    taken = {
        name: [one.annotation for one in inspect.signature(made).parameters.values()][1:]
        for name, made in inspect.getmembers(letters.Letters, inspect.isfunction)
        if name in {"digest", "summary"}
    }
    assert taken == {"digest": ["Digest"], "summary": ["Summary"]}
    assert str(inspect.signature(digests.summary).parameters["run"].annotation) == "Run"
    assert "Secret" not in inspect.getsource(letters) + inspect.getsource(digests)


def test_subjects_are_one_line() -> None:
    letter = Letters(None).summary(digests.summary(scenes.many_things(), []))
    assert letter.subject == "Key rotation: 2 accounts, 1 replaced, 4 to be looked at, 2 failed"
    assert "\n" not in letter.subject
