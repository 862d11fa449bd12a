"""MFA devices: from making one to deleting it, with a session that shows its code."""

from __future__ import annotations

from tests.api.answers import Watched
from tests.api.phone import Phone


def tell(watched: Watched) -> None:
    """Call every operation on MFA devices."""
    iam = watched.client("iam")
    iam.create_user(UserName="ann")
    phone = Phone.new(watched.authority, iam, Path="/ops/", Tags=[{"Key": "team", "Value": "blue"}])
    named = {"SerialNumber": phone.serial_number}
    iam.list_virtual_mfa_devices(AssignmentStatus="Unassigned")
    phone.enable(iam, "ann")
    iam.get_mfa_device(UserName="ann", **named)
    iam.list_mfa_devices(UserName="ann")
    iam.list_virtual_mfa_devices(AssignmentStatus="Assigned")
    iam.tag_mfa_device(Tags=[{"Key": "more", "Value": ""}], **named)
    iam.untag_mfa_device(TagKeys=["more"], **named)
    iam.list_mfa_device_tags(**named)
    iam.resync_mfa_device(UserName="ann", **named, **phone.pair())
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    session = watched.client("sts", key).get_session_token(**phone.proof())
    watched.client("sts", session["Credentials"]).get_caller_identity()
    iam.delete_access_key(UserName="ann", AccessKeyId=key["AccessKeyId"])
    iam.deactivate_mfa_device(UserName="ann", **named)
    iam.delete_virtual_mfa_device(**named)
    iam.delete_user(UserName="ann")
