"""One at a time is in, and it does not matter how the last one left."""

from __future__ import annotations

import threading
from pathlib import Path

from watchword.store.turnstile import Turnstile


def test_one_at_a_time_is_in(tmp_path: Path) -> None:
    inside = 0
    most = 0

    def work() -> None:
        nonlocal inside, most
        mine = Turnstile(tmp_path / "watchword.db")
        for _ in range(200):
            with mine:
                inside += 1
                most = max(most, inside)
                inside -= 1
        mine.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_who_goes_away_inside_lets_the_next_one_in(tmp_path: Path) -> None:
    gone, mine = Turnstile(tmp_path / "watchword.db"), Turnstile(tmp_path / "watchword.db")
    gone.__enter__()
    gone.close()
    with mine:
        pass
    mine.close()
