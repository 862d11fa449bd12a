"""The signature of one element, and the element as it was signed.

The library verifies; before that, the form of a signature is checked, so that nothing of it can mean two things:
1 it lies right under the element that it signs; 2 it has one reference, to that element's own ID; 3 only the
enveloped-signature transform and exclusive canonical XML are used, in this order; 4 only strong algorithms.
Keys come from the provider's metadata; whatever a signature brings along as KeyInfo is passed over.
Source: XML Signature 1.1; SAML Core, 5.4; XML Signature Best Practices.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier

from watchword.crypto.saml.names import DSIG, ENVELOPED, EXCLUSIVE
from watchword.crypto.saml.refusals import AlgorithmRefused, SignatureInvalid
from watchword.crypto.saml.trees import Element, parser

METHODS = frozenset(
    (
        SignatureMethod.RSA_SHA256,
        SignatureMethod.RSA_SHA384,
        SignatureMethod.RSA_SHA512,
        SignatureMethod.ECDSA_SHA256,
        SignatureMethod.ECDSA_SHA384,
        SignatureMethod.ECDSA_SHA512,
        SignatureMethod.SHA256_RSA_MGF1,
        SignatureMethod.SHA384_RSA_MGF1,
        SignatureMethod.SHA512_RSA_MGF1,
    )
)
DIGESTS = frozenset((DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512))

_METHOD_NAMES = {method.value for method in METHODS}
_DIGEST_NAMES = {digest.value for digest in DIGESTS}
_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,255}", re.ASCII)
_FAULTS = (SignXMLException, etree.LxmlError, UnsupportedAlgorithm, ValueError, TypeError)
"""What the library answers to a signature that is wrong, damaged, or not what it claims to be."""


def signed(element: Element, keys: Iterable[x509.Certificate]) -> Element | None:
    """Give the element as its signature vouches for it: parsed anew from the bytes that were signed.

    None when it bears no signature. Raises SignatureInvalid, AlgorithmRefused.
    """
    signatures = element.findall(DSIG + "Signature")
    if not signatures:
        return None
    if len(signatures) > 1:
        raise SignatureInvalid
    _check_form(element, signatures[0])
    for key in keys:
        found = _verified(element, key)
        if found is not None:
            return found
    raise SignatureInvalid


def _verified(element: Element, key: x509.Certificate) -> Element | None:
    # The library looks at nothing but this element: no reference can lead elsewhere.
    config = SignatureConfiguration(
        location="./",
        expect_references=1,
        signature_methods=METHODS,
        digest_algorithms=DIGESTS,
        ignore_ambiguous_key_info=True,
        verification_time=key.not_valid_before_utc,  # only the key counts: see `Metadata.signers`
        default_reference_c14n_method=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    try:
        result = XMLVerifier().verify(element, x509_cert=key, id_attribute="ID", expect_config=config, parser=parser())
    except _FAULTS:
        return None
    if isinstance(result, list) or result.signed_xml is None:
        return None
    found = result.signed_xml
    same = found.tag == element.tag and found.get("ID") == element.get("ID")
    return found if same and found.find(DSIG + "Signature") is None else None


def _check_form(element: Element, signature: Element) -> None:
    if [part.tag for part in signature if part.tag != DSIG + "KeyInfo"] != [
        DSIG + "SignedInfo",
        DSIG + "SignatureValue",
    ]:
        raise SignatureInvalid  # an Object could hold what is signed elsewhere
    info = signature[0]
    if [part.tag for part in info] != [DSIG + "CanonicalizationMethod", DSIG + "SignatureMethod", DSIG + "Reference"]:
        raise SignatureInvalid
    method, algorithm, reference = info
    _check_algorithm(method, {EXCLUSIVE})
    _check_algorithm(algorithm, _METHOD_NAMES)
    identity = element.get("ID", "")
    if _ID.fullmatch(identity) is None or reference.get("URI") != f"#{identity}":
        raise SignatureInvalid
    _check_reference(reference)


def _check_reference(reference: Element) -> None:
    if [part.tag for part in reference] != [DSIG + "Transforms", DSIG + "DigestMethod", DSIG + "DigestValue"]:
        raise SignatureInvalid
    transforms, digest, _ = reference
    if [part.tag for part in transforms] != [DSIG + "Transform"] * 2:
        raise SignatureInvalid
    _check_algorithm(transforms[0], {ENVELOPED})
    _check_algorithm(transforms[1], {EXCLUSIVE})
    _check_algorithm(digest, _DIGEST_NAMES)


def _check_algorithm(element: Element, accepted: set[str]) -> None:
    algorithm = element.get("Algorithm", "")
    if algorithm not in accepted:
        raise AlgorithmRefused(algorithm=algorithm[:128])
