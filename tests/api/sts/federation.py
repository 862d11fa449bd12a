"""What the web identity tests share: an authority that trusts a private certificate authority, and a provider by it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.api.sts.people import EVERYTHING, People, Role, Statement, document, named
from tests.support.authority import Authority, initialise, serving
from tests.support.issuers import CertificateAuthority, Issuer, issuing

EXCHANGE = "sts:AssumeRoleWithWebIdentity"


@dataclass(frozen=True)
class Federated:
    """An authority, a provider that its account has registered, and who sets up roles there."""

    people: People
    authority: Authority
    issuer: Issuer
    folder: Path

    @property
    def sts(self) -> Any:
        return self.authority.client("sts")

    @property
    def arn(self) -> str:
        return arn_of(self.people.account, self.issuer)

    def register(self, issuer: Issuer | None = None, *clients: str, thumbprints: tuple[str, ...] = ()) -> str:
        """Register a provider, whether or not it was."""
        asked = issuer or self.issuer
        arn = arn_of(self.people.account, asked)
        if arn in {one["Arn"] for one in self.people.iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]}:
            self.people.iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
        self.people.iam.create_open_id_connect_provider(
            Url=asked.url, ClientIDList=clients or ("app",), ThumbprintList=thumbprints
        )
        return arn

    def role(self, *may: Statement, actions: tuple[str, ...] = (EXCHANGE,), arn: str = "", **more: Any) -> Role:
        """Make a role that trusts a provider, under a condition if one is given."""
        conditions = more.pop("condition", None)
        trust: Statement = {"Effect": "Allow", "Principal": {"Federated": arn or self.arn}, "Action": list(actions)}
        if conditions:
            trust["Condition"] = conditions
        return self.people.role(*(may or (EVERYTHING,)), trusts=trust, **more)

    def exchange(self, role: Role | str, token: str | None = None, **more: Any) -> Any:
        """Bring a token, as nobody: the client signs nothing."""
        return self.sts.assume_role_with_web_identity(
            RoleArn=role if isinstance(role, str) else role.arn,
            RoleSessionName=more.pop("RoleSessionName", "run-7"),
            WebIdentityToken=self.issuer.token() if token is None else token,
            **more,
        )

    def key(self, claim: str) -> str:
        """Name a context key of the provider."""
        return f"{self.issuer.url.removeprefix('https://')}:{claim}"


def arn_of(account: str, issuer: Issuer) -> str:
    return f"arn:aws:iam::{account}:oidc-provider/{issuer.url.removeprefix('https://')}"


@pytest.fixture(scope="module")
def known_authority() -> CertificateAuthority:
    """The private certificate authority that the running authority is told of."""
    return CertificateAuthority.made()


@pytest.fixture(scope="module")
def trusting_authority(
    known_authority: CertificateAuthority, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Authority]:
    data = tmp_path_factory.mktemp("federation") / "data"
    first = initialise(data, "--sandbox")
    file = known_authority.write(data / "ca.pem")
    with serving(data, first, environment={"WATCHWORD_OIDC_CA_FILE": str(file)}) as running:
        yield running


@pytest.fixture
def federated(
    trusting_authority: Authority, known_authority: CertificateAuthority, tmp_path: Path
) -> Iterator[Federated]:
    """A provider of its own for each test, registered for the client `app`."""
    account = trusting_authority.account_id
    clients: Any = trusting_authority
    people = People(clients, trusting_authority.client("iam"), account)
    with issuing(known_authority, known_authority.server(tmp_path)) as issuer:
        made = Federated(people, trusting_authority, issuer, tmp_path)
        made.register()
        yield made
    trusting_authority.reset()


__all__ = ["EVERYTHING", "EXCHANGE", "Federated", "arn_of", "document", "federated", "known_authority", "named"]
