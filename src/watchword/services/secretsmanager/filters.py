"""Which secrets a listing asks for. Pure: a secret and its tags in, yes or no out.

Source: secretsmanager model, FilterNameStringType; Secrets Manager User Guide, "Find secrets".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from watchword.services.secretsmanager.refusals import InvalidParameter
from watchword.store.secrets import Secret

Tags = Mapping[str, str]
Filters = Sequence[Mapping[str, Any]]

NEGATION = "!"
_WORD = re.compile(r"\w+")


def fits(filters: Filters, secret: Secret, tags: Tags) -> bool:
    """Tell whether every filter lets a secret through.

    Raises InvalidParameter.
    """
    return all(_passes(one, secret, tags) for one in filters)


def check(filters: Filters) -> None:
    """See that each filter names what it is about, and values for it.

    Raises InvalidParameter.
    """
    for one in filters:
        if "Key" not in one:
            raise InvalidParameter(message="Invalid filter key")
        if not one.get("Values"):
            raise InvalidParameter(message=f"Invalid filter values for key: {one['Key']}")


def _passes(one: Mapping[str, Any], secret: Secret, tags: Tags) -> bool:
    """One of the values must fit, and none of those that are negated."""
    matches = _MATCHES[one["Key"]]
    wanted = [value for value in one["Values"] if not value.startswith(NEGATION)]
    unwanted = [value[1:] for value in one["Values"] if value.startswith(NEGATION)]
    if any(matches(value, secret, tags) for value in unwanted):
        return False
    return not wanted or any(matches(value, secret, tags) for value in wanted)


def _begins(of: Callable[[Secret, Tags], Iterable[str]]) -> Callable[[str, Secret, Tags], bool]:
    return lambda value, secret, tags: any(text.startswith(value) for text in of(secret, tags))


def _described(value: str, secret: Secret, _tags: Tags) -> bool:
    return (secret.description or "").lower().startswith(value.lower())


def _anywhere(value: str, secret: Secret, tags: Tags) -> bool:
    """Each word of the value must begin a word, or the whole, of some attribute."""
    texts = [text.lower() for text in (*_attributes(secret), *tags.keys(), *tags.values()) if text]
    known = {*texts, *(word for text in texts for word in _WORD.findall(text))}
    return all(any(text.startswith(word) for text in known) for word in value.lower().split())


def _attributes(secret: Secret) -> tuple[str | None, ...]:
    return secret.name, secret.description, secret.primary_region, secret.owning_service


_MATCHES: Mapping[str, Callable[[str, Secret, Tags], bool]] = {
    "description": _described,
    "name": _begins(lambda secret, _tags: (secret.name,)),
    "tag-key": _begins(lambda _secret, tags: tags.keys()),
    "tag-value": _begins(lambda _secret, tags: tags.values()),
    "primary-region": _begins(lambda secret, _tags: (secret.primary_region,) if secret.primary_region else ()),
    "owning-service": _begins(lambda secret, _tags: (secret.owning_service,) if secret.owning_service else ()),
    "all": _anywhere,
}
