"""Secrets in the store: each in its region, gone when its time has come, and pruned with all that is its own."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import func, select

from tests.support.stores import ACCOUNT, NOW, StoreInHand
from watchword.store import schema, secret_labels, secret_replicas, secret_tags, secret_versions, secrets
from watchword.store.secret_replicas import FAILED, IN_SYNC, Replica
from watchword.store.secret_versions import Version
from watchword.store.secrets import Order, Place, Secret
from watchword.store.tx import Tx

EAST, WEST = "us-east-1", "us-west-2"


def secret(name: str = "s", region: str = EAST, at: int = NOW) -> Secret:
    return Secret(f"arn:{region}:{name}", ACCOUNT, region, name, created_at=at, changed_at=at)


def version(number: int, arn: str = "arn:us-east-1:s", at: int = NOW) -> Version:
    return Version(arn, f"v{number:03}", b"sealed", is_binary=False, kms_key_id=None, created_at=at)


def whole(tx: Tx, one: Secret) -> None:
    secrets.add(tx, one)
    secret_versions.add(tx, version(1, one.arn))
    secret_labels.put(tx, one.arn, {"AWSCURRENT": "v001"})
    secret_tags.put(tx, one.arn, {"Team": "blue", "team": "red"})
    secret_replicas.put(tx, one.arn, Replica(WEST, None, IN_SYNC))


def left(tx: Tx) -> list[int]:
    tables = (
        schema.secret,
        schema.secret_version,
        schema.secret_label,
        schema.secret_tag,
        schema.secret_replica,
    )
    return [tx.connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]


def test_a_secret_is_found_as_it_was_kept(store: StoreInHand) -> None:
    full = replace(
        secret(),
        description="d",
        kms_key_id="alias/x",
        resource_policy="{}",
        primary_region=EAST,
        rotation_enabled=True,
        rotation_rules="{}",
        next_rotation_at=NOW + 1,
    )
    store.change(lambda tx: secrets.add(tx, full))
    assert store.read(lambda tx: secrets.by_arn(tx, full.arn, NOW)) == full
    assert store.read(lambda tx: secrets.named(tx, ACCOUNT, EAST, "s", NOW)) == full
    for region, name in ((WEST, "s"), (EAST, "S")):
        assert store.read(lambda tx, r=region, n=name: secrets.named(tx, ACCOUNT, r, n, NOW)) is None  # type: ignore[misc]
    changed = replace(full, description=None, changed_at=NOW + 5)
    store.change(lambda tx: secrets.replace_with(tx, changed))
    assert store.read(lambda tx: secrets.by_arn(tx, full.arn, NOW)) == changed


def test_a_secret_is_gone_at_its_time_and_makes_way_for_another(store: StoreInHand) -> None:
    going = replace(secret(), deleted_at=NOW, gone_at=NOW + 10)
    store.change(lambda tx: whole(tx, going))
    assert store.read(lambda tx: secrets.by_arn(tx, going.arn, NOW + 9)) == going
    assert store.read(lambda tx: secrets.by_arn(tx, going.arn, NOW + 10)) is None
    assert store.read(lambda tx: secrets.named(tx, ACCOUNT, EAST, "s", NOW + 10)) is None
    store.change(lambda tx: secrets.make_way(tx, ACCOUNT, EAST, "s", NOW + 9))
    assert store.read(left) == [1, 1, 1, 2, 1]
    store.change(lambda tx: secrets.make_way(tx, ACCOUNT, EAST, "s", NOW + 10))
    assert store.read(left) == [0, 0, 0, 0, 0]
    assert store.read(lambda tx: secrets.count(tx, ACCOUNT)) == 0


def test_pruning_takes_what_is_gone_the_oldest_first_and_so_many_at_most(store: StoreInHand) -> None:
    for number in range(4):
        one = replace(secret(f"s{number}"), gone_at=NOW + number if number else None)
        store.change(lambda tx, one=one: whole(tx, one))  # type: ignore[misc]
    assert store.change(lambda tx: secrets.prune(tx, NOW + 2, 1)) == 1
    assert store.read(lambda tx: secrets.by_arn(tx, "arn:us-east-1:s1", NOW)) is None
    assert store.change(lambda tx: secrets.prune(tx, NOW + 2, 9)) == 1
    assert store.change(lambda tx: secrets.prune(tx, NOW + 2, 9)) == 0
    assert store.read(left) == [2, 2, 2, 4, 2]
    assert store.read(lambda tx: secrets.count(tx, ACCOUNT)) == 2


def test_a_page_goes_on_past_a_place_in_any_order(store: StoreInHand) -> None:
    for number, name in enumerate(("b", "c", "a")):
        store.change(lambda tx, n=name, at=NOW + number: secrets.add(tx, secret(n, at=at)))  # type: ignore[misc]
    store.change(lambda tx: secrets.add(tx, secret("x", WEST)))

    def names(by: Order, after: Place | None = None, *, descending: bool = False) -> list[str]:
        rows = store.read(
            lambda tx: secrets.page(tx, ACCOUNT, EAST, by=by, descending=descending, after=after, limit=9)
        )
        return [one.name for one, _ in rows]

    assert names(Order.CREATED) == names(Order.CHANGED) == ["b", "c", "a"]
    assert names(Order.CREATED, descending=True) == ["a", "c", "b"]
    assert names(Order.NAME) == names(Order.ACCESSED) == ["a", "b", "c"]
    middle = secrets.place_of(secret("c", at=NOW + 1), 0, Order.CREATED)
    assert names(Order.CREATED, middle) == ["a"]
    assert names(Order.CREATED, middle, descending=True) == ["b"]
    assert names(Order.NAME, Place("b", "arn:us-east-1:b")) == ["c"]


def test_old_versions_without_label_go_and_no_others(store: StoreInHand) -> None:
    store.change(lambda tx: secrets.add(tx, secret()))
    for number in range(6):
        store.change(lambda tx, n=number: secret_versions.add(tx, version(n, at=NOW + n)))  # type: ignore[misc]
    arn = secret().arn
    store.change(lambda tx: secret_labels.put(tx, arn, {"first": "v000", "AWSCURRENT": "v005"}))
    store.change(lambda tx: secret_versions.remove_deprecated(tx, arn, keep=2, before=NOW + 3))
    assert [one.id for one in store.read(lambda tx: secret_versions.of(tx, arn))] == ["v000", "v003", "v004", "v005"]
    listed = store.read(lambda tx: secret_versions.page(tx, arn, deprecated=False, after=None, limit=9))
    assert [one.id for one in listed] == ["v000", "v005"]
    empty = replace(version(9, at=NOW + 9), sealed=None)
    store.change(lambda tx: secret_versions.add(tx, empty))
    listed = store.read(lambda tx: secret_versions.page(tx, arn, deprecated=True, after=None, limit=9))
    assert [one.id for one in listed] == ["v000", "v003", "v004", "v005"]
    store.change(lambda tx: secret_versions.fill(tx, replace(empty, sealed=b"x")))
    assert store.read(lambda tx: secret_versions.count(tx, arn)) == 5


def test_replicas_and_labels_are_kept_one_each(store: StoreInHand) -> None:
    store.change(lambda tx: whole(tx, secret()))
    arn = secret().arn
    store.change(lambda tx: secret_replicas.put(tx, arn, Replica(WEST, "k", FAILED, "taken")))
    assert store.read(lambda tx: secret_replicas.of(tx, arn)) == [Replica(WEST, "k", FAILED, "taken")]
    store.change(lambda tx: secret_replicas.remove(tx, arn, [WEST]))
    assert store.read(lambda tx: secret_replicas.of(tx, arn)) == []
    store.change(lambda tx: secret_labels.put(tx, arn, {}))
    assert store.read(lambda tx: secret_labels.of(tx, arn)) == {}
    assert secret_labels.on_versions({"b": "1", "a": "1", "c": "2"}) == {"1": ["a", "b"], "2": ["c"]}
