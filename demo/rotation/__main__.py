"""The demonstration of the rotation: `make demo-rotation`, or with fewer accounts and users `--fast`."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from demo.rotation.commands import QuickStage, Shell
from demo.rotation.company import NAMES, Company, workloads
from demo.rotation.days import Days
from demo.rotation.ending import Ending
from demo.rotation.post import Post
from demo.rotation.story import Story
from demo.rotation.terminal import Terminal, say
from demo.stage import Stage, StoryBrokenError, sandbox
from tests.support.mailbox import PASSWORD, USER, mailbox


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is of everything."""

    accounts: int
    users: int
    creates: int
    """After so many keys the killed run is killed."""
    rest: tuple[int, ...]
    """Days after the last that is told of, on which there is a run."""


RULES = Path(__file__).with_name("rules.toml")
FULL = Size(12, 300, creates=4, rest=(51, 80, 110))
FAST = Size(3, 12, creates=1, rest=(51, 110))


def main() -> int:
    asked = _asked()
    out = (asked.out or Path(tempfile.mkdtemp(prefix="watchword-rotation-"))).absolute()
    out.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    try:
        with prepared(out, FAST if asked.fast else FULL) as story:
            told = tell(story)
    except StoryBrokenError as error:
        print(f"\nthe demonstration stopped: {error}", file=sys.stderr)
        return 1
    print(f"\n110 days in {time.monotonic() - began:.0f} seconds. The sandbox is gone again; what is left:")
    say(f"the report   {out / 'report.html'}", f"the mails    {story.post.folder}")
    if asked.open:
        webbrowser.open((out / "report.html").as_uri())
    return int(bool(told.lost or told.unreadable))


def tell(story: Story) -> Ending:
    """Tell the story, chapter by chapter."""
    for chapter in (
        story.rules, story.inventory, story.plan, story.exempt, story.apply, story.mails, story.reads, story.kill,
        story.deactivated, story.still_used, story.undo, story.retired, story.reached, story.the_rest,
    ):  # fmt: skip
        chapter()
    return story.end()


@contextmanager
def prepared(out: Path, size: Size) -> Iterator[Story]:
    """Make the organization, its mail server, and a terminal for whoever looks after its keys."""
    print(f"An organization of {size.accounts} accounts and {size.users} users is made in a sandbox …", flush=True)
    with sandbox() as stage, tempfile.TemporaryDirectory(prefix="watchword-demo-") as place:
        folder = Path(place)
        company = Company(
            stage.environment["AWS_ENDPOINT_URL"],
            stage.environment["AWS_CONFIG_FILE"],
            workloads(size.accounts, size.users),
        )
        company.open_accounts(unreachable=NAMES[-1])
        company.hire()
        days = Days(company)
        days.until(0)
        with mailbox(folder) as box:
            rules = RULES.read_text().format(hub=company.account_id, port=box.port, user=USER)
            (folder / "rotation.toml").write_text(rules)
            environment = _environment(stage, folder)
            yield Story(
                QuickStage(folder, stage.environment),
                Terminal(Shell(environment, folder)),
                company,
                days,
                Post(box, out / "mails"),
                out,
                NAMES[-1],
                size.creates,
                size.rest,
            )


def _environment(stage: Stage, folder: Path) -> dict[str, str]:
    return stage.environment | {
        "WATCHWORD_HOME": str(folder / "home"),
        "WATCHWORD_ROTATION_LEDGER": f"sqlite:///{folder / 'ledger.db'}",
        "MAIL_PASSWORD": PASSWORD,
    }


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m demo.rotation", description=__doc__)
    parser.add_argument("--fast", action="store_true", help="with 3 accounts and 12 users")
    parser.add_argument("--open", action="store_true", help="open the report in a browser at the end")
    parser.add_argument("--out", type=Path, help="where the report and the mails are kept  [default: a new directory]")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
