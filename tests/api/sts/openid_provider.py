"""Runs a whole OpenID provider over TLS, as its own process; prints its address. Its makers are not this project's."""

from __future__ import annotations

import ssl
import sys

from oidc_provider_mock import User, app  # type: ignore[import-untyped]  # it has no types
from werkzeug.serving import make_server


def main(pem: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    ann = User(sub="ann-0007", claims={"email": "ann@example.com"})
    server = make_server("127.0.0.1", 0, app(user_claims=[ann]), threaded=True, ssl_context=context)
    print(f"https://127.0.0.1:{server.server_port}", flush=True)  # noqa: T201 - whoever started it waits for this
    server.serve_forever()


main(sys.argv[1])
