"""Where a person's configuration says to ask: which region, and which address if not AWS's.

Source: AWS SDKs and Tools Reference Guide, "Service-specific endpoints"; botocore, ConfiguredEndpointProvider.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from watchword.cli.credentials.profiles import Configuration, Profile, nested
from watchword.cli.credentials.shapes import Wish


@dataclass(frozen=True, slots=True)
class Where:
    """Where to ask; empty members leave it to AWS's own rules."""

    region: str = ""
    endpoint_url: str = ""
    """Of every service."""
    sts_url: str = ""
    """Of STS, which may have one of its own."""


def find(wish: Wish, profiles: Sequence[Profile], configuration: Configuration, environ: Mapping[str, str]) -> Where:
    """Tell where to ask: the command line first, then the environment, then these profiles, nearest first."""
    region = wish.region or environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or _first(profiles, "region")
    if wish.endpoint_url:
        return Where(region, wish.endpoint_url, wish.endpoint_url)
    ignored = environ.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") or _first(profiles, "ignore_configured_endpoint_urls")
    if ignored.lower() == "true":
        return Where(region)
    everywhere = environ.get("AWS_ENDPOINT_URL") or ""
    of_sts = environ.get("AWS_ENDPOINT_URL_STS") or everywhere
    for profile in profiles:
        own = profile.get("endpoint_url")
        of_sts = of_sts or _of_service(profile, configuration) or own
        everywhere = everywhere or own
    return Where(region, everywhere, of_sts)


def _first(profiles: Sequence[Profile], setting: str) -> str:
    return next((value for profile in profiles if (value := profile.get(setting))), "")


def _of_service(profile: Profile, configuration: Configuration) -> str:
    section = configuration.services.get(profile.get("services"), {})
    return nested(section.get("sts", "")).get("endpoint_url", "")
