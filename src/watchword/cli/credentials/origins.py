"""Where credentials come from, in words."""

from __future__ import annotations

from watchword.cli.credentials.chains import Delegated, Key, Link, Own, Role

_WAYS = {
    "": "wherever the AWS SDKs find them",
    "EcsContainer": "the container's endpoint",
    "Ec2InstanceMetadata": "the instance's metadata endpoint",
    "credential_process": "another process",
    "login_session": "`aws login`",
}


def origin(link: Link) -> str:
    """Say where credentials come from: the first end of a chain, and each call since."""
    match link:
        case Key():
            kind = "long-term key" if link.lasting else "session"
            return f"{link.place}, {kind} {link.credentials.access_key_id}"
        case Delegated():
            way = _WAYS.get(link.way, link.way)
            return f"{way}, by profile `{link.profile}`" if link.profile else way
        case Own():
            by = f", with MFA of {link.mfa_serial}" if link.mfa_serial else ""
            return f"{origin(link.parent)} → session of its own{by}"
        case Role():
            by = f", with MFA of {link.mfa_serial}" if link.mfa_serial else ""
            return f"{origin(link.parent)} → role {link.role}{by}"
