from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.unit.rotation.telling import scenes
from tests.unit.rotation.telling.scenes import ACCOUNT, NOW
from watchword.rotation.ledger import RunSummary
from watchword.rotation.reporting import FORMATS, render
from watchword.rotation.reporting.contents import bands
from watchword.rotation.reporting.table import guarded
from watchword.rotation.results import Mode
from watchword.rotation.rules.shapes import Reporting
from watchword.rotation.terms import DAY

HISTORY = (RunSummary("run-0", Mode.PLAN, "daily", NOW - DAY, NOW - DAY + 60, 2, 0, 28, 4, 0),)


def report(form: str, **values: Any) -> str:
    return render(scenes.many_things(), form, history=HISTORY, **values)


class Page(HTMLParser):
    """Collects what a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_a_page_needs_nothing_else_and_runs_nothing() -> None:
    page = Page(report("html"))
    names = {tag for tag, _ in page.tags}
    assert not names & {"script", "link", "img", "iframe", "object", "form"}
    attributes = {name for _, attrs in page.tags for name in attrs}
    assert not [name for name in attributes if name.startswith("on") or name in {"src", "href", "style"}]
    [policy] = [a["content"] for t, a in page.tags if t == "meta" and a.get("http-equiv") == "Content-Security-Policy"]
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")


def test_a_page_says_it_all() -> None:
    text = report("html", reporting=Reporting(title="Keys of <us>"))
    assert "<title>Keys of &lt;us&gt;</title>" in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    for said in (
        "AKIAEXAMPLEAPP000019", "Accounts that failed", "cannot be assumed", "both may be in use", "1.0 hours old",
        "run-0", "root access key", "90 days or older",
    ):  # fmt: skip
        assert said in text, said


def test_the_histogram_counts_active_keys_in_bands_and_marks_the_thresholds() -> None:
    text = report("html")
    found = re.search(r"<svg.*</svg>", text)
    assert found is not None
    svg = ET.fromstring(found[0])
    texts = ["".join(one.itertext()) for one in svg.iter() if one.tag.endswith("text")]
    assert {"replace 90", "deactivate 100", "delete 110", "limit 180"} <= set(texts)
    assert len([one for one in svg.iter() if one.tag.endswith("rect")]) == 6


@pytest.mark.parametrize(("days", "place"), [(0, 0), (29.9, 0), (30, 1), (364, 4), (365, 5), (5000, 5)])
def test_which_band_a_key_is_in(days: float, place: int) -> None:
    found = bands([scenes.line(created=NOW - days * DAY)], (30, 60, 90, 180, 365), NOW)
    assert [band.keys for band in found] == [int(one == place) for one in range(6)]


def test_a_table_has_a_row_for_each_key_and_no_formula() -> None:
    rows = list(csv.DictReader(io.StringIO(report("csv"))))
    assert len(rows) == 28
    [broken] = [row for row in rows if row["user"] == "broken"]
    assert broken["access_key_id"] == "AKIAEXAMPLEIIIIIIIII"
    assert broken["age_days"] == "99"
    assert broken["findings"] == "key-too-old"
    evil = scenes.line("=cmd|' /C calc'!A0", note="@SUM(A1)", account_name="+1")
    [row] = csv.DictReader(io.StringIO(render(scenes.run(evil), "csv")))
    assert (row["user"], row["note"], row["account_name"]) == ("'=cmd|' /C calc'!A0", "'@SUM(A1)", "'+1")


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@A1", "\t=1", "\r=1"])
def test_what_would_be_a_formula_is_guarded(text: str) -> None:
    assert guarded(text) == f"'{text}"


def test_a_document_is_complete() -> None:
    whole = json.loads(report("json"))
    assert whole["format"] == "watchword-rotation-report/1"
    assert set(whole) == {"format", "run", "counts", "ages", "accounts", "keys", "others", "findings", "history"}
    assert whole["counts"]["unreachable"] == 1
    assert sum(band["keys"] for band in whole["ages"]) == 28
    assert whole["accounts"][0]["report_at"] == "2027-01-15T07:00:00Z"


def test_sarif_has_what_its_schema_demands() -> None:
    """Source: SARIF 2.1.0, 3.13 (log), 3.14 (run), 3.19 (driver), 3.27 (result), 3.33 (logical location)."""
    log = json.loads(report("sarif"))
    assert log["version"] == "2.1.0"
    [run] = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert run["invocations"][0]["executionSuccessful"] is False
    assert len(run["invocations"][0]["toolExecutionNotifications"]) == 2
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in {"none", "note", "warning", "error"}
        assert result["message"]["text"]
        assert result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"]
    names = {one["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] for one in run["results"]}
    assert f"arn:aws:iam::{ACCOUNT}:user/broken" in names
    prints = [one["partialFingerprints"]["watchwordKey/v1"] for one in run["results"]]
    assert len(set(prints)) == len(prints)


def test_ocsf_has_what_its_class_demands() -> None:
    """Source: schema.ocsf.io 1.3.0, compliance_finding: its required attributes, and those of the cloud profile."""
    lines = report("ocsf").splitlines()
    assert len(lines) == len(json.loads(report("json"))["findings"])
    for line in lines:
        event = json.loads(line)
        assert event["class_uid"] == 2003
        assert event["type_uid"] == event["class_uid"] * 100 + event["activity_id"]
        assert event["category_uid"] == 2
        assert {"activity_id", "time", "severity_id", "metadata", "finding_info", "compliance", "cloud"} <= set(event)
        assert {"version", "product"} <= set(event["metadata"])
        assert {"title", "uid"} <= set(event["finding_info"])
        assert event["compliance"]["standards"]
        assert event["cloud"]["provider"] == "AWS"
        assert 1 <= event["severity_id"] <= 5


def test_partitions_are_told_as_they_are() -> None:
    line = scenes.line(arn=f"arn:aws-us-gov:iam::{ACCOUNT}:user/x", created=NOW - 99 * DAY)
    event = json.loads(render(scenes.run(line), "ocsf"))
    assert event["resources"][0]["cloud_partition"] == "aws-us-gov"


@pytest.mark.parametrize("form", FORMATS)
def test_a_run_that_found_nothing_is_a_report_too(form: str) -> None:
    assert isinstance(render(scenes.run(), form), str)


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match="not as `pdf`"):
        report("pdf")
