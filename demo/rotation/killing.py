"""A run that is killed at the worst moment: a key was just made, and the answer that tells its secret is on its way."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass

from demo.rotation.commands import Shell
from demo.rotation.terminal import FOLLOW, ROTATION, command, say
from demo.stage import StoryBrokenError
from tests.support.faulty_proxy import Faults, How, faulty

LONGEST = 60.0


@dataclass
class AtCreate(Faults):
    """Spoils the nth request for a key, by whatever else it comes."""

    left: int = 1
    done: bool = False

    def next(self, operation: str) -> How | None:
        """Tell what becomes of a request."""
        with self.lock:
            self.left -= operation == "CreateAccessKey"
            if self.left or self.done or operation != "CreateAccessKey":
                return None
            self.done = True
            return How.KILL_AFTER


def killed_run(endpoint: str, shell: Shell, creates: int) -> None:
    """Run `watchword rotation apply`, and end it with SIGKILL when so many keys were made.

    Raises StoryBrokenError when it ends by itself.
    """
    with faulty(endpoint, AtCreate(left=creates)) as (proxy, faults):
        command("watchword rotation apply --yes --at-once 1")
        words = (*ROTATION, "apply", "--yes", "--at-once", "1", *FOLLOW)
        child = shell.start(words, os.devnull, os.devnull, AWS_ENDPOINT_URL=proxy)
        faults.kill = lambda: os.kill(child.pid or 0, signal.SIGKILL)
        child.join(LONGEST)
    if child.exitcode != -signal.SIGKILL:
        raise StoryBrokenError(f"the run was not killed, but ended with {child.exitcode}")
    say("Killed")
