"""What holds for a user: overrides over what is ordinary, the user's own tags over both, and nothing by a guess."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from watchword.rotation.ledger import Exempted
from watchword.rotation.rules import Rules, read_rules
from watchword.rotation.seen import Account, User
from watchword.rotation.terms import DAY, Exemption, Keep, Terms

ACCOUNT = Account("111122223333", "one", "contact@example.com", parents=("r-ab12", "ou-ab12-11111111"))


def user(name: str = "ann", path: str = "/", **tags: str) -> User:
    named = {name.replace("_", "-") if not name.startswith("own") else name: value for name, value in tags.items()}
    arn = f"arn:aws-cn:iam::{ACCOUNT.id}:user{path}{name}"
    return User(ACCOUNT.id, "AIDAX", name, arn, path, tags={f"watchword:{key}": value for key, value in named.items()})


def terms(text: str, of: User, *exemptions: Exempted) -> Terms:
    return read_rules(text).terms(ACCOUNT, of, exemptions)


def ages(found: Terms) -> tuple[float, ...]:
    return tuple(length / DAY for length in (found.replace_after, found.overlap, found.recovery, found.limit))


def test_later_overrides_lie_over_earlier_ones() -> None:
    text = """
[[override]]
accounts = ["111122223333"]
ages = { replace = 60 }
[[override]]
units = ["ou-ab12-11111111"]
ages = { delete = 120 }
[[override]]
users = ["ci-*"]
paths = ["/machines/*"]
ages = { replace = 30, warn = [29, 3] }
hand_off = true
"""
    assert ages(terms(text, user())) == (60, 10, 50, 150)
    assert ages(terms(text, user("ci-1"))) == (60, 10, 50, 150)
    machine = terms(text, user("ci-1", "/machines/"))
    assert ages(machine) == (30, 10, 50, 120)
    assert machine.hand_off
    assert machine.warn == (29 * DAY, 3 * DAY)
    assert ages(Rules().terms(ACCOUNT, user())) == (90, 10, 10, 180)


def test_an_override_by_tag_fits_whatever_the_case_of_its_name() -> None:
    text = "[[override]]\ntags = { Watchword-Kind = 'vendor*' }\nhand_off = true\n"
    tagged = User(ACCOUNT.id, "AIDAX", "x", "arn:aws:iam::1:user/x", tags={"watchword-kind": "vendor-7"})
    assert read_rules(text).terms(ACCOUNT, tagged).hand_off
    assert not terms(text, user()).hand_off


TRUSTED = """
[tags]
heed = [
  "replace-after", "deactivate-after", "delete-after", "owner", "channel", "secret", "exempt-until", "exempt-reason",
  "hand-off",
]
lengthen = true
"""
"""Where only administrators may tag users."""


def test_a_user_does_not_get_out_of_a_rotation_by_its_own_tags() -> None:
    own = user(
        replace_after="3650", deactivate_after="3650", exempt_until="9998-12-31", exempt_reason="mine",
        hand_off="true", secret="central",
    )  # fmt: skip
    assert terms("", own) == terms("", user())
    assert ages(terms("", user(replace_after="45"))) == (45, 10, 10, 135)
    assert ages(terms(TRUSTED, user(replace_after="120"))) == (120, 10, 10, 210)


def test_tags_of_the_user_have_the_last_word() -> None:
    text = TRUSTED + "[[override]]\nusers = ['*']\nages = { replace = 60 }\n"
    found = terms(text, user(replace_after="45", delete_after="80", hand_off="true"))
    assert ages(found) == (45, 10, 25, 135)
    assert found.hand_off
    assert found.faults == ()


@pytest.mark.parametrize(
    ("tags", "fault"),
    [
        ({"replace_after": "soon"}, "tag `watchword:replace-after`: `soon` is no number of days from 30 to 3650"),
        ({"replace_after": "29"}, "tag `watchword:replace-after`: `29` is no number of days from 30 to 3650"),
        ({"replace_after": "²"}, "tag `watchword:replace-after`: `²` is no number of days from 30 to 3650"),
        ({"deactivate_after": "-1"}, "tag `watchword:deactivate-after`: `-1` is no number of days from 1 to 3650"),
        ({"deactivate_after": "40"}, "a key is replaced after 90, deactivated after 40 and deleted after 50 days: "),
        ({"secret": "here"}, "tag `watchword:secret`: `here` is neither `member` nor `central`"),
        ({"secret": "central"}, "the rules name no central account and customer key for its secret"),
        ({"hand_off": "1"}, "tag `watchword:hand-off`: `1` is neither `true` nor `false`"),
        ({"owner": "Jane Doe"}, "tag `watchword:owner`: `Jane Doe` is no mail address, and the rules map it to nobody"),
        ({"channel": "nowhere"}, "tag `watchword:channel`: the rules know no channel `nowhere`"),
        ({"exempt_until": "2027-01-31"}, "an exemption needs both `exempt-until` and `exempt-reason`"),
        ({"exempt_reason": "a trial"}, "an exemption needs both `exempt-until` and `exempt-reason`"),
        ({"exempt_until": "ever", "exempt_reason": "x"}, "tag `watchword:exempt-until`: `ever` is no date such as"),
        ({"replace-aftr": "30"}, "tag `watchword:replace-aftr` means nothing"),
    ],
)
def test_what_a_tag_cannot_mean_is_a_fault(tags: dict[str, str], fault: str) -> None:
    found = terms(TRUSTED, user(**tags))
    assert len(found.faults) == 1
    assert found.faults[0].startswith(fault)
    assert ages(found) == (90, 10, 10, 180)
    assert found.exempt is None


def test_tags_that_are_not_heeded_change_nothing() -> None:
    found = terms(
        "[tags]\nheed = ['owner']\n", user(exempt_until="2027-01-31", exempt_reason="mine", replace_after="x")
    )
    assert found == terms("", user())


def test_an_exemption_by_tag_ends_with_its_day() -> None:
    found = terms(TRUSTED, user(exempt_until="2027-01-31", exempt_reason="a trial"))
    assert found.exempt == Exemption(datetime(2027, 2, 1, tzinfo=UTC).timestamp(), "a trial", "tag")


def test_the_exemption_that_lasts_longest_counts() -> None:
    text = "[[override]]\nusers = ['ann']\nexempt = { until = 2027-01-31, reason = 'by rule' }\n"
    later = datetime(2028, 1, 1, tzinfo=UTC).timestamp()
    others = [
        Exempted("999988887777", "ann", later, "other account", "x"),
        Exempted(ACCOUNT.id, "bob", later, "b", "x"),
    ]
    by_rule = terms(text, user(), *others).exempt
    assert by_rule is not None
    assert by_rule.source == "rules.toml:1"
    assert terms(text, user(), *others, Exempted(ACCOUNT.id, "ann", later, "by me", "kim")).exempt == Exemption(
        later, "by me", "kim"
    )
    assert terms(text, user(), Exempted(ACCOUNT.id, "ann", 5.0, "past", "kim")).exempt == by_rule


def test_owners_are_found_by_tag_map_contact_and_fallback() -> None:
    text = """
