"""The README's flow by the AWS SDK for JavaScript v3, run by Node.js."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.authority import Authority

HERE = Path(__file__).parent / "javascript"
NODE = shutil.which("node")
STEPS = 9


@pytest.mark.slow
@pytest.mark.skipif(NODE is None, reason="Node.js is not on this machine")
@pytest.mark.skipif(
    not (HERE / "node_modules" / "@aws-sdk").exists(), reason="run `make test`, which runs `npm ci` first"
)
def test_readme_flow(authority: Authority) -> None:
    done = subprocess.run(
        [str(NODE), "flow.mjs"],
        cwd=HERE,
        env=authority.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout.splitlines()[-1])) == STEPS
