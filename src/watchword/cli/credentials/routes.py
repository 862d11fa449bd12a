"""From a wish to the chain that fulfils it, by the AWS configuration that a person has. Asks nobody.

What goes before what: the command line, then the environment, then files; a profile that is named on the command line
goes before keys in the environment.   Source: AWS CLI User Guide, "Configuration settings and precedence".
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

from watchword.cli.credentials import endpoints, profiles, standing
from watchword.cli.credentials.chains import Delegated, Key, Link, Own, Role, checked, has_mfa, with_mfa
from watchword.cli.credentials.endpoints import Where
from watchword.cli.credentials.profiles import DEFAULT, FIRST, KEY_ID, Configuration, Profile
from watchword.cli.credentials.shapes import Wish
from watchword.cli.exits import Exit, Stop

ELSEWHERE = ("EcsContainer", "Ec2InstanceMetadata")
"""Values of `credential_source` that mean an endpoint nearby."""
WAYS = {
    "web_identity_token_file": "web identity",
    "sso_start_url": "SSO",
    "sso_account_id": "SSO",
    "sso_session": "SSO",
}
"""Settings that go before keys.  Source: botocore, ProfileProviderBuilder, the order of its providers."""
ENVIRONMENT = (
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)
"""What shapes credentials of which no profile says anything."""
ASKING = "WATCHWORD_ASKING"
"""Profiles, a line each, on whose behalf botocore may be running a process: one that asks us in turn would go round."""
ROLE_ARN = re.compile(r"arn:[a-z-]+:iam::([0-9]{12}):role/.+")
ROLE_NAME = re.compile(r"[\w+=,.@/-]{1,576}", re.ASCII)
PARTITIONS = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}
_ROLE_ONLY = ("session_name", "source_identity", "external_id", "tags", "transitive_tag_keys", "policy", "policy_arns")


@dataclass(frozen=True, slots=True)
class Route:
    """How a wish is fulfilled."""

    link: Link
    where: Where
    profile: str
    """The profile that it is by; empty when the environment alone did."""
    configuration: Configuration

    @property
    def settings_of(self) -> str:
        """The profile whose certificates and proxies are used; a store's own is in no file that SDKs read."""
        return "" if self.configuration.first else self.profile


def route(wish: Wish, environ: Mapping[str, str]) -> Route:
    """Find how a wish is fulfilled.

    Raises Stop.
    """
    configuration = profiles.read(environ)
    if wish.data is not None and not wish.profile and wish.role not in configuration.profiles:
        from watchword.settings import Settings  # noqa: PLC0415 - only for whoever runs an authority

        configuration = profiles.read_first(Settings(wish.data).profile_path)
        wish = replace(wish, profile=FIRST)
    return _Map(wish, configuration, environ).route()


def partition(region: str) -> str:
    """Give the partition of a region."""
    return next((name for start, name in PARTITIONS.items() if region.startswith(start)), "aws")


