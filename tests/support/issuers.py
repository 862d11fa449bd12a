"""Identity providers for tests: a real one over TLS with a certificate authority of its own, and one out of reach."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, Never
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from watchword.services.issuers.faults import Unreachable
from watchword.services.issuers.key_sets import KeySets

HOST = "127.0.0.1"
JSON = "application/json"
DESCRIPTION, KEYS = "/.well-known/openid-configuration", "/keys"


def nobody_publishes() -> KeySets:
    """Give a memory of keys in a world without identity providers."""

    def fetch(issuer: str, _thumbprints: tuple[str, ...]) -> Never:
        raise Unreachable(issuer)

    return KeySets(fetch, lambda: 0.0)


@dataclass(frozen=True)
class CertificateAuthority:
    """A private one; `path` is its certificate in PEM."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey = field(repr=False)
    parent: CertificateAuthority | None = None

    @classmethod
    def made(cls, parent: CertificateAuthority | None = None) -> CertificateAuthority:
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name(f"authority {uuid4()}")
        signer, issuer = (parent.key, parent.certificate.subject) if parent else (key, name)
        usage = x509.KeyUsage(
            digital_signature=True,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=True,
            crl_sign=True,
            encipher_only=False,
            decipher_only=False,
        )
        built = (
            _builder(name, issuer, key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(_authority_key(signer), critical=False)
            .sign(signer, SHA256())
        )
        return cls(built, key, parent)

    @property
    def thumbprint(self) -> str:
        """As IAM takes it."""
        return self.certificate.fingerprint(SHA1()).hex()

    @property
    def chain(self) -> bytes:
        """This certificate and those above it, in PEM."""
        above = self.parent.chain if self.parent else b""
        return self.certificate.public_bytes(Encoding.PEM) + above

    def write(self, path: Path) -> Path:
        path.write_bytes(self.certificate.public_bytes(Encoding.PEM))
        return path

    def server(self, folder: Path, *, presents: CertificateAuthority | None = None, name: str = "") -> ssl.SSLContext:
        """Make what a server on this machine shows; the arguments are as in `issue`."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.issue(folder, presents=presents, name=name))
        return context

    def issue(self, folder: Path, *, presents: CertificateAuthority | None = None, name: str = "") -> Path:
        """Write a key and its certificate for this machine, or for `name`, with the chain of `presents`."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = [x509.DNSName(name)] if name else [x509.IPAddress(IPv4Address(HOST)), x509.DNSName("localhost")]
        certificate = (
            _builder(_name("provider"), self.certificate.subject, key.public_key())
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(_authority_key(self.key), critical=False)
            .sign(self.key, SHA256())
        )
        pem = folder / f"{uuid4()}.pem"
        pem.write_bytes(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            + certificate.public_bytes(Encoding.PEM)
            + (presents or self).chain
        )
        return pem


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=2))
    )


def _authority_key(key: ec.EllipticCurvePrivateKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())


@cache
def rsa_key() -> RSAKey:
    """One RSA key for all tests of a process: making one takes long."""
    return RSAKey.generate_key(2_048)


def public(key: ECKey | RSAKey, kid: str, **more: Any) -> dict[str, Any]:
    """Write a key as providers publish it."""
    return {**key.as_dict(private=False), "kid": kid, "use": "sig", **more}


@dataclass(slots=True)
class Answered:
    """What an issuer answers instead of the truth."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Issuer:
    """A running OpenID provider. `keys` are what it publishes; it signs with the last."""

    url: str
    authority: CertificateAuthority
    keys: dict[str, ECKey | RSAKey] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    """The path of each request, once it has come in."""
    instead: dict[str, Answered] = field(default_factory=dict)
    """Other answers, by path."""
    down: bool = False
    gate: threading.Event = field(default_factory=threading.Event)
    """Answers wait for it."""

    def roll(self, key: ECKey | RSAKey | None = None) -> str:
        """Publish one more key and sign with it; gives its id."""
        kid = f"key-{uuid4().hex[:8]}"
        self.keys[kid] = key or ECKey.generate_key("P-256")
        return kid

    def token(self, *, kid: str = "", alg: str = "", header: Mapping[str, Any] | None = None, **claims: Any) -> str:
        """Sign a token of good claims, changed by `claims`: None takes one away."""
        kid = kid or next(reversed(self.keys))
        key = self.keys[kid]
        algorithm = alg or ("RS256" if isinstance(key, RSAKey) else "ES256")
        whole = good_claims(self.url) | claims
        named = {"alg": algorithm, "kid": kid, "typ": "JWT", **(header or {})}
        signable = {name: value for name, value in whole.items() if value is not None}
        return jwt.encode(named, signable, key, algorithms=[algorithm])

    def answer(self, path: str) -> Answered:
        if path in self.instead:
            return self.instead[path]
        if path.endswith(DESCRIPTION):
            described = {"issuer": self.url, "jwks_uri": f"{self.url.rstrip('/')}{KEYS}"}
            return Answered(body=json.dumps(described).encode())
        if path.endswith(KEYS):
            keys = [public(key, kid) for kid, key in self.keys.items()]
            return Answered(body=json.dumps({"keys": keys}).encode())
        return Answered(404)


def good_claims(issuer: str) -> dict[str, Any]:
    """Give the claims of a token that everybody likes."""
    now = int(datetime.now(UTC).timestamp())
    return {"iss": issuer, "aud": "app", "sub": "person-7", "iat": now, "exp": now + 600}


@contextmanager
def issuing(authority: CertificateAuthority, context: ssl.SSLContext, path: str = "") -> Iterator[Issuer]:
    """Run a provider on this machine until the block ends; `context` is what its server shows."""
    holder: list[Issuer] = []
    server = ThreadingHTTPServer((HOST, 0), _handler(lambda: holder[0]))
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients that break off are no news
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    issuer = Issuer(f"https://{HOST}:{server.server_port}{path}", authority)
    issuer.gate.set()
    issuer.roll()
    holder.append(issuer)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        issuer.gate.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(issuer: Callable[[], Issuer]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:
            here = issuer()
            here.asked.append(self.path)
            here.gate.wait(20)
            if here.down:
                self.close_connection = True
                return
            answer = here.answer(self.path)
            self.send_response(answer.status)
            for name, value in {
                "Content-Type": JSON,
                "Content-Length": str(len(answer.body)),
                **answer.headers,
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: Any) -> None: ...

    return Handler
