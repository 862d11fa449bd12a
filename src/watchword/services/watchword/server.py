"""What this server is."""

from __future__ import annotations

from importlib.metadata import version

from watchword.services.operation import Call, Reply, Way, operation


@operation("watchword", way=Way.MEMORY)
def get_server_information(call: Call) -> Reply:
    """Tell the version, the caller's account, and whether this is a sandbox and how far ahead its clock stands."""
    tools = call.asking.tools
    return {
        "Version": version("watchword"),
        "Sandbox": tools.sandbox,
        "AccountId": call.account,
        "Now": call.now,
        "AheadSeconds": int(tools.clock.ahead),
    }
