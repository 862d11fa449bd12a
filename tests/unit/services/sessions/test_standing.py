"""What stands against a session is found by its lineage: the same as if every rule were held against it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from watchword.crypto.tokens import Link, Session
from watchword.domain.principal import PrincipalType
from watchword.services.sessions.addresses import ByAddress, within
from watchword.services.sessions.criteria import Criteria, read, written
from watchword.services.sessions.lineage import accounts, by_id, by_role, by_user, parts
from watchword.services.sessions.records import issued_of, session_of
from watchword.services.sessions.standing import Rule, Standing

HERE, THERE = "111122223333", "444455556666"
KEYS = ["AKIAANN", "ASIAONE", "ASIATWO", "ASIATHREE"]
NAMES = ["one", "two"]
SOURCES = ["10.0.0.0/8", "10.1.2.3/32", "0.0.0.0/0", "::ffff:10.1.0.0/112", "2001:db8::/32", "::/0", "192.0.2.0/24"]
ROLES = ["deploy", "read"]


def arn(account: str, rest: str, service: str = "sts") -> str:
    return f"arn:aws:{service}::{account}:{rest}"


asked_by = some.one_of(
    some.builds(
        lambda account, role, name: arn(account, f"assumed-role/{role}/{name}"),
        some.sampled_from([HERE, THERE]),
        some.sampled_from(ROLES),
        some.sampled_from(NAMES),
    ),
    some.sampled_from([arn(HERE, "user/ann", "iam"), arn(HERE, "root", "iam"), "provider:audience:a subject"]),
)
sessions = some.builds(
    Session,
    access_key_id=some.sampled_from(KEYS[1:]),
    type=some.sampled_from([PrincipalType.ASSUMED_ROLE, PrincipalType.USER, PrincipalType.FEDERATED_USER]),
    account=some.sampled_from([HERE, THERE]),
    unique_id=some.sampled_from(["AROADEPLOY", "AIDAANN"]),
    issuer_arn=some.just(arn(HERE, "role/deploy", "iam")),
    name=some.sampled_from(NAMES),
    issued_at=some.integers(0, 5),
    expires_at=some.integers(6, 12),
    chain=some.lists(
        some.builds(
            Link,
            asked_by,
            some.sampled_from(KEYS),
            some.sampled_from(["", "AROADEPLOY", "AIDAANN"]),
            some.sampled_from([0, 1_000_000, 3_000_000]),
        ),
        max_size=3,
    ).map(tuple),
    source_identity=some.sampled_from(["", "ann", "bob"]),
    issued_micros=some.integers(0, 3),
    instance_profile=some.sampled_from(["", "AIPAWEB"]),
)
principals: Sequence[tuple[str, ...]] = [
    (),
    (by_id("AROADEPLOY"), by_role(HERE, "deploy")),
    (by_id("AIDAANN"), by_user(arn(HERE, "user/ann", "iam"))),
]
criteria = some.builds(
    Criteria,
    access_key_ids=some.lists(some.sampled_from(KEYS[1:]), max_size=2, unique=True).map(tuple),
    issuing_key_id=some.sampled_from(["", *KEYS]),
    principals=some.sampled_from(principals),
    session_name=some.sampled_from(["", *NAMES]),
    source_identity=some.sampled_from(["", "ann"]),
    instance_profile=some.sampled_from(["", "AIPAWEB"]),
    source_ips=some.sampled_from([(), ("10.0.0.0/8",)]),
)
ends = some.builds(
    Rule,
    id=some.just("e"),
    account=some.just(HERE),
    criteria=criteria,
    at=some.integers(0, 12).map(float),
    by=some.just("ann"),
    reason=some.just(""),
    issued_before=some.integers(0, 6_000_000),
)
holds = some.builds(
    Rule,
    id=some.just("b"),
    account=some.just(HERE),
    criteria=criteria,
    at=some.just(0.0),
    by=some.just("ann"),
    reason=some.just(""),
    until=some.integers(0, 12),
)


@given(sessions, some.lists(ends, max_size=5))
def test_ends_are_found_as_by_holding_each_against_it(session: Session, rules: list[Rule]) -> None:
    naive = [rule.at for rule in rules if rule.at < session.expires_at and rule.hits(session)]
    found = Standing(rules).ended(session)
    assert (found.at if found else None) == min(naive, default=None)


@given(sessions, some.lists(holds, max_size=5), some.integers(0, 12), some.sampled_from(["10.1.2.3", "127.0.0.1", "?"]))
def test_blocks_likewise(session: Session, rules: list[Rule], now: int, source_ip: str) -> None:
    naive = any(
        rule.until is not None and rule.until > now and rule.criteria.fit_address(source_ip) and rule.hits(session)
        for rule in rules
    )
    assert (Standing(rules).blocked(session, now, source_ip) is not None) is naive


@given(sessions, criteria)
def test_what_fits_is_found_in_the_lineage(session: Session, which: Criteria) -> None:
    """The store looks for parts of the lineage, and must not miss any."""
    if which.fit(session, HERE):
        assert HERE in accounts(session)
        assert all(set(group) & set(parts(session)) for group in which.lineage())


@given(sessions, criteria)
def test_what_is_kept_is_what_was(session: Session, which: Criteria) -> None:
    assert session_of(issued_of(session)) == session
    assert read(written(which)) == which
    assert all(" " not in part for part in parts(session))


@given(sessions, criteria)
def test_more_criteria_never_fit_more(session: Session, which: Criteria) -> None:
    if which.fit(session, HERE):
        assert Criteria(session_name=which.session_name).fit(session, HERE)
        assert Criteria(principals=which.principals).fit(session, HERE)


def test_addresses() -> None:
    assert within("10.1.2.3", ["10.0.0.0/8"])
    assert within("2001:db8::1", ["10.0.0.0/8", "2001:db8::/32"])
    assert not within("192.0.2.1", ["10.0.0.0/8", "2001:db8::/32"])
    assert within("not an address", ["10.0.0.0/8"]), "refused rather than let through"


@given(
    some.lists(some.lists(some.sampled_from(SOURCES), min_size=1, max_size=4), max_size=6),
    some.sampled_from(["10.1.2.3", "10.1.2.4", "192.0.2.1", "::ffff:10.1.2.3", "2001:db8::1", "::1", "?"]),
)
def test_what_is_filed_by_addresses_is_found_as_by_holding_each_against_it(
    sources: list[list[str]], address: str
) -> None:
    filed: ByAddress[int] = ByAddress()
    for number, some_sources in enumerate(sources):
        filed.file(some_sources, number)
    naive = {number for number, some_sources in enumerate(sources) if within(address, some_sources)}
    assert set(filed.about(address)) == naive


def test_an_address_in_the_clothes_of_the_other_version() -> None:
    assert within("::ffff:10.1.2.3", ["10.0.0.0/8"])
    assert within("10.1.2.3", ["::ffff:10.0.0.0/104"])
    assert not within("10.1.2.3", ["::/0"])


PARENT = Link(arn(HERE, "assumed-role/deploy/parent"), "ASIAPARENT", "AROADEPLOY", 5_000_000)
ANN = Link(arn(HERE, "user/ann", "iam"), "AKIAANN", "AIDAANN")


def issued(at: int, *chain: Link, **more: Any) -> Session:
    role = arn(THERE, "role/far", "iam")
    return Session("ASIAX", PrincipalType.ASSUMED_ROLE, THERE, "AROAFAR", role, "x", at, at + 900, chain, **more)


@pytest.mark.parametrize(
    ("meant", "session", "hit"),
    [
        (Criteria(principals=(by_role(HERE, "deploy"),)), issued(7, ANN, PARENT), True),
        (Criteria(session_name="parent"), issued(7, ANN, PARENT), True),
        (Criteria(issuing_key_id="AKIAANN"), issued(7, ANN, PARENT), True),
        (Criteria(issuing_key_id="ASIAPARENT"), issued(7, ANN, PARENT), False),
        (Criteria(principals=(by_id("AIDAANN"),)), issued(7, ANN), False),
        (Criteria(source_identity="ann"), issued(7, ANN, PARENT, source_identity="ann"), False),
        (
            Criteria(source_identity="ann"),
            issued(7, ANN, PARENT, source_identity="ann", source_identity_since=5_000_000),
            True,
        ),
        (Criteria(instance_profile="AIPAWEB"), issued(7, ANN, PARENT, instance_profile="AIPAWEB"), False),
        (
            Criteria(instance_profile="AIPAWEB"),
            issued(7, ANN, PARENT, instance_profile="AIPAWEB", instance_profile_since=5_000_000),
            True,
        ),
        (Criteria(), issued(7, ANN, PARENT), True),
        (Criteria(), issued(7, ANN), False),
    ],
)
def test_what_an_ended_session_is_still_given_is_ended_with_it(meant: Criteria, session: Session, *, hit: bool) -> None:
    """An end at 6: of the parent, issued at 5, and of its child at 7; not of what ann herself asked for at 7."""
    end = Rule("e", HERE, meant, 6.0, "ann", "", issued_before=6_000_000)
    assert (Standing([end]).ended(session) is not None) is hit


def test_a_user_is_found_under_its_new_name() -> None:
    renamed = Criteria(principals=(by_id("AIDAANN"), by_user(arn(HERE, "user/anna", "iam"))))
    assert renamed.fit(issued(7, ANN), HERE)
