"""Going to whoever gives a session: each call once, a code spent once, and a refusal told with what to do next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NoReturn, Protocol

from watchword.cli import aws
from watchword.cli.credentials import delegation, sts
from watchword.cli.credentials.asking import Ask
from watchword.cli.credentials.chains import Delegated, Key, Link, Own, Role, has_mfa, root
from watchword.cli.credentials.durations import OWN_SESSION, ROLE, said
from watchword.cli.credentials.routes import Route, partition
from watchword.cli.credentials.shapes import Credentials, Wish
from watchword.cli.credentials.standing import account_in
from watchword.cli.exits import Exit, Stop
from watchword.domain.refusal_codes import DENIED, EXPIRED, NOT_KNOWN

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

OVER = EXPIRED | NOT_KNOWN
"""Codes of a session that is kept here, and was ended there."""
BLOCKED = " is blocked until "
"""What an authority of one's own says of sessions under a block; no name and no trust policy is to blame for it."""
ROLE_PREFIX = "arn:"


class Parents(Protocol):
    """Where what a call is signed with comes from."""

    def parent(self, link: Link) -> Credentials: ...
    def kept_since(self, link: Link) -> float | None: ...
    def forget(self, link: Link) -> None: ...


@dataclass(frozen=True, slots=True)
class Errand:
    """One link's credentials, from whoever gives them."""

    wish: Wish
    route: Route
    now: float
    ask: Ask
    parents: Parents

    def bring(self, link: Link) -> Credentials:
        """Ask for what a link gives.

        Raises Stop.
        """
        if isinstance(link, Key):
            return link.credentials
        if isinstance(link, Delegated):
            return delegation.get(link)
        with aws.refusals_told():
            return self._own(link) if isinstance(link, Own) else self._role(link)

    def _own(self, link: Own) -> Credentials:
        from botocore.exceptions import ClientError  # noqa: PLC0415 - takes a twentieth of a second

        asking = link.parent.credentials
        code = self._code(link.mfa_serial)
        client = sts.client(asking, self.route.where, self.route.settings_of, tries=1 if code else None)
        try:
            got = sts.own_session(client, link, code)
        except ClientError as error:
            self._refused(error, link)
        return self._here(got, link.duration or OWN_SESSION.default)

    def _role(self, link: Role) -> Credentials:
        from botocore.exceptions import ClientError  # noqa: PLC0415 - likewise

        try:
            return self._ask_role(link)
        except ClientError as error:
            if aws.code(error) not in OVER or link.mfa_serial or self.parents.kept_since(link.parent) is None:
                self._refused(error, link)
            self.parents.forget(link.parent)
        try:
            return self._ask_role(link)
        except ClientError as error:
            self._refused(error, link)

    def _ask_role(self, link: Role) -> Credentials:
        asking = self.parents.parent(link.parent)
        code = self._code(link.mfa_serial)
        client = sts.client(asking, self.route.where, self.route.settings_of, tries=1 if code else None)
        role_arn = link.role
        if not role_arn.startswith(ROLE_PREFIX):
            account = account_in(asking.access_key_id) or client.get_caller_identity()["Account"]
            role_arn = f"arn:{partition(self.route.where.region)}:iam::{account}:role/{role_arn}"
        return self._here(sts.role_session(client, link, role_arn, code), link.duration or ROLE.default)

    def _code(self, serial: str) -> str:
        if not serial:
            return ""
        return self.wish.mfa_code or self.ask.mfa_code(serial)

    def _here(self, got: Credentials, lasting: int) -> Credentials:
        """Tell when a session ends by this machine's clock: a sandbox's may be months ahead."""
        return replace(got, expires_at=min(got.expires_at or self.now, self.now + lasting))

    def _refused(self, error: ClientError, link: Own | Role) -> NoReturn:
        """Say what to do next, where that is more than `aws.refusals_told` knows.

        Raises Stop, or the refusal itself.
        """
        refused, words = aws.code(error), aws.words(error)
        if "invalid MFA one time pass code" in words:
            raise Stop(f"{words}; wait until the device shows another code, then try again", Exit.LOGIN) from error
        if "MaxSessionDuration" in words:
            ways = "ask for less, or raise it: `aws iam update-role --max-session-duration …`"
            raise Stop(f"{words.rstrip('.')}; {ways}") from error
        if refused in DENIED and BLOCKED not in words and (hint := self._hint(link)):
            raise Stop(f"{words}; {hint}", Exit.DENIED) from error
        raise error

    def _hint(self, link: Own | Role) -> str:
        asked = self.wish.role
        if asked and not asked.startswith(ROLE_PREFIX) and asked not in self.route.configuration.profiles:
            return f"`{asked}` is no profile, so a role of that name was asked for; see its trust policy, or the name"
        since = self.parents.kept_since(link.parent) if isinstance(link, Role) and has_mfa(link.parent) else None
        if since is not None:
            return (
                f"the MFA code was given {said(self.now - since)} ago: if that is too long for this role, add `--force "
                "--mfa-code CODE`; else ask for this permission"
            )
        if isinstance(link, Role) and isinstance(root(link), Key) and not has_mfa(link):
            return "if the role asks for MFA, add `--mfa-serial`; else see its trust policy, and your own permissions"
        return ""
