"""One GET over verified TLS: no redirect, no proxy, no more than so many bytes, and no longer than the cutoff."""

from __future__ import annotations

import ssl
from collections.abc import Collection
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException

from watchword.services.issuers.addresses import Address
from watchword.services.issuers.certificates import trusting_thumbprint
from watchword.services.issuers.cutoff import Cutoff
from watchword.services.issuers.faults import Unreachable, Untrusted, Unusable

LARGEST_ANSWER = 524_288
"""Bytes: two hundred keys, each with its certificates."""
TROUBLE = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS, *range(500, 600)})
"""What a host answers that may answer better later."""


def get(address: Address, trust: ssl.SSLContext, thumbprints: Collection[str], cutoff: Cutoff) -> bytes:
    """Get a document from a host that `trust` or a thumbprint vouches for.

    Raises Untrusted, Unreachable, Unusable.
    """
    try:
        return _get(address, trust, cutoff)
    except ssl.SSLCertVerificationError as error:
        if not thumbprints:
            raise Untrusted(f"no authority trusted here vouches for {address.authority}") from error
    try:
        return _get(address, trusting_thumbprint(address, thumbprints, cutoff), cutoff)
    except ssl.SSLCertVerificationError as error:
        raise Untrusted(f"the registered certificate does not vouch for {address.authority}") from error


def _get(address: Address, trust: ssl.SSLContext, cutoff: Cutoff) -> bytes:
    """Get a document from a host that `trust` vouches for.

    Raises ssl.SSLCertVerificationError, Unreachable, Unusable.
    """
    try:
        with (
            cutoff.connect(address.host, address.port) as raw,
            trust.wrap_socket(raw, server_hostname=address.host) as verified,
        ):
            connection = HTTPConnection(address.host, address.port)
            connection.sock = verified
            return _body(address, connection, cutoff)
    except ssl.SSLCertVerificationError:
        raise
    except (OSError, HTTPException) as error:
        raise Unreachable(f"no answer from {address.authority}") from error


def _body(address: Address, connection: HTTPConnection, cutoff: Cutoff) -> bytes:
    """Ask, and read the answer.

    Raises OSError, HTTPException, Unreachable, Unusable.
    """
    told = {"Host": address.authority, "Accept": "application/json", "User-Agent": "watchword", "Connection": "close"}
    connection.request("GET", (address.path or "/") + address.query, headers=told)
    answer = connection.getresponse()
    if answer.status in TROUBLE:
        raise Unreachable(f"{address.authority} answers {answer.status}")
    if answer.status != HTTPStatus.OK:
        raise Unusable(f"{address.authority} answers {answer.status}")
    body = answer.read(LARGEST_ANSWER + 1)
    if len(body) > LARGEST_ANSWER:
        raise Unusable(f"{address.authority} answers more than {LARGEST_ANSWER} bytes")
    if answer.length or not cutoff.left:  # a connection that was cut off looks like one that has ended
        raise Unreachable(f"{address.authority} breaks off")
    return body