[owners]
tags = ["Team", "owner"]
fallback = ["admin@example.com"]
[owners.map]
payments = ["pay@example.com", "slack"]
[tell.channels]
slack = { url_env = "SLACK" }
"""
    rules = read_rules(text)

    def owners(tags: dict[str, str], account: Account = ACCOUNT) -> tuple[str, ...]:
        return rules.terms(account, User(account.id, "A", "x", "arn:aws:iam::1:user/x", tags=tags)).owners

    assert owners({"team": "payments", "owner": "x@example.com"}) == ("pay@example.com", "slack")
    assert owners({"owner": "x@example.com y@example.com"}) == ("x@example.com", "y@example.com")
    assert owners({"owner": "Jane Doe"}) == ("contact@example.com",)
    assert owners({}, Account("111122223333")) == ("admin@example.com",)
    assert owners({"watchword:owner": "payments", "watchword:channel": "slack"}) == ("pay@example.com", "slack")


def test_arns_in_the_rules_serve_every_account_and_partition() -> None:
    text = """
[secret]
kms_key = "arn:{partition}:kms:cn-north-1:{account}:alias/rotation"
readers = ["arn:{partition}:iam::{account}:role/deploy"]
"""
    secret = terms(text, user()).secret
    assert secret.kms_key == "arn:aws-cn:kms:cn-north-1:111122223333:alias/rotation"
    assert secret.readers == ("arn:aws-cn:iam::111122223333:role/deploy",)
    assert secret.keep is Keep.MEMBER


def test_bounds_are_the_soonest_that_anything_can_come() -> None:
    def bounds(text: str, name: str = "ann") -> tuple[float, ...]:
        found = read_rules(text).bounds(ACCOUNT, name, "/")
        return tuple(-1.0 if one is None else one / DAY for one in (found.age, found.unused, found.never_used))

    unheeded = "[tags]\nheed = []\n"
    assert bounds("") == (16, -1, 16)
    assert bounds("[tags]\nminimum_days = 90\n") == (76, -1, 16)
    assert bounds(unheeded) == (76, -1, 16)
    assert bounds(unheeded + "[unused]\nafter = 45\n[never_used]\nafter = 0\n") == (76, 31, -1)
    by_name = unheeded + "[[override]]\nusers = ['ci-*']\nages = { replace = 30 }\n"
    assert bounds(by_name) == (76, -1, 16)
    assert bounds(by_name, "ci-1") == (16, -1, 16)
    by_tag = unheeded + "[[override]]\ntags = { x = 'y' }\nages = { replace = 40 }\n"
    assert bounds(by_tag) == (26, -1, 16)
    longer = unheeded + "[[override]]\ntags = { x = 'y' }\nages = { replace = 400 }\n"
    assert bounds(longer) == (76, -1, 16)
    exempt = unheeded + "[[override]]\nusers = ['ann']\nexempt = { until = 2027-01-31, reason = 'x' }\n"
    assert bounds(exempt) == (0, -1, 16)
