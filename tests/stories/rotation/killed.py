"""A sweep in a process of its own, which is killed; imported once by the server that forks it, so that it starts at
once."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from typing import Any

from tests.stories.rotation.wire import Asked, Wire
from tests.stories.rotation.world import HANDS, Place, no_wait
from tests.support.authority import botocore_session
from watchword.rotation.access import Calls
from watchword.rotation.ledger import Ledger
from watchword.rotation.results import Mode
from watchword.rotation.sweeping.choice import Choice
from watchword.rotation.sweeping.orders import Orders
from watchword.rotation.sweeping.sweeps import sweep

FORKING = multiprocessing.get_context("forkserver")
FORKING.set_forkserver_preload([__name__])
for _service in ("iam", "sts", "secretsmanager", "organizations"):
    botocore_session().get_component("data_loader").load_service_model(_service, "service-2")


def sweep_killed_at(place: Place, operation: str, ahead: float) -> int | None:
    """Sweep, and end by SIGKILL when an operation has been answered; gives how the process ended."""
    process = FORKING.Process(target=_swept_until, args=(place, operation, ahead))
    process.start()
    process.join(60)
    return process.exitcode


def _swept_until(place: Place, operation: str, ahead: float) -> None:
    def after(asked: Asked, _answer: dict[str, Any]) -> None:
        if asked.operation == operation:
            os.kill(os.getpid(), signal.SIGKILL)  # nothing that would clean up is run

    rules, calls = place.rules(), Calls(calls_per_second=1000, pause=no_wait)
    hub = place.hub(rules, calls, lambda: time.time() + ahead, Wire(after=after))
    ledger = Ledger.open(place.ledger)
    sweep(Orders(hub, rules, ledger, Mode.APPLY, Choice(forced=("ann",)), holder="one", hands=HANDS))
