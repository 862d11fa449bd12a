"""How the tool reaches accounts: signed in once, a role assumed in each of the others, every call counted and paced."""

from watchword.rotation.access.calls import Calls
from watchword.rotation.access.hub import Hub, one_line, open_hub
from watchword.rotation.access.member import Member, Unreachable

__all__ = ["Calls", "Hub", "Member", "Unreachable", "one_line", "open_hub"]
