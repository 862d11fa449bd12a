"""The rules file: what stands in it holds; what is wrong in it is told, all of it, with its line."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

import watchword.rotation.rules as room
from watchword.rotation.rules import BadRules, Rules, read_rules
from watchword.rotation.rules.shapes import Channel, Smtp, Tls
from watchword.rotation.terms import DAY, Keep, Response

A_PRINCIPAL = "the ARN of one user or role, such as `arn:{partition}:iam::{account}:role/reader`"
A_DATE = "a date, such as 2027-01-31, or an instant with its offset"
EACH_LONGER = "each must be longer than the one before"
MATCHES = "`accounts`, `units`, `users`, `paths` or `tags`"
EXAMPLE = Path(room.__file__).parent / "example.toml"


def problems(text: str, now: float | None = None) -> list[str]:
    with pytest.raises(BadRules) as told:
        read_rules(text, now=now)
    assert str(told.value) == "\n".join(map(str, told.value.problems))
    return [str(problem) for problem in told.value.problems]


def test_the_example_says_what_holds_without_a_file() -> None:
    assert read_rules(EXAMPLE) == Rules() == read_rules("")


def test_what_the_example_suggests_can_be_read(tmp_path: Path) -> None:
    """Every line that stands there as a comment holds once the comment is lifted."""
    setting = re.compile(r"^# ?((?:\[\[?)?[\w.-]+(?:\]\]?| =).*)$")
    kept = []
    for line in EXAMPLE.read_text().splitlines():
        match = setting.match(line)
        kept.append(match[1] if match else line)
    text = "\n".join(kept)
    file = tmp_path / "mine.toml"
    file.write_text(text)
    rules = read_rules(file)
    assert rules.aws.units == ("ou-ab12-cd34efgh",)
    assert rules.aws.external_id == "8f1c6f0a"
    assert rules.telling.smtp == Smtp("smtp.example.com", user="rotation", password_env="SMTP_PASSWORD")
    assert rules.telling.channels == {"payments-slack": Channel("payments-slack", url_env="PAYMENTS_SLACK_URL")}
    assert rules.telling.templates == tmp_path / "templates"
    assert rules.report.directory == tmp_path / "reports"
    assert rules.owners.map == {"payments": ("payments@example.com", "payments-slack")}
    assert [override.layer.replace for override in rules.overrides] == [30 * DAY, None, None]
    assert rules.overrides[2].source.startswith("mine.toml:")


def test_every_problem_is_told_at_once_with_its_line() -> None:
    text = """\
[aws]
role_nam = "X"
accounts = ["12345", "111122223333"]
concurrency = "many"
endpoint_url = "localhost:4567"

[ages]
replace = 120
warn = [14, 0]

[secret]
keep = "central"
readers = ["arn:aws:s3:::bucket"]

