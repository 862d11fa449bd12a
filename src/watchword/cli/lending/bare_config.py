"""A configuration file with a profile's settings and nobody's credentials.

SDKs ask a container endpoint last, and a default profile with keys would go before it: a child that is to use the
endpoint sees this file alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

CREDENTIALS = ("aws_", "credential_", "duration_", "external_", "login_", "mfa_", "role_", "source_", "sso_", "web_")
"""How the names of settings begin that say where credentials come from.

Source: AWS SDKs and Tools Reference Guide, "Settings reference".
"""


def bare_config(environ: Mapping[str, str], profile: str) -> str:
    """Write the settings of a profile as those of the default one, with the services that it refers to.

    Raises botocore's ConfigParseError.
    """
    from botocore.configloader import load_config  # noqa: PLC0415 - only where something is served
    from botocore.exceptions import ConfigNotFound  # noqa: PLC0415 - likewise

    path = Path(environ.get("AWS_CONFIG_FILE") or "~/.aws/config").expanduser()
    try:
        found = load_config(str(path))
    except ConfigNotFound:
        return ""
    name = profile or environ.get("AWS_PROFILE") or environ.get("AWS_DEFAULT_PROFILE") or "default"
    settings = {key: value for key, value in found["profiles"].get(name, {}).items() if not key.startswith(CREDENTIALS)}
    services = found.get("services", {}).get(settings.get("services", ""))
    told = _section("default", settings)
    return told + _section(f"services {settings['services']}", services) if services else told


def _section(name: str, settings: Mapping[str, Any]) -> str:
    lines = [f"[{name}]"]
    for key, value in settings.items():
        if isinstance(value, Mapping):
            lines += [f"{key} =", *(f"  {inner} = {text}" for inner, text in value.items())]
        else:
            lines.append(f"{key} = " + str(value).replace("\n", "\n  "))
    return "\n".join(lines) + "\n"
