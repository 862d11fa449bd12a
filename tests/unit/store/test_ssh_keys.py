from __future__ import annotations

from tests.support.stores import ACCOUNT, NOW, StoreInHand
from watchword.store import ssh_keys, users
from watchword.store.ssh_keys import SSHKey
from watchword.store.users import User

OTHER = "444455556666"
ANN = User("AIDAANN", ACCOUNT, "Ann", "/", None, NOW)
KEY = SSHKey("APKAA", ACCOUNT, ANN.id, "ssh-rsa AAAA", "60:34", "Active", NOW)


def test_a_key_is_found_in_its_account_alone(store: StoreInHand) -> None:
    store.change(lambda tx: users.add(tx, ANN))
    store.change(lambda tx: ssh_keys.add(tx, KEY))
    assert store.read(lambda tx: ssh_keys.by_id(tx, ACCOUNT, KEY.id)) == KEY
    assert store.read(lambda tx: ssh_keys.by_id(tx, OTHER, KEY.id)) is None
    assert store.read(lambda tx: ssh_keys.has(tx, ANN.id, KEY.body))
    assert not store.read(lambda tx: ssh_keys.has(tx, ANN.id, KEY.body + "B"))
    assert store.read(lambda tx: ssh_keys.count_of_user(tx, ANN.id)) == 1
