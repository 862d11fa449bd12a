"""Credentials for an environment: had as if those that we put there were not, so that a role renews itself there."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from watchword.cli.credentials.asking import Ask, NoAsk, asking
from watchword.cli.credentials.durations import said
from watchword.cli.credentials.obtain import obtain
from watchword.cli.credentials.shapes import Credentials, Wish
from watchword.cli.lending.variables import name_of, outside


@dataclass(frozen=True, slots=True)
class Taken:
    """What was had, and the environment that it is for, without ours."""

    credentials: Credentials
    environ: Mapping[str, str]
    renew: Callable[[], Credentials]
    """Has them again, with more time left, and asks nobody at the terminal. Raises Stop."""


def taken(wish: Wish, role: str) -> Taken:
    """Have what a person wishes for.

    Raises Stop.
    """
    wish, around = replace(wish, role=role), outside(os.environ)
    step_out(wish)
    asked_in = dict(os.environ)
    return Taken(_had(wish, asking(), asked_in), around, _again(wish, asked_in))


def step_out(wish: Wish) -> None:
    """Be as if what we put into the environment were not there, where a wish says who asks.

    Else it is the environment's own credentials that are wished for. SSO, web identity and the like are got by
    botocore, which reads the process's own environment.
    """
    if wish.role or wish.profile or wish.data:
        _become(outside(os.environ))


def who(credentials: Credentials) -> str:
    """Say on one line whose credentials these are, and until when."""
    name, until = credentials.arn or name_of(credentials), credentials.expires_at
    if until is None:
        return f"{name}, with a long-term key"
    left = said(max(0.0, until - time.time()))
    return f"{name}, until {datetime.fromtimestamp(until, UTC):%Y-%m-%d %H:%M} UTC ({left})"


def _had(wish: Wish, ask: Ask, environ: Mapping[str, str]) -> Credentials:
    return obtain(wish, now=time.time(), ask=ask, environ=environ)


def _again(wish: Wish, environ: Mapping[str, str]) -> Callable[[], Credentials]:
    later = replace(wish, fresh=False, mfa_code="")  # a code is good for one session
    return lambda: _had(later, NoAsk(), environ)


def _become(environ: Mapping[str, str]) -> None:
    for name in os.environ.keys() - environ.keys():
        del os.environ[name]
    os.environ.update(environ)