@dataclass(frozen=True, slots=True)
class _Map:
    wish: Wish
    configuration: Configuration
    environ: Mapping[str, str]

    def route(self) -> Route:
        wish, by_role = self.wish, self.wish.role in self.configuration.profiles
        named = (wish.role if by_role else "") or wish.profile or profiles.chosen(self.environ)
        where = endpoints.find(wish, self._lineage(named or DEFAULT), self.configuration, self.environ)
        in_environment = not by_role and not wish.profile and standing.in_environment(self.environ)
        if by_role:
            source = self._of(wish.profile, where) if wish.profile else None
            link = self._of(wish.role, where, source=source)
        else:
            link = self._asking(named, where, in_environment=in_environment)
            if wish.role:
                link = self._role(link, where)
        taken = named or (DEFAULT if DEFAULT in self.configuration.profiles else "")
        link = checked(self._shaped(link, where))
        return Route(link, where, "" if in_environment else taken, self.configuration)

    def _lineage(self, name: str) -> list[Profile]:
        """Give a profile and those that it takes credentials from, nearest first."""
        found: dict[str, Profile] = {}
        while name and name not in found and name in self.configuration.profiles:
            found[name] = self.configuration.profiles[name]
            name = found[name].get("source_profile")
        return list(found.values())

    def _asking(self, named: str, where: Where, *, in_environment: bool) -> Link:
        if named:
            self.configuration.named(named)  # one that does not exist is told, though keys may stand beside it
        if in_environment:
            return standing.of_environment(self.environ)
        if named or DEFAULT in self.configuration.profiles:
            return self._of(named or DEFAULT, where)
        found = {name: self.environ.get(name) for name in ENVIRONMENT}
        by_token = bool(found["AWS_WEB_IDENTITY_TOKEN_FILE"])
        return Delegated("", "web identity" if by_token else "", _digest(found), kept=by_token, of_role=by_token)

    def _of(self, name: str, where: Where, *, source: Link | None = None, seen: tuple[str, ...] = ()) -> Link:
        """Find what one profile gives."""
        profile = self.configuration.named(name)
        if profile.get("role_arn") and not profile.get("web_identity_token_file"):
            return self._role_of(profile, where, source or self._source(profile, where, (*seen, name)))
        way = next((way for setting, way in WAYS.items() if profile.get(setting)), "")
        if not way and KEY_ID not in profile.credentials:
            way = next((way for way in ("login_session", "credential_process") if profile.get(way)), "")
        return standing.of_profile(profile) if KEY_ID in profile.values and not way else self._delegated(profile, way)

    def _source(self, profile: Profile, where: Where, seen: tuple[str, ...]) -> Link:
        """Find what asks for a profile's role."""
        source, elsewhere = profile.get("source_profile"), profile.get("credential_source")
        if bool(source) == bool(elsewhere):
            raise Stop(
                f"profile `{profile.name}` has a `role_arn` and {'both' if source else 'neither'} of `source_profile` "
                "and `credential_source`; write one of them, so that it is clear who asks for the role"
            )
        if elsewhere == "Environment":
            return standing.of_environment(self.environ)
        if elsewhere in ELSEWHERE:
            found = _digest({name: self.environ.get(name) for name in ENVIRONMENT})
            return Delegated("", elsewhere, found, kept=False, of_role=True)
        if elsewhere:
            raise Stop(
                f"profile `{profile.name}` has `credential_source = {elsewhere}`; write Environment, EcsContainer or "
                "Ec2InstanceMetadata"
            )
        if source == profile.name and KEY_ID in profile.values:
            return standing.of_profile(profile)
        if source in seen:
            raise Stop(f"profiles take credentials from each other: {' → '.join((*seen, source))}; mend one of them")
        return self._of(source, where, seen=seen)

    def _role_of(self, profile: Profile, where: Where, parent: Link) -> Link:
        text = profile.get("duration_seconds")
        role = Role(
            parent,
            profile.get("role_arn"),
            duration=int(text) if text.isdecimal() else None,
            session_name=profile.get("role_session_name"),
            external_id=profile.get("external_id"),
            endpoint_url=where.sts_url,
        )
        serial = profile.get("mfa_serial") or (parent.mfa_serial if isinstance(parent, Key) else "")
        return with_mfa(role, serial) if serial else role

    def _role(self, parent: Link, where: Where) -> Link:
        """Find a role that is named by its ARN, or by its name in the account of whoever asks."""
        asked = self.wish.role
        if asked.startswith("arn:") and not ROLE_ARN.fullmatch(asked):
            raise Stop(f"`{asked}` is not the ARN of a role; write `arn:aws:iam::ACCOUNT:role/NAME`", Exit.USAGE)
        if not asked.startswith("arn:"):
            if not ROLE_NAME.fullmatch(asked):
                raise Stop(f"`{asked}` is neither a profile nor the name or ARN of a role", Exit.USAGE)
            account = self._account(parent)
            asked = f"arn:{partition(where.region)}:iam::{account}:role/{asked}" if account else asked
        role = Role(parent, asked, endpoint_url=where.sts_url)
        serial = parent.mfa_serial if isinstance(parent, Key) else ""
        return with_mfa(role, serial) if serial else role

    def _account(self, link: Link) -> str:
        """Tell whose credentials ask, as far as that is known without asking."""
        if isinstance(link, Role):
            found = ROLE_ARN.fullmatch(link.role)
            return found[1] if found else ""
        if isinstance(link, Delegated):
            return self.configuration.profiles[link.profile].get("sso_account_id") if link.profile else ""
        return (link.parent if isinstance(link, Own) else link).credentials.account_id

    def _shaped(self, link: Link, where: Where) -> Link:
        """Apply what the command line says to the last link."""
        wish = self.wish
        if isinstance(link, Role):
            given = {name: value for name in (*_ROLE_ONLY, "duration") if (value := getattr(wish, name))}
            link = replace(link, **given)
            link = with_mfa(link, wish.mfa_serial) if wish.mfa_serial else link
        elif any(getattr(wish, name) for name in _ROLE_ONLY):
            raise Stop("names, tags and policies shape a role's session; name a role, too", Exit.USAGE)
        elif wish.duration or wish.mfa_serial or wish.mfa_code:
            link = self._own(link, where)
        if wish.mfa_code and not has_mfa(link):
            raise Stop(
                "a code was given, and no device; add `--mfa-serial`, or `mfa_serial` to the profile", Exit.USAGE
            )
        return link

    def _own(self, link: Link, where: Where) -> Link:
        if not isinstance(link, Key) or not link.lasting:
            raise Stop(
                "a user's own session is asked for with a long-term key, and this is a session already; name a role, "
                "or leave out `--duration` and `--mfa-…`",
                Exit.USAGE,
            )
        return Own(link, self.wish.duration, self.wish.mfa_serial or link.mfa_serial, where.sts_url)

    def _delegated(self, profile: Profile, way: str) -> Delegated:
        if profile.name in self.environ.get(ASKING, "").splitlines():
            raise Stop(f"the process that profile `{profile.name}` names asks for that profile; name another one in it")
        session = self.configuration.sso_sessions.get(profile.get("sso_session"), {})
        found = _digest(dict(profile.values), dict(session), {name: self.environ.get(name) for name in ENVIRONMENT})
        return Delegated(profile.name, way, found, kept=bool(way), of_role=way in WAYS.values())


def _digest(*values: object) -> str:
    return sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
