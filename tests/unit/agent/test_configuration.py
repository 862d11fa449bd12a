"""The configuration file: what it means, and where it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from watchword.agent.configuration import BadConfiguration, Configuration, Imds, read

ROLE = "arn:aws:iam::123456789012:role/web"

WHOLE = f"""
check_every = 30

[machine]
instance_id = "i-0abc"
region = "eu-west-1"

[source]                       # what the metadata endpoint serves
instance_profile = "web"
profile = "agent"

[imds]
listen = "127.0.0.1:1338"
hop_limit = 2
peers = ["172.17.0.0/16"]

[container]
listen = "[::1]:1339"

[metrics]
listen = "127.0.0.1:9338"

[[workload]]
name = "billing"
role = "{ROLE}"
duration = 900
token_file = "/run/tokens/billing"

[[workload]]
name = "mail"
token_file = "/run/tokens/mail"
"""


def read_text(directory: Path, text: str) -> Configuration:
    file = directory / "agent.toml"
    file.write_text(text)
    return read(file)


def test_the_whole_of_it(tmp_path: Path) -> None:
    told = read_text(tmp_path, WHOLE)
    assert told.imds == Imds(hop_limit=2, peers=("172.17.0.0/16",))
    assert [(workload.name, workload.role, workload.duration) for workload in told.workload] == [
        ("billing", ROLE, 900),
        ("mail", "", 3_600),
    ]
    assert told.source
    assert (told.source.instance_profile, told.machine.instance_id, told.check_every) == ("web", "i-0abc", 30)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("hop_limit = 2", "hop_limit = 0", r"line 14, `imds.hop_limit`: write 1 to 64"),
        ("hop_limit = 2", 'hop_limit = "2"', r"line 14, `imds.hop_limit`: Expected `int`, got `str`"),
        ("hop_limit = 2", "hops = 2", r"line 14, `imds.hops`: .*unknown field"),
        ("duration = 900", "duration = 899", r"line 26, `workload\[0\].duration`: write seconds, 900 to 43200"),
        ("duration = 900", "duration = 43201", r"line 26, `workload\[0\].duration`: write seconds"),
        (f'role = "{ROLE}"', 'role = "web"', r"line 25, `workload\[0\].role`: `web` is not a role's ARN"),
        (f'role = "{ROLE}"', 'role = "arn:aws:iam::1:user/web"', r"line 25, .* is not a role's ARN"),
        (f'role = "{ROLE}"', f'role = "{ROLE}"\ninstance_profile = "w"', r"line 23, `workload\[0\]`: write one of"),
        ('name = "mail"', 'name = "billing"', r"line 30, `workload\[1\].name`: `billing` stands twice"),
        ('name = "mail"', 'name = "a b"', r"line 30, `workload\[1\].name`: write up to 64"),
        ("tokens/mail", "tokens/billing", r"line 31, `workload\[1\].token_file`: .* stands twice"),
        ('token_file = "/run/tokens/mail"', "", r"line 29, `workload\[1\].token_file`: .*required field"),
        ("[::1]:1339", "localhost:1339", r"line 18, `container.listen`: `localhost` is not an IP address"),
        ("[::1]:1339", "[::1]", r"line 18, `container.listen`: .* write host:port"),
        ("127.0.0.1:9338", "127.0.0.1:99999", r"line 21, `metrics.listen`"),
        ("172.17.0.0/16", "172.17.0.1/16", r"line 15, `imds.peers`: .* has host bits set"),
        ('instance_id = "i-0abc"', "", r"line 4, `machine.instance_id`: an instance profile needs it"),
        ('profile = "agent"', "duration = 900", r"line 10, `source.duration`: the metadata endpoint serves"),
        (
            'profile = "agent"',
            'external_id = "x"',
            r"line 8, `source`: `external_id` and `session_name` go with `role`",
        ),
        ("check_every = 30", "check_every = -1", r"line 2, `check_every`: write seconds"),
        ("[machine]", "[machin]", r"line 4, `machin`: .*unknown field"),
        ("[machine]", "[machine", r"the configuration: not TOML: .*\(at line 4"),
    ],
)
def test_what_is_wrong_and_where(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in WHOLE
    with pytest.raises(BadConfiguration, match=words):
        read_text(tmp_path, WHOLE.replace(old, new, 1))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the configuration: nothing is to be served"),
        ("[imds]", "`source`: the metadata endpoint needs it"),
        ('[container]\nlisten = "127.0.0.1:0"', "`workload`: the container endpoint serves workloads that it knows"),
        (
            '[imds]\n[source]\nrole = "R"\n[[workload]]\nname = "a"\ntoken_file = "b"'.replace("R", ROLE),
            "`container`: nothing serves",
        ),
        (
            '[container]\nlisten = "127.0.0.1:0"\n[[workload]]\nname = "a"\ntoken_file = "b"',
            r"line 3, `workload\[0\]`: write `role`",
        ),
        ("[imds]\n[source]", "line 2, `source`: write one of `role` and `instance_profile`"),
    ],
)
def test_what_is_missing(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(BadConfiguration, match=words):
        read_text(tmp_path, text)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match=r"cannot read .*No such file"):
        read(tmp_path / "agent.toml")
    (tmp_path / "agent.toml").write_bytes(b"\xff")
    with pytest.raises(BadConfiguration, match="cannot read"):
        read(tmp_path / "agent.toml")
