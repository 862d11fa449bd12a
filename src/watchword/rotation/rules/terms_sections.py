"""The sections that say what holds for keys: ages, use, exemption, secrets, and the overrides of all these."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from watchword.rotation.rules import checks
from watchword.rotation.rules.dates import end_of
from watchword.rotation.rules.laying import lay
from watchword.rotation.rules.shapes import Layer, Override, SecretRules, TagRules
from watchword.rotation.rules.sheet import Section
from watchword.rotation.terms import DAY, Exemption, Keep, Response, SecretTerms, Terms

WARNINGS = 12
"""How many warnings may come before one change."""


def ordinary(sheet: Section, secret_terms: SecretTerms) -> Terms:
    """Read what holds for a user of whom nothing else is said."""
    layer = Layer(**_ages(sheet.section("ages")), **_unused(sheet, "unused"), **_unused(sheet, "never_used"))
    return _laid(Terms(secret=secret_terms), layer, sheet, "ages")


def tags(section: Section) -> TagRules:
    """Read which tags of users are heeded."""
    default = TagRules()
    read = TagRules(
        prefix=section.text("prefix", default.prefix, checks.tag_prefix),
        heed=frozenset(section.texts("heed", tuple(default.heed), checks.tag_heeded)),
        lengthen=bool(section.truth("lengthen")),
        minimum=section.days("minimum_days") or default.minimum,
    )
    section.end()
    return read


def secret(section: Section) -> SecretRules:
    """Read where new secrets are kept."""
    read = SecretRules(
        terms=_secret(section, SecretTerms()),
        central_account=section.text("central_account", check=checks.account_number),
        central_region=section.text("central_region", check=checks.region),
    )
    section.end()
    _homed(section, read.terms, read)
    return read


def override(section: Section, terms: Terms, rules: SecretRules, told: checks.Check) -> Override:
    """Read one override; `terms` are those that it is laid over."""
    exempt, secret_section = _exemption(section), section.section("secret")
    secret_terms = _secret(secret_section, terms.secret)
    layer = Layer(
        **_ages(section.section("ages")),
        **_unused(section, "unused"),
        **_unused(section, "never_used"),
        hand_off=section.truth("hand_off"),
        exempt=exempt,
        owners=section.texts("owners", check=told),
        keep=secret_terms.keep if secret_section.has("keep") else None,
        secret_name=secret_terms.name if secret_section.has("name") else None,
        kms_key=secret_terms.kms_key if secret_section.has("kms_key") else None,
        regions=secret_terms.regions if secret_section.has("regions") else None,
        readers=secret_terms.readers if secret_section.has("readers") else None,
    )
    secret_section.end()
    read = Override(
        layer,
        accounts=section.texts("accounts", check=checks.account_number),
        units=section.texts("units", check=checks.unit),
        users=section.texts("users", check=checks.user_glob),
        paths=section.texts("paths", check=checks.path_glob),
        tags=section.pairs("tags"),
        source=section.source,
    )
    section.end()
    if not any((read.accounts, read.units, read.users, read.paths, read.tags)):
        section.wrong("users", "or another match must be given: `accounts`, `units`, `users`, `paths` or `tags`")
    _laid(terms, layer, section, "ages")
    if secret_section.values:
        _homed(secret_section, secret_terms, rules)
    return read


def _ages(section: Section) -> dict[str, Any]:
    read: dict[str, Any] = {
        name: section.days(name, least=0 if name == "quiet" else 1)
        for name in ("replace", "deactivate", "delete", "quiet", "limit")
    }
    read["warn"] = _warnings(section)
    section.end()
    return read


def _warnings(section: Section) -> tuple[float, ...] | None:
    value = section.raw("warn")
    if value is None:
        return None
    if (
        not isinstance(value, list)
        or len(value) > WARNINGS
        or any(isinstance(one, bool) or not isinstance(one, int) or one < 1 for one in value)
    ):
        section.wrong("warn", f"must be a list of at most {WARNINGS} whole numbers of days")
        return None
    return tuple(one * DAY for one in sorted(set(value), reverse=True))


def _unused(section: Section, name: str) -> dict[str, Any]:
    """An `after` of 0 lifts the rule."""
    inner = section.section(name)
    read: dict[str, Any] = {
        f"{name}_after": inner.days("after", least=0),
        name: inner.choice("response", Response),
    }
    inner.end()
    return read


def _exemption(section: Section) -> Exemption | None:
    inner = section.section("exempt")
    until, reason = inner.raw("until"), inner.text("reason").strip()
    inner.end()
    if not section.has("exempt"):
        return None
    if not reason:
        inner.wrong("reason", "must say why: nobody is exempt without a reason")
    if isinstance(until, datetime) and until.tzinfo is not None:
        return Exemption(until.timestamp(), reason, section.source)
    if isinstance(until, date) and not isinstance(until, datetime):
        return Exemption(end_of(until), reason, section.source)
    inner.wrong("until", "must be a date, such as 2027-01-31, or an instant with its offset: nobody is exempt for ever")
    return None


def _secret(section: Section, default: SecretTerms) -> SecretTerms:
    return SecretTerms(
        keep=section.choice("keep", Keep) or default.keep,
        name=section.text("name", default.name, checks.secret_name),
        kms_key=section.text("kms_key", default.kms_key, checks.kms_key),
        regions=section.texts("regions", default.regions, checks.region),
        readers=section.texts("readers", default.readers, checks.reader),
    )


def _laid(terms: Terms, layer: Layer, section: Section, key: str) -> Terms:
    """Lay a layer over terms; what is contradictory in it is a problem."""
    laid = lay(terms, layer)
    for fault in laid.faults:
        section.sheet.wrong((*section.path, key), fault)
    if layer.warn and layer.warn[0] >= laid.replace_after:
        section.sheet.wrong((*section.path, key, "warn"), "a warning cannot come before the key itself")
    return replace(laid, faults=())


def _homed(section: Section, terms: SecretTerms, rules: SecretRules) -> None:
    """A secret in another account can only be read through a customer key.  Source: Secrets Manager user guide."""
    if terms.keep is Keep.CENTRAL and not rules.central_account:
        section.wrong("keep", "is `central`, which needs `secret.central_account`")
    if terms.keep is Keep.CENTRAL and not terms.kms_key:
        section.wrong("keep", "is `central`, which needs a customer key: `kms_key`")
    if rules.central_account and "{account}" not in terms.name:
        section.wrong("name", "must hold `{account}`, as secrets of several accounts may be kept in one")
