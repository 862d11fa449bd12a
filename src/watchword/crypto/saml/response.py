"""A SAML response: is it this provider's, and what does it say.

1 decode it, 2 read it as XML that has one meaning, 3 check its shape: one assertion, right under the response, and
signatures nowhere else than right under these two, 4 see that the sign-in succeeded, 5 find the issuer's keys, 6 verify
every signature there is, and that there is one, 7 read the assertion from what was signed, and nothing else.
Source: SAML Profiles, 4.1.4.3; SAML Bindings, 3.5.4; Somorovsky et al. for 3 and 7 (signature wrapping).
"""

from __future__ import annotations

import base64
from collections import Counter

from lxml import etree

from watchword.crypto.saml.assertion import Assertion, read_assertion
from watchword.crypto.saml.metadata import Metadata
from watchword.crypto.saml.names import ASSERTION, DSIG, PROTOCOL, SUCCESS, VERSION
from watchword.crypto.saml.refusals import (
    AssertionEncrypted,
    IssuerUnknown,
    ResponseUnreadable,
    SignatureInvalid,
    SignInRejected,
)
from watchword.crypto.saml.signature import signed
from watchword.crypto.saml.trees import Element, Measure, Unreadable, parse, text_of

LARGEST = Measure(size=75_000, elements=2_000, attributes=2_000, namespaces=256)
"""What 100,000 characters of base64 can hold; in elements, some ten times what large responses have.

Measured within them: an honest response costs 1 ms, the worst that was found 7 ms, 14 ms where a provider has ten keys.
"""

_IDENTITIES = {"id", "{http://www.w3.org/xml/1998/namespace}id"}


def read_response(encoded: str, metadata: Metadata) -> Assertion:
    """Verify a base64 response and read its assertion. Whether it counts now is for `check_validity` to say.

    Raises ResponseUnreadable, AssertionEncrypted, SignInRejected, IssuerUnknown, SignatureInvalid, AlgorithmRefused.
    """
    try:
        root = parse(_decoded(encoded), LARGEST)  # 1, 2
        assertion = _only_assertion(root)  # 3
        _check_status(root)  # 4
        return _signed_assertion(root, assertion, metadata)
    except Unreadable as error:
        raise ResponseUnreadable(reason=error) from error
    except ValueError as error:
        raise ResponseUnreadable(reason="a date and time in it cannot be read") from error


def _decoded(encoded: str) -> bytes:
    """Decode base64, in lines or in one."""
    try:
        return base64.b64decode("".join(encoded.split()), validate=True)
    except ValueError as error:
        raise Unreadable("it is not base64") from error


def _only_assertion(root: Element) -> Element:
    if root.tag != PROTOCOL + "Response" or root.get("Version") != VERSION:
        raise Unreadable("its root is no Response of SAML 2.0")
    _check_nodes(root)
    found = root.findall(ASSERTION + "Assertion")
    if len(found) != 1:
        raise Unreadable("it must have one assertion")
    places = [root, found[0]]
    if any(signature.getparent() not in places for signature in root.iter(DSIG + "Signature")):
        raise Unreadable("a signature does not lie right under what it signs")
    return found[0]


def _check_nodes(root: Element) -> None:
    """Refuse whatever could be read in two ways, or hide something: comments, processing instructions, doubles."""
    seen: Counter[str] = Counter()
    identities: Counter[str] = Counter()
    for node in root.iter():
        if not isinstance(node.tag, str):  # libraries differ on the text around a comment
            raise Unreadable("it holds a comment or a processing instruction")
        seen[etree.QName(node).localname] += 1
        identities.update(str(value) for name, value in node.attrib.items() if str(name).lower() in _IDENTITIES)
    if seen["EncryptedAssertion"] or seen["EncryptedData"]:
        raise AssertionEncrypted
    # Counted by local name: whatever calls itself an assertion or a response could be taken for one.
    if seen["Assertion"] != 1 or seen["Response"] != 1:
        raise Unreadable("it must have one assertion")
    if any(count > 1 for count in identities.values()):
        raise Unreadable("two elements have the same ID")


def _check_status(root: Element) -> None:
    status = root.findall(f"{PROTOCOL}Status/{PROTOCOL}StatusCode")
    if len(status) != 1:
        raise Unreadable("it must have one status")
    told = status[0].get("Value", "")
    if told != SUCCESS:
        raise SignInRejected(status_code=told[:128])


def _signed_assertion(root: Element, assertion: Element, metadata: Metadata) -> Assertion:
    issuer = _issuer(assertion)
    keys = metadata.signers.get(issuer)  # 5
    if keys is None or (root.find(ASSERTION + "Issuer") is not None and _issuer(root) != issuer):
        raise IssuerUnknown
    whole, part = signed(root, keys), signed(assertion, keys)  # 6
    if part is None and whole is not None:
        part = whole.find(ASSERTION + "Assertion")
    if part is None:
        raise SignatureInvalid
    read = read_assertion(part)  # 7
    if read.issuer != issuer:
        raise IssuerUnknown
    return read


def _issuer(parent: Element) -> str:
    found = parent.findall(ASSERTION + "Issuer")
    if len(found) != 1:
        raise Unreadable("it must tell its Issuer, once")
    return text_of(found[0]).strip()
