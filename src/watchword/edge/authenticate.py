"""Who signed: from a request's signature to a Caller, or a refusal in AWS's order and words.

1 read the signature's parts, 2 check what needs no look-up (dates, scope), 3 find the credential, 4 verify the
signature, 5 see that the principal still is there. Nothing about a credential is told before 4 has passed, except
what AWS tells: that a token is malformed or has expired.
Source: reference order of AWS's authentication errors; IAM User Guide, "AWS Signature Version 4 for API requests".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from threading import Lock

from watchword.crypto.sigv4.claim import Claim
from watchword.crypto.sigv4.keys import SigningKeys
from watchword.crypto.sigv4.refusals import ExpiredToken, InvalidClientTokenId
from watchword.crypto.sigv4.scope import check_claim
from watchword.crypto.sigv4.verify import verify
from watchword.crypto.tokens import Session, TokenRing
from watchword.domain.clock import TOLERANCE, Clock
from watchword.domain.http import HttpRequest
from watchword.domain.principal import Principal, PrincipalType
from watchword.domain.secret import Secret
from watchword.services.deciding.principals import principal_of, root
from watchword.services.directory import Directory
from watchword.services.operation import Caller
from watchword.store.changes import EVERYTHING

OPENED_TOKENS = 8_192
"""How many opened session tokens are remembered."""


class _AnyRegion:
    """Holds every region name: one authority answers for all, as credentials of any region are valid in every other."""

    _shape = re.compile(r"[a-z0-9-]{1,64}")

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._shape.fullmatch(name) is not None


REGIONS = _AnyRegion()


class Authenticator:
    """Turns signed requests into callers; remembers opened tokens and derived signing keys."""

    def __init__(self, tokens: TokenRing, clock: Clock, signing_keys: SigningKeys) -> None:
        self._tokens = tokens
        self._clock = clock
        self._signing_keys = signing_keys
        self._opened: dict[str, Session] = {}
        self._lock = Lock()  # most requests come on the event loop, those that must read on worker threads

    def check(self, claim: Claim, service: str) -> None:
        """Check what needs no look-up: when and for which service it was signed.

        Raises the refusals of `crypto.sigv4.scope`.
        """
        check_claim(claim, services=service, regions=REGIONS, now=self._clock.real())  # 2

    def recognise(self, claim: Claim, request: HttpRequest, directory: Directory) -> Caller:
        """Say who made a checked claim.

        Raises InvalidClientTokenId, ExpiredToken, SignatureDoesNotMatch, Miss.
        """
        if claim.session_token is None:
            return self._by_key(claim, request, directory)
        return self._by_session(claim, claim.session_token, request, directory)

    def _by_key(self, claim: Claim, request: HttpRequest, directory: Directory) -> Caller:
        # Not asked for what no key's id can hold: PostgreSQL refuses a null character, as if it were in trouble.
        known = directory.key(claim.access_key_id) if claim.access_key_id.isprintable() else None  # 3
        if known is None or not known.active:
            raise InvalidClientTokenId
        self._verify(claim, request, "", lambda: known.secret)  # 4
        if known.owner_id == known.account:
            return Caller(root(known.account), known.id)
        if known.owner_name is None:  # 5
            raise InvalidClientTokenId
        owner, arn = known.owner_id, known.owner_arn
        return Caller(Principal(PrincipalType.USER, known.account, arn, owner, owner, arn, known.owner_name), known.id)

    def _by_session(self, claim: Claim, token: str, request: HttpRequest, directory: Directory) -> Caller:
        session = self._open(token, claim.access_key_id)  # 3
        now = self._clock.now()
        if session.expires_at <= now:
            raise ExpiredToken
        if session.issued_at > now + TOLERANCE:  # issued before a sandbox was set back
            raise InvalidClientTokenId
        self._verify(  # 4
            claim,
            request,
            str(session.ring_key),
            lambda: self._tokens.secret_for(session.access_key_id, session.ring_key),
        )
        return Caller(principal_of(session, directory), session.access_key_id, session)  # 5

    def forget(self, subjects: Iterable[str]) -> None:
        """Drop the signing keys of access keys that have changed."""
        with self._lock:
            for subject in subjects:
                if subject == EVERYTHING:
                    self._signing_keys.clear()
                else:
                    self._signing_keys.drop(subject)

    def _verify(self, claim: Claim, request: HttpRequest, version: str, secret: Callable[[], Secret]) -> None:
        with self._lock:
            key = self._signing_keys.of(claim, version=version, secret=secret)
        verify(claim, request, key)

    def _open(self, token: str, access_key_id: str) -> Session:
        session = self._opened.get(token)
        if session is not None and session.access_key_id == access_key_id:
            return session
        session = self._tokens.open(token, access_key_id)
        with self._lock:
            if len(self._opened) >= OPENED_TOKENS:
                del self._opened[next(iter(self._opened))]
            self._opened[token] = session
        return session
