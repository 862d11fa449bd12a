"""A whole OpenID provider, made by others: somebody signs in there, and the token is exchanged for credentials."""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPResponse, HTTPSConnection
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.api.sts.federation import EXCHANGE, Federated, federated, known_authority, trusting_authority
from tests.support.issuers import CertificateAuthority
from tests.support.refusals import refused

__all__ = ["federated", "known_authority", "trusting_authority"]

PROVIDER = Path(__file__).with_name("openid_provider.py")
CALLBACK = "https://app.example/callback"


@dataclass(frozen=True)
class SignIn:
    """A provider, as an application sees it that sends its people there."""

    url: str
    trust: ssl.SSLContext

    def token(self, subject: str, client: str) -> str:
        """Sign somebody in by the authorization code flow; gives the ID token."""
        asked = {"client_id": client, "redirect_uri": CALLBACK, "response_type": "code", "scope": "openid email"}
        answer = self._post(f"/oauth2/authorize?{urlencode(asked)}", {"sub": subject})
        code = parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]
        granted = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
        answer = self._post("/oauth2/token", {**granted, "client_id": client, "client_secret": "any"})
        token: str = json.loads(answer.read())["id_token"]
        return token

    def _post(self, path: str, form: dict[str, str]) -> HTTPResponse:
        connection = HTTPSConnection(urlsplit(self.url).netloc, context=self.trust, timeout=10)
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", path, urlencode(form), kind)
        return connection.getresponse()


@pytest.fixture(scope="module")
def sign_in(known_authority: CertificateAuthority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SignIn]:
    folder = tmp_path_factory.mktemp("provider")
    trust = ssl.create_default_context(cafile=str(known_authority.write(folder / "ca.pem")))
    command = [sys.executable, "-W", "ignore", str(PROVIDER), str(known_authority.issue(folder))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            yield SignIn(process.stdout.readline().strip(), trust)
        finally:
            process.kill()


@pytest.mark.slow
def test_somebody_who_signs_in_gets_the_role_s_credentials(federated: Federated, sign_in: SignIn) -> None:
    host = sign_in.url.removeprefix("https://")
    federated.people.iam.create_open_id_connect_provider(Url=sign_in.url, ClientIDList=["web-app"])
    arn = f"arn:aws:iam::{federated.people.account}:oidc-provider/{host}"
    role = federated.role(arn=arn, condition={"StringEquals": {f"{host}:sub": "ann-0007", f"{host}:aud": "web-app"}})
    given = federated.exchange(role, sign_in.token("ann-0007", "web-app"))
    assert (given["SubjectFromWebIdentityToken"], given["Audience"]) == ("ann-0007", "web-app")
    federated.people.sts_of(given["Credentials"]).get_caller_identity()
    with refused("AccessDenied", message=f"Not authorized to perform {EXCHANGE}"):
        federated.exchange(role, sign_in.token("bob-0008", "web-app"))
    with refused("InvalidIdentityToken", message="Incorrect token audience"):
        federated.exchange(role, sign_in.token("ann-0007", "other-app"))
