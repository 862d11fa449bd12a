"""How much of a session token its policies and tags may take.

AWS packs them into a binary form with a limit of its own, which it tells only as a percentage. Here they are counted
as the bytes they take in the token, against an allotment that holds more than AWS's does.
Source: IAM User Guide, "IAM and AWS STS quotas", packed size.
"""

from __future__ import annotations

from watchword.services.sts.refusals import PackedPolicyTooLarge, PackedTagsTooLarge
from watchword.services.sts.session_policies import SessionPolicies
from watchword.services.sts.session_tags import SessionTags

ALLOTTED = 2_304
"""Bytes: the longest session policy that may be passed, and some tags."""


def percentage(policies: SessionPolicies, tags: SessionTags) -> int:
    """Tell how much of the allotment is taken, in percent, rounded up; 0 only when nothing is.

    Raises PackedPolicyTooLarge, PackedTagsTooLarge above 100.
    """
    texts = [policies.document or "", *policies.arns, *tags.tags.keys(), *tags.tags.values()]
    taken = sum(len(text.encode()) for text in texts)
    percent = -(-taken * 100 // ALLOTTED)
    if percent > 100:  # noqa: PLR2004 - a percentage
        raise (PackedPolicyTooLarge if policies else PackedTagsTooLarge)(percent=percent)
    return percent
