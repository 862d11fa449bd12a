"""From a wish to credentials: what is kept first, then whoever has to be asked."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace

import click

from watchword.cli.credentials import places, store
from watchword.cli.credentials.asking import Ask, NoAsk, TerminalAsk, asking
from watchword.cli.credentials.cache import Cache
from watchword.cli.credentials.chains import Delegated, Key, Link, Own, issuer
from watchword.cli.credentials.routes import Route, route
from watchword.cli.credentials.shapes import Credentials, Wish
from watchword.cli.credentials.standing import account_in

__all__ = ["Ask", "NoAsk", "TerminalAsk", "asking", "obtain"]

MOMENT = 60
"""Seconds that a session must have left to ask for another one with it."""


def obtain(wish: Wish, *, now: float, ask: Ask, environ: Mapping[str, str] = os.environ) -> Credentials:
    """Give the credentials that are wished for, with `least_left` seconds left at least if that can be had.

    Raises Stop, and nothing else.
    """
    return along(route(wish, environ), wish, now=now, ask=ask, environ=environ)


def along(found: Route, wish: Wish, *, now: float, ask: Ask, environ: Mapping[str, str] = os.environ) -> Credentials:
    """Give credentials along a route that is known already.

    Raises Stop, and nothing else.
    """
    link = found.link
    got = link.credentials if isinstance(link, Key) else _Search(wish, found, now, ask, environ).wished()
    return replace(
        got,
        account_id=got.account_id or account_in(got.access_key_id),
        region=found.where.region,
        endpoint_url=found.where.endpoint_url,
        profile=found.profile,
    )


class _Search:
    """Looks for what each link of a chain gives, from its last one back."""

    def __init__(self, wish: Wish, found: Route, now: float, ask: Ask, environ: Mapping[str, str]) -> None:
        self._wish, self._route, self._now, self._ask = wish, found, now, ask
        self._cache = Cache(store.opened(environ))
        self._locks = places.home(environ) / "locks"
        self._brought: set[str] = set()

    def wished(self) -> Credentials:
        return self._have(self._route.link, self._wish.least_left, fresh=self._wish.fresh)

    def parent(self, link: Link) -> Credentials:
        """Give what the call of another link is signed with; it is used at once."""
        # A person who asks anew and types a code wants it spent: a role may ask how long ago that was.
        signed_in_anew = isinstance(link, Own) and self._wish.fresh and bool(self._wish.mfa_code)
        return self._have(link, MOMENT, fresh=signed_in_anew)

    def kept_since(self, link: Link) -> float | None:
        """Tell when a session was got that was found in the cache; None for one that was brought just now."""
        kept = None if link.digest in self._brought else self._cache.find(link.digest, now=self._now, least_left=MOMENT)
        return kept.obtained_at if kept else None

    def forget(self, link: Link) -> None:
        self._cache.forget([link.digest])

    def _have(self, link: Link, least_left: float, *, fresh: bool = False) -> Credentials:
        if isinstance(link, Key):
            return link.credentials
        if isinstance(link, Delegated) and not link.kept:
            return self._bring(link)
        if not fresh and (kept := self._cache.find(link.digest, now=self._now, least_left=least_left)):
            return kept.credentials
        with places.held(self._locks / link.digest, waiting=_waiting):
            # whoever held the lock may have brought this very session, for the one code that a person typed
            if not fresh and (kept := self._cache.find(link.digest, now=self._now, least_left=least_left)):
                return kept.credentials
            return self._bring(link)

    def _bring(self, link: Delegated | Link) -> Credentials:
        from watchword.cli.credentials.errands import Errand  # noqa: PLC0415 - it needs botocore, and the cache does not

        got = Errand(self._wish, self._route, self._now, self._ask, self).bring(link)
        self._brought.add(link.digest)
        if not isinstance(link, Delegated) or link.kept:
            self._cache.keep(link.digest, got, issuer=issuer(link), now=self._now)
        return got


def _waiting() -> None:
    click.echo("Another process is asking for the same session; waiting for it.", err=True)
