"""What providers answer, and what is made of it: over real TLS, with hosts that lie, stall, pour and break off."""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.issuers import DESCRIPTION, HOST, KEYS, Answered, CertificateAuthority, Issuer, issuing
from watchword.crypto.jose import WebKeys
from watchword.services.issuers.certificates import trusting
from watchword.services.issuers.faults import Unreachable, Untrusted, Unusable
from watchword.services.issuers.https import LARGEST_ANSWER
from watchword.services.issuers.published import fetch_keys

NO_THUMBPRINTS = ()


@pytest.fixture(scope="module")
def authority() -> CertificateAuthority:
    return CertificateAuthority.made()


@pytest.fixture(scope="module")
def trust(authority: CertificateAuthority, tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    return trusting(authority.write(tmp_path_factory.mktemp("trust") / "ca.pem"))


@pytest.fixture
def issuer(authority: CertificateAuthority, tmp_path: Path) -> Iterator[Issuer]:
    with issuing(authority, authority.server(tmp_path)) as running:
        yield running


def fetched(issuer: Issuer, trust: ssl.SSLContext, *thumbprints: str, seconds: float = 5.0) -> WebKeys:
    return fetch_keys(issuer.url, thumbprints, trust=trust, seconds=seconds)


def test_keys_come_by_way_of_the_description(issuer: Issuer, trust: ssl.SSLContext) -> None:
    kid = issuer.roll()
    assert kid in fetched(issuer, trust)
    assert issuer.asked == [DESCRIPTION, KEYS]


@pytest.mark.parametrize("path", ["/realms/one", "/realms/one/"])
def test_an_issuer_may_have_a_path(
    path: str, authority: CertificateAuthority, trust: ssl.SSLContext, tmp_path: Path
) -> None:
    with issuing(authority, authority.server(tmp_path), path) as issuer:
        assert next(iter(issuer.keys)) in fetched(issuer, trust)
        assert issuer.asked[0] == f"/realms/one{DESCRIPTION}"


def test_no_other_name_is_answered_for(issuer: Issuer, trust: ssl.SSLContext) -> None:
    for name in (issuer.url + "/", issuer.url.upper(), "https://other.example"):
        described = {"issuer": name, "jwks_uri": issuer.url + KEYS}
        issuer.instead[DESCRIPTION] = Answered(body=json.dumps(described).encode())
        with pytest.raises(Unusable, match="another name"):
            fetched(issuer, trust)
    assert KEYS not in issuer.asked


@pytest.mark.parametrize(
    "jwks_uri",
    [
        "http://127.0.0.1/keys",
        "file:///etc/passwd",
        "https://user:word@127.0.0.1/keys",
        "https://127.0.0.1/keys#x",
        "https://127.0.0.1/ke ys",
        "https://127.0.0.1\r\nHost: x/",
        "https://[::1]/keys",
        "https://127.0.0.1:99999/",
        "gopher://127.0.0.1/",
        "",
        f"https://127.0.0.1/{'x' * 2_048}",
    ],
)
def test_keys_are_had_from_https_addresses_alone(jwks_uri: str, issuer: Issuer, trust: ssl.SSLContext) -> None:
    described = {"issuer": issuer.url, "jwks_uri": jwks_uri}
    issuer.instead[DESCRIPTION] = Answered(body=json.dumps(described).encode())
    with pytest.raises(Unusable):
        fetched(issuer, trust)


@pytest.mark.parametrize("path", [DESCRIPTION, KEYS])
@pytest.mark.parametrize(
    "answer",
    [
        Answered(301, headers={"Location": "/elsewhere"}),
        Answered(302, headers={"Location": "http://169.254.169.254/"}),
        Answered(404),
        Answered(204),
        Answered(200, b"<html>"),
        Answered(200, b'{"issuer": 7, "jwks_uri": []}'),
        Answered(200, b'{"keys": "none"}'),
        Answered(200, b"[" * 100_000),
        Answered(200, b"\xff\xfe"),
        Answered(200, b"x" * (LARGEST_ANSWER + 1)),
    ],
    ids=lambda answer: f"{answer.status}-{len(answer.body)}" if isinstance(answer, Answered) else None,
)
def test_what_is_no_answer_of_a_provider_is_unusable(
    path: str, answer: Answered, issuer: Issuer, trust: ssl.SSLContext
) -> None:
    issuer.instead[path] = answer
    with pytest.raises(Unusable):
        fetched(issuer, trust)
    assert "/elsewhere" not in issuer.asked


@pytest.mark.parametrize(
    "answer",
    [Answered(500), Answered(503), Answered(429), Answered(408), Answered(200, b"{", {"Content-Length": "99"})],
    ids=["500", "503", "429", "408", "short"],
)
def test_trouble_of_its_own_is_no_fault_of_its_keys(answer: Answered, issuer: Issuer, trust: ssl.SSLContext) -> None:
    issuer.instead[KEYS] = answer
    with pytest.raises(Unreachable):
        fetched(issuer, trust)


def test_a_provider_that_is_down_is_unreachable(issuer: Issuer, trust: ssl.SSLContext) -> None:
    issuer.down = True
    with pytest.raises(Unreachable):
        fetched(issuer, trust)
    with socket.socket() as closed:
        closed.bind((HOST, 0))
        with pytest.raises(Unreachable):
            fetch_keys(f"https://{HOST}:{closed.getsockname()[1]}", (), trust=trust, seconds=5.0)
    with pytest.raises(Unreachable):
        fetch_keys("https://nobody.invalid", (), trust=trust, seconds=5.0)


def test_a_provider_that_does_not_answer_is_left(issuer: Issuer, trust: ssl.SSLContext) -> None:
    issuer.gate.clear()
    begun = time.monotonic()
    with pytest.raises(Unreachable):
        fetched(issuer, trust, seconds=0.3)
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize("where", ["handshake", "headers", "body"])
def test_a_provider_that_drips_is_cut_off(
    where: str, authority: CertificateAuthority, trust: ssl.SSLContext, tmp_path: Path
) -> None:
    """A byte now and then keeps every timeout of a socket from passing."""
    with dripping(where, authority.server(tmp_path)) as port:
        begun = time.monotonic()
        with pytest.raises(Unreachable):
            fetch_keys(f"https://{HOST}:{port}", ("0" * 40,), trust=trust, seconds=0.4)
        assert time.monotonic() - begun < 2


class dripping:  # noqa: N801 - reads as what it does
    """A server that sends a byte every twentieth of a second, for ever."""

    def __init__(self, where: str, context: ssl.SSLContext) -> None:
        self._where, self._context = where, context
        self._listener = socket.create_server((HOST, 0))
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> int:
        self._thread.start()
        port: int = self._listener.getsockname()[1]
        return port

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        try:
            raw, _ = self._listener.accept()
            with raw:
                if self._where == "handshake":
                    self._drip(raw, b"\x16\x03\x03\x40\x00")
                with self._context.wrap_socket(raw, server_side=True) as secure:
                    secure.recv(4_096)
                    whole = b"HTTP/1.1 200 OK\r\n"
                    self._drip(secure, whole if self._where == "headers" else whole + b"\r\n")
        except OSError:
            return

    def _drip(self, to: socket.socket, first: bytes) -> None:
        to.sendall(first)
        while not self._over.wait(0.05):
            to.sendall(b"\x00" if self._where == "handshake" else b"x")


def test_a_host_that_stalls_while_its_certificates_are_looked_at_is_left(
    authority: CertificateAuthority, tmp_path: Path
) -> None:
    context = authority.server(tmp_path)
    with socket.create_server((HOST, 0)) as listener:
        stalled: list[socket.socket] = []

        def serve() -> None:
            first, _ = listener.accept()
            with suppress(OSError), context.wrap_socket(first, server_side=True) as secure:
                secure.recv(1)  # whoever connects turns away: nobody vouches for us
            stalled.append(listener.accept()[0])

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        url, begun = f"https://{HOST}:{listener.getsockname()[1]}", time.monotonic()
        with pytest.raises(Unreachable):
            fetch_keys(url, (authority.thumbprint,), trust=trusting(None), seconds=0.4)
        assert time.monotonic() - begun < 2
        thread.join(5)
        assert len(stalled) == 1
        stalled[0].close()


def test_a_host_that_nobody_vouches_for_is_not_trusted(issuer: Issuer) -> None:
    with pytest.raises(Untrusted):
        fetched(issuer, trusting(None))
    assert issuer.asked == []


def test_a_certificate_for_another_host_is_not_trusted(
    authority: CertificateAuthority, trust: ssl.SSLContext, tmp_path: Path
) -> None:
    with issuing(authority, authority.server(tmp_path, name="other.example")) as issuer:
        for thumbprints in ((), (authority.thumbprint,)):
            with pytest.raises(Untrusted):
                fetched(issuer, trust, *thumbprints)
        assert issuer.asked == []


def test_a_registered_thumbprint_vouches_where_nobody_else_does(
    issuer: Issuer, authority: CertificateAuthority
) -> None:
    assert fetched(issuer, trusting(None), "0" * 40, authority.thumbprint).by_id


@pytest.mark.parametrize("which", ["root", "intermediate"])
def test_any_authority_of_the_chain_may_be_registered(which: str, tmp_path: Path) -> None:
    root = CertificateAuthority.made()
    intermediate = CertificateAuthority.made(root)
    named = {"root": root, "intermediate": intermediate}[which]
    with issuing(intermediate, intermediate.server(tmp_path)) as issuer:
        assert fetched(issuer, trusting(None), named.thumbprint).by_id


def test_an_authority_that_is_not_registered_does_not_vouch(issuer: Issuer) -> None:
    with pytest.raises(Untrusted):
        fetched(issuer, trusting(None), CertificateAuthority.made().thumbprint)
    assert issuer.asked == []


def test_showing_the_registered_certificate_is_not_enough(authority: CertificateAuthority, tmp_path: Path) -> None:
    """A thief can present any certificate that is public; the server's own must be vouched for by it."""
    thief = CertificateAuthority.made()
    with issuing(authority, thief.server(tmp_path, presents=authority)) as issuer:
        with pytest.raises(Untrusted):
            fetched(issuer, trusting(None), authority.thumbprint)
        assert issuer.asked == []


def test_a_file_without_certificates_is_none(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        trusting(tmp_path / "missing.pem")
    (tmp_path / "empty.pem").write_text("nothing")
    with pytest.raises(OSError):  # noqa: PT011 - OpenSSL's own words
        trusting(tmp_path / "empty.pem")
