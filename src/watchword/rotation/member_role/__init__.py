"""The role that each account needs: what rotation may do there and what it may not, in the forms that people deploy."""

from watchword.rotation.member_role.cloudformation import cloudformation
from watchword.rotation.member_role.documents import document
from watchword.rotation.member_role.grant import Grant
from watchword.rotation.member_role.terraform import terraform

__all__ = ["Grant", "cloudformation", "document", "terraform"]
