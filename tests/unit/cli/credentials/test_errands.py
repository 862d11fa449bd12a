"""What a refused call is told with: what to do next."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from watchword.cli.credentials.asking import NoAsk
from watchword.cli.credentials.chains import Link, Own, Role
from watchword.cli.credentials.endpoints import Where
from watchword.cli.credentials.errands import Errand
from watchword.cli.credentials.profiles import Configuration
from watchword.cli.credentials.routes import Route
from watchword.cli.credentials.shapes import Credentials, Wish
from watchword.cli.credentials.standing import of_environment
from watchword.cli.exits import Stop

PARENT = of_environment({"AWS_ACCESS_KEY_ID": "AKIAAAAAAAAAAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"})
DEPLOY = Role(PARENT, "arn:aws:iam::111122223333:role/deploy")


class Nobody:
    def parent(self, link: Link) -> Credentials:
        raise NotImplementedError(link)

    def kept_since(self, link: Link) -> float | None:
        raise NotImplementedError(link)

    def forget(self, link: Link) -> None:
        raise NotImplementedError(link)


def refused(code: str, message: str, link: Own | Role = DEPLOY) -> None:
    route = Route(link, Where(), "", Configuration({}, {}, {}))
    errand = Errand(Wish(role="deploy"), route, 0, NoAsk(), Nobody())
    errand._refused(ClientError({"Error": {"Code": code, "Message": message}}, "AssumeRole"), link)


def test_a_name_that_is_no_profile_may_be_wrong() -> None:
    with pytest.raises(Stop, match="`deploy` is no profile, so a role of that name was asked for"):
        refused("AccessDenied", "User: x is not authorized to perform: sts:AssumeRole")


def test_nothing_is_wrong_with_the_name_of_what_is_blocked() -> None:
    with pytest.raises(ClientError, match="is blocked until"):
        refused("AccessDenied", "The session is blocked until 2027-01-11T09:00:00Z: incident")


def test_what_is_too_long_ends_in_one_sentence() -> None:
    with pytest.raises(Stop, match="set for this role; ask for less"):
        refused("ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
