"""The sentences of messages: what was done, or would be, what is asked, and what can be done where it is blocked."""

from __future__ import annotations

from watchword.rotation.steps import Do, Why

DONE = {
    "current": "A new access key was made, kept as a secret, and tried: it works.",
    "proven": "The new key is in use.",
    "deactivated": "Was deactivated. It can be brought back until it is deleted.",
    "deleted": "Was deleted.",
    "disowned": "A new key could not be kept: it is removed, and the old one stays as it is.",
    "rolled back": "Undone: the old key works again. Nothing more is done until somebody resumes.",
    "restored": "The secret holds the former key again.",
}
"""What was done, by the word of the ledger's history; what is not here concerns nobody but the ledger."""
WILL = {
    Do.CREATE: "a new key would be made and kept as a secret",
    Do.CURRENT: "the new key's secret would be made current",
    Do.DEACTIVATE: "this key would be deactivated",
    Do.DELETE: "this key would be deleted",
}
ASKS = {
    Why.ASK_READY: (
        "Say when a new key may be made.",
        (
            'Nothing is made before. Answer with "watchword rotation ack {user} --account {account} --ready", or tell '
            "your administrators."
        ),
    ),
    Why.ASK_INSTALLED: (
        "Say when the new key is installed.",
        (
            'The old one stays active until then. Answer with "watchword rotation ack {user} --account {account} '
            '--installed", or tell your administrators.'
        ),
    ),
    Why.NOT_INSTALLED: (
        "Install the new key: nothing has used it yet.",
        "The old one is still active, and is not deactivated while the new one is unused.",
    ),
    Why.STILL_USED: (
        "Find what still uses this old key, and give it the new one.",
        "It is not deactivated while it is in use.",
    ),
    Why.EXEMPTION_ENDED: (
        "Its exemption has ended.",
        "Let it be replaced, or have the exemption renewed with a reason.",
    ),
}
MENDED = {
    Why.TWO_KEYS: "Remove the one that is not needed; the other can then be replaced.",
    Why.STRANGER: "Nobody touches a key that somebody else made. Remove it, or say whose it is.",
    Why.USE_UNKNOWN: "Without knowing its last use nothing is done. It is read again by the next run.",
    Why.UNREAD: "What could not be read is never taken for a no. It is read again by the next run.",
    Why.BAD_TERMS: "Mend the user's tags.",
    Why.NEVER_USED: "If nobody needs it, remove it.",
    Why.UNUSED: "If nobody needs it, remove it.",
    Why.NEW_GONE: "Nothing is done to the old key. Bring the new one back, or undo.",
    Why.PAUSED: "Go on with it when its owner is ready.",
    Why.ORPHAN_USED: "Find out who has it: nobody should.",
    Why.QUARANTINED: "AWS holds this key for leaked.",
}
"""What a person can do about it."""
