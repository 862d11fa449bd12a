"""`make demo-rotation`, with few accounts and users, tells the truth: it goes as told, and shows no secret."""

from __future__ import annotations

import re
import subprocess
import sys
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
A_SECRET = re.compile(r'"(SecretAccessKey|SessionToken)": "[^"…]{20,}')
SAID = (
    "An organization of 3 accounts and 12 users",
    "1 of 3 accounts failed",
    "All keys of the 12 users were listed before and after: they are the same.",
    "thumbnailer of payments has a new key, and nobody its secret. The old one still works:",
    "2 keys were made for thumbnailer, one more than needed, and one of them is gone again.",
    "The old key works, so does the new one, and its user can read it.",
    "Install the new key: nothing has used it yet.",
    "(InvalidClientTokenId)",
    '"AccessKeyMetadata": []',
    "still in use is 220 days old, and past every limit. It works",
    "12 users in all",
    "and 1 of them thrown away, of the killed run",
    "0 workloads were left without a key that works",
    "0 new secrets cannot be read by their user",
    "0 requests of a workload were refused for its key",
)
LIKE = (
    "legacy-scanner of [0-9]{12} is exempt until",
    "month-end-close: AKIA[A-Z0-9]{16} works again",
    "deleted AKIA[A-Z0-9]{16}",
    "day +27: .* [1-9] deleted",
    "110 days in [0-9]+ seconds",
)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_demo_goes_as_told(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "demo.rotation", "--fast", "--out", str(tmp_path)],
        cwd=TOP,
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert done.returncode == 0, done.stderr + done.stdout[-2000:]
    told = " ".join(done.stdout.split())
    assert [said for said in SAID if said not in told] == []
    assert [said for said in LIKE if not re.search(said, told)] == []
    assert not done.stderr
    assert not A_SECRET.search(done.stdout)
    assert "Traceback" not in done.stdout
    report = (tmp_path / "report.html").read_text()
    assert "nightly-backup" in report
    mails = [message_from_bytes(file.read_bytes(), policy=default) for file in (tmp_path / "mails").iterdir()]
    assert {"web-frontend@example.com", "security@example.com"} <= {str(mail["To"]) for mail in mails}
