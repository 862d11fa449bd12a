"""Which certificate a provider is known by, where no authority that is trusted here vouches for it.

AWS's rule: the thumbprint registered with the provider is the SHA-1 of a certificate in the chain that its host
presents. To learn that chain a connection is made that verifies nothing; nothing else is read from it or sent over it.
Then only that one certificate is trusted, and the connection that is used verifies the host's name and whole path
against it: whoever merely presents the certificate, without a key that it vouches for, is refused.
Source: IAM User Guide, "Obtain the thumbprint for an OpenID Connect identity provider".
"""

from __future__ import annotations

import ssl
from collections.abc import Collection
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding
from OpenSSL import SSL

from watchword.services.issuers.addresses import Address
from watchword.services.issuers.cutoff import Cutoff
from watchword.services.issuers.faults import Unreachable, Untrusted


def trusting(authorities: Path | None) -> ssl.SSLContext:
    """Trust the authorities that this machine trusts, and those in a file of PEM certificates if one is given.

    Raises OSError when the file cannot be read or holds none.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if authorities is not None:
        context.load_verify_locations(authorities)
    return context


def trusting_thumbprint(address: Address, thumbprints: Collection[str], cutoff: Cutoff) -> ssl.SSLContext:
    """Trust nothing but the certificate that a host presents and that has one of these thumbprints.

    Raises Untrusted when it presents none, Unreachable.
    """
    for certificate in _presented(address, cutoff):
        if certificate.fingerprint(SHA1()).hex() in thumbprints:  # noqa: S303 - AWS's rule; no collision helps a thief
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # it need not be its own issuer
            context.load_verify_locations(cadata=certificate.public_bytes(Encoding.PEM).decode())
            return context
    raise Untrusted("it presents no certificate that was registered")


def _presented(address: Address, cutoff: Cutoff) -> list[x509.Certificate]:
    """Learn which certificates a host presents; who it is, nobody has verified.

    Raises Unreachable.
    """
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_min_proto_version(SSL.TLS1_2_VERSION)
    context.set_verify(SSL.VERIFY_NONE)
    try:
        with cutoff.connect(address.host, address.port) as raw:
            raw.settimeout(None)  # OpenSSL blocks on it itself, until the cutoff
            connection = SSL.Connection(context, raw)
            connection.set_tlsext_host_name(address.host.encode())
            connection.set_connect_state()
            connection.do_handshake()
            return connection.get_peer_cert_chain(as_cryptography=True) or []
    except (OSError, SSL.Error) as error:
        raise Unreachable(f"no connection to {address.authority}") from error
