"""What the operations need to exist before they can be measured: one role, and users to hold keys."""

from __future__ import annotations

import json
import secrets
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import boto3
from botocore.config import Config

from bench.load import drive
from bench.servers import Server
from bench.signed import REGION, Signer
from watchword.domain.ids import Prefix, mint_key_id

IAM = "{https://iam.amazonaws.com/doc/2010-05-08/}"


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key as CreateAccessKey told it."""

    user: str
    access_key_id: str
    secret_access_key: str


def signer(server: Server) -> Signer:
    return Signer(server.port, server.access_key_id, server.secret_access_key)


def make_role(server: Server) -> str:
    """Create a role that the whole account may assume; gives its ARN."""
    session = boto3.Session(server.access_key_id, server.secret_access_key, region_name=REGION)
    config = Config(retries={"max_attempts": 0})
    account = session.client("sts", endpoint_url=server.endpoint, config=config).get_caller_identity()["Account"]
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
        "Action": "sts:AssumeRole",
    }
    role = session.client("iam", endpoint_url=server.endpoint, config=config).create_role(
        RoleName="bench", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    )
    return role["Role"]["Arn"]


def make_users(server: Server, count: int) -> Sequence[str]:
    """Create that many users; gives their names."""
    names = [f"user-{number:05d}" for number in range(count)]
    drive(server.port, [signer(server).post("iam", "CreateUser", {"UserName": name}) for name in names])
    return names


def key_creations(server: Server, users: Iterable[str]) -> list[bytes]:
    return [signer(server).post("iam", "CreateAccessKey", {"UserName": user}) for user in users]


def key_deletions(server: Server, keys: Iterable[NewKey]) -> list[bytes]:
    parameters = ({"UserName": key.user, "AccessKeyId": key.access_key_id} for key in keys)
    return [signer(server).post("iam", "DeleteAccessKey", each) for each in parameters]


def new_key(answer: bytes) -> NewKey:
    """Read the key out of CreateAccessKey's answer."""
    key = ET.fromstring(answer).find(f".//{IAM}AccessKey")
    if key is None:
        raise ValueError("CreateAccessKey told no key")
    return NewKey(*(key.findtext(IAM + name, "") for name in ("UserName", "AccessKeyId", "SecretAccessKey")))


def key_ids(account: str) -> Iterator[str]:
    """Draw access key ids without end, none of them twice: 39 random bits are few for a million."""
    known: set[str] = set()
    while True:
        drawn = mint_key_id(Prefix.LONG_TERM_KEY, account, secrets.token_bytes)
        if drawn not in known:
            known.add(drawn)
            yield drawn
