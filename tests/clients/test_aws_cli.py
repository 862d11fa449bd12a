"""The README's flow by the aws command line, as its own process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.authority import Authority, run
from tests.support.terminal import Terminal

WHO = ("sts", "get-caller-identity")
MAKE_KEY = ("iam", "create-access-key", "--user-name", "ann")


@pytest.mark.slow
def test_readme_flow(authority: Authority) -> None:
    administrator = Terminal(authority)
    account = administrator.aws(*WHO)["Account"]

    ann_arn = administrator.aws("iam", "create-user", "--user-name", "ann")["User"]["Arn"]
    key = administrator.aws(*MAKE_KEY)["AccessKey"]
    ann = Terminal(authority, key)
    assert ann.aws(*WHO)["Arn"] == ann_arn == f"arn:aws:iam::{account}:user/ann"

    administrator.aws(*MAKE_KEY)
    administrator.refused("LimitExceeded", *MAKE_KEY)

    lent = ann.aws("sts", "get-session-token", "--duration-seconds", "900")["Credentials"]
    assert Terminal(authority, lent).aws(*WHO)["Arn"] == ann_arn

    trust = {"Effect": "Allow", "Principal": {"AWS": ann_arn}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = administrator.aws("iam", "create-role", "--role-name", "reader", "--assume-role-policy-document", document)[
        "Role"
    ]
    taken = ann.aws("sts", "assume-role", "--role-arn", role["Arn"], "--role-session-name", "RoleSession1")
    assumed = f"arn:aws:sts::{account}:assumed-role/reader/RoleSession1"
    assert taken["AssumedRoleUser"]["Arn"] == assumed
    assert Terminal(authority, taken["Credentials"]).aws(*WHO)["Arn"] == assumed

    name_key = ("--user-name", "ann", "--access-key-id", key["AccessKeyId"])
    administrator.aws("iam", "update-access-key", *name_key, "--status", "Inactive")
    ann.refused("InvalidClientTokenId", *WHO)
    administrator.aws("iam", "delete-access-key", *name_key)
    ann.refused("InvalidClientTokenId", *WHO)


@pytest.mark.slow
def test_our_own_service_by_its_model(authority: Authority, tmp_path: Path) -> None:
    """The AWS CLI keeps models below the home directory."""
    administrator = Terminal(authority)
    administrator.environment["HOME"] = str(tmp_path)
    model = tmp_path / "watchword.json"
    model.write_text(run("model").stdout)
    administrator.aws("configure", "add-model", "--service-name", "watchword", "--service-model", f"file://{model}")
    key = administrator.aws("sts", "get-session-token")["Credentials"]
    (told,) = administrator.aws("watchword", "list-sessions")["Sessions"]
    assert told["AccessKeyId"] == key["AccessKeyId"]
    ended = administrator.aws("watchword", "end-sessions", "--access-key-ids", key["AccessKeyId"], "--reason", "lost")
    assert ended["Count"] == 1
    assert Terminal(authority, key).refused("ExpiredToken", *WHO).endswith(": lost")
