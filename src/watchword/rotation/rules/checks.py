"""What may stand in the rules: each check says in words what is wrong with a text; nothing where it may stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from string import Formatter

from watchword.rotation.rules.owners import is_address
from watchword.rotation.rules.shapes import TAG_NAMES

Check = Callable[[str], str]


def like(pattern: str, words: str) -> Check:
    """Make a check: the whole text matches a pattern. `words` say what it must be."""
    compiled = re.compile(pattern, re.ASCII)
    return lambda text: "" if compiled.fullmatch(text) else f"must be {words}, and is `{text}`"


account_number = like(r"[0-9]{12}", "an account number of 12 digits")
unit = like(r"ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|r-[0-9a-z]{4,32}", "the id of a unit or root (`ou-…`, `r-…`)")
region = like(r"[a-z]{2,}(-[a-z0-9]+)+-[0-9]+", "a region, such as `eu-west-1`")
url = like(r"https?://[^\s/]+(/\S*)?", "an http or https URL")
role_name = like(r"[\w+=,.@-]{1,64}", "the name of a role")
role_path = like(r"/(?:[!-.0-~]+/)*", "a path that begins and ends with `/`")
external_id = like(r"[\w+=,.@:/-]{2,1224}", "an external id of 2 to 1224 characters of `A-Za-z0-9_+=,.@:/-`")
session_name = like(r"[\w+=,.@-]{2,64}", "a session name of 2 to 64 characters of `A-Za-z0-9_+=,.@-`")
group_name = like(r"[\w+=,.@-]{1,128}", "the name of a group")
user_glob = like(r"[\w+=,.@*?\[\]!-]{1,256}", "a user's name, or a glob of it")
path_glob = like(
    r"/(?:[!-~]*/|[!-~]*\*)?", "a user's path, or a glob of it: it begins with `/`, and ends with `/` or `*`"
)
tag_prefix = like(r"[\w .:/=+@-]{1,100}", "the beginning of a tag's name")
variable = like(r"[A-Za-z_][A-Za-z0-9_]*", "the name of an environment variable")
host = like(r"[A-Za-z0-9.:-]{1,255}", "the name or address of a host")
tag_heeded = like("|".join(sorted(TAG_NAMES)), f"one of {', '.join(sorted(TAG_NAMES))}")
kms_key = like(
    r"alias/[\w/-]+|(?:mrk-)?[0-9a-f-]{32,36}"
    r"|arn:(?:[a-z][a-z-]*|\{partition\}):kms:[a-z0-9-]+:(?:[0-9]{12}|\{account\}):(?:key|alias)/[\w/-]+",
    "a KMS key: its id, its ARN or `alias/…`",
)
reader = like(
    r"arn:(?:[a-z][a-z-]*|\{partition\}):iam::(?:[0-9]{12}|\{account\}):(?:user|role)/[\w+=,.@/-]+",
    "the ARN of one user or role, such as `arn:{partition}:iam::{account}:role/reader`",
)


def tag_name(text: str) -> str:
    """Check the name of a tag.  Source: IAM API, Tag."""
    return "" if re.fullmatch(r"[\w\s.:/=+@-]{1,128}", text) else f"must be the name of a tag, and is `{text}`"


def secret_name(text: str) -> str:
    """Check the pattern of secrets' names.  Source: Secrets Manager API, CreateSecret."""
    try:
        fields = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        fields = {"?"}
    if "user" not in fields or not fields <= {"user", "account"}:
        return "must hold `{user}`, may hold `{account}`, and nothing else between braces"
    plain = re.sub(r"\{(user|account)\}", "", text)
    return "" if re.fullmatch(r"[A-Za-z0-9/_+=.@-]{0,400}", plain) else "may hold only letters, digits and `/_+=.@-`"


def told(channels: Collection[str]) -> Check:
    """Make a check: a mail address, or one of the channels."""

    def check(text: str) -> str:
        if is_address(text) or text in channels:
            return ""
        return f"must be a mail address or a channel under `[tell.channels]`, and is `{text}`"

    return check
