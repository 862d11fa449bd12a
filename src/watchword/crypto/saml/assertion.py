"""What a signed assertion says. It is read strictly and weighed elsewhere: `validity` asks whether it counts now.

Source: SAML Core, 2.3 to 2.7; SAML Profiles, 4.1.4.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from watchword.crypto.saml.moments import instant
from watchword.crypto.saml.names import ASSERTION, BEARER, FORMAT, UNSPECIFIED, VERSION
from watchword.crypto.saml.trees import Element, Unreadable, text_of

LONGEST_SUBJECT = 512
"""Characters. SAML allows a persistent name 256 (Core, 8.3.7); every session of the subject carries it along."""

_CONDITIONS = {ASSERTION + "AudienceRestriction", ASSERTION + "ProxyRestriction"}
"""Those that can be honoured. Under any other one the assertion is not known to be valid.  Source: SAML Core, 2.5.1."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """One assertion; instants are epoch seconds, and None where the assertion does not say."""

    id: str
    issuer: str
    issued_at: float
    subject: str
    """The NameID's text; empty when there is none."""
    subject_type: str
    """Its format, without SAML 2.0's own prefix: `persistent`."""
    recipient: str
    confirmed_from: float | None
    confirmed_until: float
    valid_from: float | None
    valid_until: float | None
    audiences: tuple[tuple[str, ...], ...]
    """One for each restriction: any of the audiences in it, in every one of them."""
    session_until: float | None
    attributes: Mapping[str, tuple[str, ...]]


def read_assertion(root: Element) -> Assertion:
    """Read a signed assertion.

    Raises Unreadable, ValueError.
    """
    if root.tag != ASSERTION + "Assertion" or root.get("Version") != VERSION:
        raise Unreadable("it has no assertion of SAML 2.0")
    subject = _only(root, "Subject")
    name, subject_type = _name(subject)
    confirmation = _confirmation(subject)
    conditions = _only(root, "Conditions")
    return Assertion(
        id=root.get("ID", ""),
        issuer=text_of(_only(root, "Issuer")).strip(),
        issued_at=instant(root.get("IssueInstant", "")),
        subject=name,
        subject_type=subject_type,
        recipient=confirmation.get("Recipient", ""),
        confirmed_from=_moment(confirmation, "NotBefore"),
        confirmed_until=instant(confirmation.get("NotOnOrAfter", "")),
        valid_from=_moment(conditions, "NotBefore"),
        valid_until=_moment(conditions, "NotOnOrAfter"),
        audiences=_audiences(conditions),
        session_until=_session_until(root),
        attributes=_attributes(root),
    )


def _only(parent: Element, name: str) -> Element:
    found = parent.findall(ASSERTION + name)
    if len(found) != 1:
        raise Unreadable(f"its {etree.QName(parent).localname} must have one {name}")
    return found[0]


def _moment(element: Element, name: str) -> float | None:
    text = element.get(name)
    return None if text is None else instant(text)


def _name(subject: Element) -> tuple[str, str]:
    """Read who it is about; nobody is a finding too, which is told in AWS's own words."""
    if subject.find(ASSERTION + "EncryptedID") is not None:
        raise Unreadable("its NameID is encrypted, which is not offered here")
    if subject.find(ASSERTION + "NameID") is None:
        return "", ""
    found = _only(subject, "NameID")
    name = text_of(found)
    if len(name) > LONGEST_SUBJECT:
        raise Unreadable(f"its NameID is longer than {LONGEST_SUBJECT} characters")
    return name, found.get("Format", UNSPECIFIED).removeprefix(FORMAT)


def _confirmation(subject: Element) -> Element:
    confirmation = _only(subject, "SubjectConfirmation")
    if confirmation.get("Method") != BEARER:
        raise Unreadable("its SubjectConfirmation must be that of a bearer")
    return _only(confirmation, "SubjectConfirmationData")


def _audiences(conditions: Element) -> tuple[tuple[str, ...], ...]:
    for condition in conditions:
        if condition.tag not in _CONDITIONS:
            raise Unreadable(f"the condition `{etree.QName(condition).localname}` cannot be met here")
    return tuple(
        tuple(text_of(audience).strip() for audience in restriction.findall(ASSERTION + "Audience"))
        for restriction in conditions.findall(ASSERTION + "AudienceRestriction")
    )


def _session_until(root: Element) -> float | None:
    limits = (_moment(statement, "SessionNotOnOrAfter") for statement in root.findall(ASSERTION + "AuthnStatement"))
    return min((limit for limit in limits if limit is not None), default=None)


def _attributes(root: Element) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for statement in root.findall(ASSERTION + "AttributeStatement"):
        if statement.find(ASSERTION + "EncryptedAttribute") is not None:
            raise Unreadable("an attribute is encrypted, which is not offered here")
        for attribute in statement.findall(ASSERTION + "Attribute"):
            name = attribute.get("Name", "")
            values = tuple(_value(value) for value in attribute.findall(ASSERTION + "AttributeValue"))
            found[name] = (*found.get(name, ()), *values)
    return found


def _value(value: Element) -> str:
    """Read one value; an eduPersonTargetedID wraps its text in a NameID.  Source: eduPerson, 2.2.9."""
    return text_of(value[0] if len(value) == 1 and value[0].tag == ASSERTION + "NameID" else value)
