"""The life of a credential, with the real aws CLI: made, used, lent for a while, switched off and on, and gone."""

from __future__ import annotations

import sys

from demo.stage import Key, Stage, StoryBrokenError, sandbox

WHO = "sts get-caller-identity"
MAKE_KEY = "iam create-access-key --user-name ann"
READ_SELF = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:GetUser",'
    '"Resource":"arn:aws:iam::*:user/${aws:username}"}]}'
)


def birth(stage: Stage) -> Key:
    stage.step("The administrator, from the profile that `watchword init` wrote")
    stage.aws(WHO)
    stage.step("A user, who may read herself and nothing else")
    stage.aws("iam create-user --user-name ann")
    stage.aws("iam put-user-policy --user-name ann --policy-name read --policy-document {policy}", policy=READ_SELF)
    stage.step("Her access key. The secret is told now, and never again")
    ann = Key.told("ann", stage.aws(MAKE_KEY)["AccessKey"])
    stage.step("It signs at once, and allows what her policy allows")
    stage.aws(WHO, ann)
    stage.aws("iam get-user", ann)
    stage.refused("iam list-users", "AccessDenied", ann)
    return ann


def limits(stage: Stage, ann: Key) -> None:
    stage.step("A second key, so that she can rotate; a third is refused")
    stage.aws(MAKE_KEY)
    stage.refused(MAKE_KEY, "LimitExceeded")
    stage.step("A wrong secret opens nothing")
    stage.refused(WHO, "SignatureDoesNotMatch", Key("somebody", ann.access_key_id, "not+the+secret"))


def session(stage: Stage, ann: Key) -> None:
    stage.step("Temporary credentials, for fifteen minutes")
    lent = Key.told("ann's session", stage.aws("sts get-session-token --duration-seconds 900", ann)["Credentials"])
    stage.aws(WHO, lent)
    stage.step("This is a sandbox, so its clock may be moved. Sixteen minutes later")
    stage.watchword("sandbox advance 16m")
    stage.refused(WHO, "ExpiredToken", lent)


def end(stage: Stage, ann: Key) -> None:
    update = "iam update-access-key --user-name ann --access-key-id {key_id} --status"
    stage.step("Deactivated: refused from this moment, and it still counts as one of two")
    stage.aws(f"{update} Inactive", key_id=ann.access_key_id)
    stage.refused(WHO, "InvalidClientTokenId", ann)
    stage.step("Something still needed it: reactivated, the same secret works again")
    stage.aws(f"{update} Active", key_id=ann.access_key_id)
    stage.aws(WHO, ann)
    stage.step("Deleted, for good")
    stage.aws(f"{update} Inactive", key_id=ann.access_key_id)
    stage.aws("iam delete-access-key --user-name ann --access-key-id {key_id}", key_id=ann.access_key_id)
    stage.refused(WHO, "InvalidClientTokenId", ann)
    stage.aws("iam list-access-keys --user-name ann")


def record(stage: Stage) -> None:
    stage.step("All of it is on record: who, with which key, what, and how it was answered")
    stage.watchword(f"journal --data {stage.folder} --last 40")


def main() -> int:
    try:
        with sandbox() as stage:
            ann = birth(stage)
            limits(stage, ann)
            session(stage, ann)
            end(stage, ann)
            record(stage)
    except StoryBrokenError as error:
        print(f"\nthe demonstration stopped: {error}", file=sys.stderr)
        return 1
    print("\nThe sandbox and its server are gone again.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
