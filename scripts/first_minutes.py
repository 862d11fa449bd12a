"""Writes docs/first-minutes.md: the first quarter of an hour of somebody new, carried out for real in a fresh home.

python -m scripts.first_minutes            writes the page
python -m scripts.first_minutes --check    says whether a new run tells the same
"""

from __future__ import annotations

import json
import secrets
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree
from string import ascii_lowercase

from scripts.docs import DOCS
from scripts.stand_ins import StandIns
from scripts.transcript import Chapter, Desk, Step, Untrue, told

PAGE = DOCS / "first-minutes.md"
HOME = "/home/ann"
HEAD = """\
# The first fifteen minutes

What somebody new does with Watchword, and what they see. `python -m scripts.first_minutes` types every line below in a
terminal of its own and writes down what comes; ids, secrets and times are replaced by others of the same length.
"""
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": "{account}"}, "Action": "sts:AssumeRole"}],
    },
    separators=(",", ":"),
)

CHAPTERS = (
    Chapter(
        "Start it",
        "In a first terminal. The store and its first administrator are made; then it answers until Ctrl-C.",
        (
            Step(
                "watchword init --data ~/watchword",
                finds={
                    "account": r"Account +(\d{12})$",
                    "key": r"Access key id +(\w+)$",
                    "secret": r"Secret access key +(\S{40}) ",
                },
            ),
            Step("watchword serve --data ~/watchword", until="get-caller-identity"),
        ),
    ),
    Chapter(
        "Say who you are",
        "In a second terminal. The key goes where every AWS tool looks for it; it is asked for, never an argument.",
        (
            Step(
                "watchword configure",
                typed=(
                    ("Access Key ID", "{key}"),
                    ("Secret", "{secret}"),
                    ("region", "us-east-1"),
                    ("format", ""),
                    ("ndpoint", "http://127.0.0.1:{port}"),
                ),
            ),
            Step("watchword whoami"),
            Step("aws sts get-caller-identity"),
        ),
    ),
    Chapter(
        "Make a role",
        "With the aws CLI that you have: who may assume it, and what it may do.",
        (
            Step(
                f"aws iam create-role --role-name deploy --query Role.Arn --assume-role-policy-document '{TRUST}'",
            ),
            Step(
                "aws iam attach-role-policy --role-name deploy --policy-arn arn:aws:iam::aws:policy/ReadOnlyAccess",
            ),
            Step("watchword policy why iam:DeleteUser --principal arn:aws:iam::{account}:role/deploy"),
        ),
    ),
    Chapter(
        "Use it",
        "The session is kept, sealed, and the next commands use it until less than a quarter of an hour is left.",
        (
            Step("watchword assume deploy"),
            Step("watchword exec deploy -- aws sts get-caller-identity --query Arn"),
            Step("watchword exec deploy -- aws iam create-user --user-name bob", code=255),
            Step("watchword export deploy", most=12),
            Step('eval "$(watchword export deploy)"'),
            Step("watchword whoami"),
            Step("aws iam list-users --query 'Users[].Arn' --output text"),
        ),
    ),
    Chapter(
        "See sessions, and end one",
        "In a third terminal, where you are the administrator. AWS cannot end one session; here, it is a command.",
        (
            Step("watchword sessions list", finds={"session": r"\b(ASIA\w{16})\b"}),
            Step("watchword sessions show {session}"),
            Step("watchword sessions end {session} --reason 'left on a train'", typed=(("[y/N]", "y"),)),
            Step("watchword sessions list --state ended"),
        ),
        terminal="third",
    ),
    Chapter(
        "It has ended",
        "Back in the second terminal, which still has the session in its environment.",
        (
            Step("aws sts get-caller-identity", code=255),
            Step('eval "$(watchword unset)"'),
            Step("watchword exec deploy -- aws sts get-caller-identity --query Arn"),
        ),
    ),
    Chapter(
        "Replace your key",
        "A new key is made, kept and proved before the old one is touched, and that one waits until it is unused.",
        (
            Step("watchword keys rotate"),
            Step("aws sts get-caller-identity --query Arn"),
        ),
    ),
    Chapter(
        "See that all is well",
        "Everything between you and an answer, and what to do where it is not as it should be.",
        (Step("watchword doctor"),),
    ),
)


def page(chapters: tuple[Chapter, ...] = CHAPTERS) -> str:
    """Carry everything out and give the page.

    Raises Untrue when a step goes otherwise than told.
    """
    with _home() as home, ExitStack() as running:
        places = {str(home): HOME, socket.gethostname(): "laptop"}
        desk = Desk(home, _free_port(), StandIns(datetime.now(UTC), places), running)
        lines = [HEAD.rstrip("\n"), *told(chapters, desk)]
    return "\n".join(lines) + "\n"


@contextmanager
def _home() -> Iterator[Path]:
    """Make a directory whose path is as long as HOME, so that tables are laid out as they would be there."""
    top = Path("/tmp")  # noqa: S108 - made here, under a name that nobody had, for its owner alone
    while True:
        made = top / "".join(secrets.choice(ascii_lowercase) for _ in range(len(HOME) - len(f"{top}/")))
        with suppress(FileExistsError):
            made.mkdir(mode=0o700)
            break
    try:
        yield made
    finally:
        rmtree(made)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def main() -> int:
    try:
        text = page()
    except Untrue as fault:
        print(fault, file=sys.stderr)
        return 1
    if "--check" in sys.argv[1:]:
        same = PAGE.exists() and PAGE.read_text(encoding="utf-8") == text
        print(f"docs/{PAGE.name} " + ("is as a new run has it" if same else "is not as a new run has it"))
        return 0 if same else 1
    PAGE.write_text(text, encoding="utf-8")
    print(f"docs/{PAGE.name} is written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