[[override]]
ages = { replace = 30, deactivate = 20 }
exempt = { until = "soon" }
[nonsense]
"""
    assert problems(text) == [
        f"rules.toml:{line}: {words}"
        for line, words in (
            (2, "`aws.role_nam` is no setting; `aws.role_name` is"),
            (3, "`aws.accounts` must be an account number of 12 digits, and is `12345`"),
            (4, "`aws.concurrency` must be a number"),
            (5, "`aws.endpoint_url` must be an http or https URL, and is `localhost:4567`"),
            (9, "`ages.warn` must be a list of at most 12 whole numbers of days"),
            (12, "`secret.keep` is `central`, which needs `secret.central_account`"),
            (12, "`secret.keep` is `central`, which needs a customer key: `kms_key`"),
            (13, f"`secret.readers` must be {A_PRINCIPAL}, and is `arn:aws:s3:::bucket`"),
            (15, f"`override.users` or another match must be given: {MATCHES}"),
            (16, "a key is replaced after 30, deactivated after 20 and deleted after 30 days: " + EACH_LONGER),
            (17, "`override.exempt.reason` must say why: nobody is exempt without a reason"),
            (17, f"`override.exempt.until` must be {A_DATE}: nobody is exempt for ever"),
            (18, "`nonsense` is no setting"),
        )
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[aws]\nregion = 'moon'", "must be a region"),
        ("[aws]\naccounts = []", 'must be "organization" or a list'),
        ("[aws]\naccounts = 'all'", "12 digits"),
        ("[aws]\nskip = [1]", "must be a list of texts"),
        ("[aws]\nassume_in_management = 1", "must be true or false"),
        ("[aws]\ncalls_per_second = 0", "must be from 0.1 to 1000"),
        ("[aws]\nconcurrency = 1.5", "must be a whole number"),
        ("[aws]\nconcurrency = true", "must be a number"),
        ("[aws]\naccount_tags = { a = 1 }", "`aws.account_tags.a` must be a text"),
        ("[aws]\nunits = ['ou-x']", "the id of a unit or root"),
        ("[aws]\nrole_path = 'x'", "begins and ends with `/`"),
        ("aws = 1", "`aws` must be a table"),
        ("[ages]\ndeactivate = 90", "each must be longer"),
        ("[ages]\nlimit = 95", "the limit of 95 days is shorter"),
        ("[ages]\nreplace = 0", "must be from 1 to 3650"),
        ("[ages]\nreplace = 10\nwarn = [14]", "a warning cannot come before the key itself"),
        ("[unused]\nresponse = 'forget'", "must be one of `report`, `deactivate`, `replace`"),
        ("[secret]\nreaders = ['arn:aws:iam::111122223333:root']", "must be the ARN of one user or role"),
        ("[secret]\nreaders = ['arn:aws:iam::111122223333:role/*']", "must be the ARN of one user or role"),
        ("[tags]\nheed = ['owners']", "must be one of"),
        ("[tags]\nminimum_days = 0", "must be from 1"),
        ("[secret]\nname = 'x'", "must hold `{user}`"),
        ("[secret]\nname = '{user}{x}'", "must hold `{user}`"),
        ("[secret]\nname = '{user} {account}'", "may hold only letters"),
        ("[secret]\ncentral_account = '111122223333'\nname = '{user}'", "must hold `{account}`"),
        ("[secret]\nkms_key = 'no key'", "must be a KMS key"),
        ("[owners]\nfallback = ['nobody']", "must be a mail address or a channel"),
        ("[owners.map]\nteam = ['x y@example.com']", "must be a mail address or a channel"),
        ("[tell]\nadmins = ['a@example.com\\nBcc: x@example.com']", "must be a mail address or a channel"),
        ("[tell.smtp]\nport = 25", "`tell.smtp.host` must be given"),
        ("[tell.smtp]\nhost = 'x'", "`tell.from` must be given"),
        ("[tell]\nfrom='a@example.com'\n[tell.smtp]\nhost = 'x'\npassword = 's'", "does not belong in this file"),
        ("[tell]\nfrom='a@example.com'\n[tell.smtp]\nhost = 'x'\nuser = 's'", "belong together"),
        (
            "[tell]\nfrom='a@example.com'\n[tell.smtp]\nhost='x'\nuser='s'\npassword_env='P'\ntls='none'",
            "must not be `none`",
        ),
        ("[tell]\nfrom='a@example.com'\n[tell.smtp]\nhost='x'\n[tell.ses]", "cannot both be given"),
        ("[tell.channels]\nx = { url = 'slack://' }", "is a secret and does not belong"),
        ("[tell.channels]\nx = {}", "`url_file` must be given"),
        ("[tell.channels]\n'a b' = { url_env = 'X' }", "is no name for a channel"),
        ("[report]\nbands = [30, 10]", "each larger"),
        ("[report]\nformats = ['pdf']", "must be one of"),
        ("override = 1", "must be tables"),
        ("override = [1]", "must be tables"),
        ("[[override]]\nusers = ['a b']", "a user's name"),
        ("[[override]]\npaths = ['vendors']", "a user's path"),
        ("[[override]]\nusers=['x']\nsecret = { keep = 'central' }", "needs `secret.central_account`"),
        ("[[override]]\nusers=['x']\nexempt = { until = 2027-01-31T00:00:00, reason = 'x' }", "with its offset"),
        ("[ages\n", "Expected"),
        ("a = 1\na = 2", "Cannot overwrite"),
    ],
)
def test_what_cannot_be_followed_is_refused(text: str, words: str) -> None:
    told = problems(text)
    assert any(words in one for one in told), told
    assert all(re.match(r"rules\.toml:\d+: ", one) for one in told)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadRules, match=r"missing\.toml: cannot be read"):
        read_rules(tmp_path / "missing.toml")
    (tmp_path / "latin.toml").write_bytes(b'title = "\xe9"')
    with pytest.raises(BadRules, match=r"latin\.toml: cannot be read"):
        read_rules(tmp_path / "latin.toml")


def test_an_exemption_that_has_ended_is_refused_where_the_day_is_told() -> None:
    text = "[[override]]\nusers = ['x']\nexempt = { until = 2027-01-31, reason = 'a trial' }\n"
    day = datetime(2027, 1, 31, tzinfo=UTC).timestamp()
    exempt = read_rules(text, now=day + DAY - 1).overrides[0].layer.exempt
    assert exempt is not None
    assert (exempt.until, exempt.reason, exempt.source) == (day + DAY, "a trial", "rules.toml:1")
    assert read_rules(text).overrides[0].layer.exempt == exempt
    assert problems(text, now=day + DAY) == ["rules.toml:3: the exemption has ended: renew it, or take it out"]


def test_values_arrive() -> None:
    rules = read_rules(
        """
[aws]
accounts = ["111122223333"]
units = "r-ab12"
[ages]
replace = 30
[unused]
after = 45
response = "deactivate"
[never_used]
after = 0
[exempt]
group = ""
[secret]
keep = "central"
central_account = "999988887777"
kms_key = "arn:{partition}:kms:eu-west-1:999988887777:key/8a1b2c3d-0000-1111-2222-333344445555"
regions = ["eu-central-1"]
[tell]
from = "Rotation <r@example.com>"
[tell.smtp]
host = "127.0.0.1"
tls = "tls"
"""
    )
    terms = rules.ordinary
    assert (terms.replace_after, terms.overlap, terms.recovery, terms.limit) == (
        30 * DAY,
        10 * DAY,
        10 * DAY,
        120 * DAY,
    )
    assert (terms.unused_after, terms.unused, terms.never_used_after) == (45 * DAY, Response.DEACTIVATE, None)
    assert rules.exempt_group == ""
    assert rules.aws.units == ("r-ab12",)
    assert (rules.secret.keep, terms.secret.keep, terms.secret.regions) == (
        Keep.CENTRAL,
        Keep.CENTRAL,
        ("eu-central-1",),
    )
    assert rules.telling.smtp is not None
    assert (rules.telling.smtp.port, rules.telling.smtp.tls) == (465, Tls.TLS)
    assert not rules.aws.needs_units
    assert read_rules("[[override]]\nunits = ['r-ab12']\n").aws.needs_units
