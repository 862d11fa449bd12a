"""Why a rotation waits or cannot go on, and what a person does about it. `{key}` is the key that it is about."""

from __future__ import annotations

OVERLAP = "the old key is kept until it was unused for long enough"
STILL_USED = (
    "the old key {key} was used after the switch: something else still has it. `watchword audit search --key {key}` "
    "tells what; give it the new one"
)
RECOVERY = "the old key is inactive, and can be brought back by `--stage undo` until it is deleted"
UNSETTLED = "a key may just have been made that the list of keys does not tell yet"
USE_UNKNOWN = "when {key} was last used is not known, and that never counts as unused"
OLD_NOT_ACTIVE = "{key} is not active any more; see `watchword keys list`"
OLD_NOT_KEPT = (
    "the secret of {key} is not kept on this machine, so the profile cannot be switched back; put it there by "
    "`watchword configure`, then run `--stage undo` again"
)
NEW_NOT_ACTIVE = (
    "the new key {key} does not work: it was made inactive or deleted by someone. Activate it, or run "
    "`--stage undo` to go back to the old one"
)
OTHER_IN_PROFILE = (
    "the profile holds {key}, which is not the key that this rotation put there: someone has changed it. Put it back "
    "by `watchword configure`, or end this rotation by `--stage undo`"
)
STRANGER = (
    "there is a second key, {key}, that this rotation did not make, so it is not touched. See "
    "`watchword keys last-used {key}`; if nobody needs it, run `watchword keys deactivate {key}` and "
    "`watchword keys delete {key}`, then try again"
)
STRANGERS = "there are more keys than this rotation knows; see `watchword keys list`"
TOO_LATE = "{key} has been deleted: there is nothing to go back to, and the new key stays"
IN_USE = "{key} is to go, and is the key in use; give the profile another one by `watchword configure`, then try again"
SECOND_ACTIVE = (
    "there are two active keys already: the profile's and {key}. If {key} is needed by something else, this one can "
    "only be rotated when that has a user of its own; if not, see `watchword keys last-used {key}`, then run "
    "`watchword keys deactivate {key}` and `watchword keys delete {key}`"
)
SECOND_INACTIVE = (
    "there are two keys already: the profile's, and {key}, which is inactive. If nobody misses it, run "
    "`watchword keys delete {key}`, then try again"
)
