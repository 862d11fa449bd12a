"""The rules as a whole: for each user, what everything that was said of it makes hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from watchword.rotation.ledger.exemptions import Exempted
from watchword.rotation.rules import owners
from watchword.rotation.rules.bounds import bounds, possible_terms
from watchword.rotation.rules.laying import lay, no_later
from watchword.rotation.rules.matching import is_for
from watchword.rotation.rules.shapes import (
    Aws,
    Bounds,
    Override,
    Owners,
    Reporting,
    SecretRules,
    TagRules,
    Telling,
)
from watchword.rotation.rules.user_tags import read_tags
from watchword.rotation.seen import Account, User
from watchword.rotation.terms import Exemption, Keep, SecretTerms, Terms

EXEMPT_GROUP = "IAMKeyRotationExemptionGroup"


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything in the file, as it stands there."""

    aws: Aws = field(default_factory=Aws)
    ordinary: Terms = field(default_factory=Terms)
    """What holds for a user of whom nothing else is said."""
    exempt_group: str = EXEMPT_GROUP
    """Empty for none."""
    tags: TagRules = field(default_factory=TagRules)
    secret: SecretRules = field(default_factory=SecretRules)
    owners: Owners = field(default_factory=Owners)
    telling: Telling = field(default_factory=Telling)
    report: Reporting = field(default_factory=Reporting)
    overrides: tuple[Override, ...] = ()

    def terms(self, account: Account, user: User, exemptions: Iterable[Exempted] = ()) -> Terms:
        """Tell what holds for a user. Pure. `exemptions` are those by command, of any user.

        Overrides lie over what is ordinary, later ones over earlier, and the user's own tags over all of them: as far
        as the rules heed them, as whoever may tag the user may say anything there.
        """
        terms = self.ordinary
        for override in self.overrides:
            if is_for(override, account, user):
                terms = lay(terms, override.layer)
        layer, faults = read_tags(user.tags, self.tags, self.telling.channels, self.owners)
        terms = lay(terms, layer if self.tags.lengthen else no_later(layer, terms))
        by_command = [
            Exemption(one.until, one.reason, one.by)
            for one in exemptions
            if one.account == account.id and one.user == user.name
        ]
        return replace(
            terms,
            exempt=max((*by_command, *filter(None, (terms.exempt,))), key=lambda one: one.until, default=None),
            owners=terms.owners or owners.of(account, user, self.owners),
            secret=_placed(terms.secret, account.id, user.arn.split(":")[1] if user.arn else ""),
            faults=(*terms.faults, *faults, *self._homeless(terms.secret)),
        )

    def _homeless(self, secret: SecretTerms) -> tuple[str, ...]:
        if secret.keep is Keep.CENTRAL and not (self.secret.central_account and secret.kms_key):
            return ("the rules name no central account and customer key for its secret",)
        return ()

    def bounds(self, account: Account, user_name: str, path: str) -> Bounds:
        """Tell the soonest at which a key of a user whose tags are not known can need anything."""
        possible = possible_terms(self.ordinary, self.overrides, account, user_name, path)
        return bounds(possible, self.tags)


def _placed(secret: SecretTerms, account: str, partition: str) -> SecretTerms:
    """Fill in what ARNs in the rules leave open, so that one line serves every account."""

    def fill(text: str) -> str:
        return text.replace("{account}", account).replace("{partition}", partition)

    return replace(secret, kms_key=fill(secret.kms_key), readers=tuple(map(fill, secret.readers)))
