"""Responses that are a provider's, and every known way to pretend so."""

from __future__ import annotations

import base64
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureConstructionMethod, SignatureMethod
from signxml.signer import XMLSigner

from tests.support.saml import (
    DS,
    ENTITY_ID,
    SAML,
    SAMLP,
    Provider,
    Said,
    another_provider,
    elliptic_provider,
    encoded,
    entitled,
    key_descriptor,
    the_provider,
)
from tests.unit.crypto.saml.wrapping import OF_ASSERTION, OF_RESPONSE
from watchword.crypto.saml import Assertion, Metadata, read_metadata, read_response, refusals
from watchword.domain.refusal import InvalidIdentityToken, Refusal

NOW = 1_700_000_000
ROLE = "arn:aws:iam::111122223333:role/Reader"
PROVIDER = "arn:aws:iam::111122223333:saml-provider/Corp"
SAID = Said(NOW, entitled(ROLE, PROVIDER, "ann", PrincipalTag__team="blue"))
XML = "http://www.w3.org/XML/1998/namespace"


def metadata(provider: Provider | None = None) -> Metadata:
    return read_metadata((provider or the_provider()).metadata())


def read(response: Any, provider: Provider | None = None) -> Assertion:
    return read_response(encoded(response), metadata(provider))


def good(sign: str = "assertion", said: Said = SAID) -> Any:
    return the_provider().respond(said, sign=sign)


def refused(response: Any, kind: type[Refusal] = refusals.ResponseUnreadable, reason: str | None = None) -> None:
    with pytest.raises(kind, match=reason) as caught:
        read(response)
    assert caught.value.status in {400, 403}


@pytest.mark.parametrize("sign", ["assertion", "response", "both"])
def test_a_signed_response_is_read(sign: str) -> None:
    assertion = read(good(sign))
    assert (assertion.id, assertion.issuer, assertion.issued_at) == ("_assertion1", ENTITY_ID, NOW)
    assert (assertion.subject, assertion.subject_type) == ("ann@example.com", "persistent")
    assert assertion.recipient == "https://signin.aws.amazon.com/saml"
    assert assertion.audiences == (("urn:amazon:webservices",),)
    assert (assertion.valid_from, assertion.valid_until) == (NOW, NOW + 3_600)
    assert (assertion.confirmed_from, assertion.confirmed_until) == (None, NOW + 300)
    assert assertion.session_until is None
    assert assertion.attributes["https://aws.amazon.com/SAML/Attributes/Role"] == (f"{ROLE},{PROVIDER}",)
    assert assertion.attributes["https://aws.amazon.com/SAML/Attributes/PrincipalTag:team"] == ("blue",)


def test_what_another_library_signed_is_read() -> None:
    """By xmlsec, which OneLogin's toolkit for Python signs with: no line of code in common with signxml."""
    toolkit = pytest.importorskip("onelogin.saml2.utils").OneLogin_Saml2_Utils
    names = pytest.importorskip("onelogin.saml2.constants").OneLogin_Saml2_Constants
    key = the_provider().key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    certificate = the_provider().certificate.public_bytes(Encoding.PEM).decode()

    def signed(text: bytes) -> Any:
        return toolkit.add_sign(text, key, certificate, sign_algorithm=names.RSA_SHA256, digest_algorithm=names.SHA256)

    assert read(signed(etree.tostring(good("nothing")))).subject == "ann@example.com"
    response = good("nothing")
    assertion = response.find(SAML + "Assertion")
    response.replace(assertion, etree.fromstring(signed(etree.tostring(assertion))))
    assert read(response).subject == "ann@example.com"
    assert read(etree.fromstring(signed(etree.tostring(response)))).subject == "ann@example.com"


def test_an_elliptic_key_signs_as_well() -> None:
    provider = elliptic_provider()
    assert read(provider.respond(SAID), provider).subject == "ann@example.com"


@pytest.mark.parametrize(
    "method",
    [SignatureMethod.RSA_SHA384, SignatureMethod.RSA_SHA512, SignatureMethod.SHA256_RSA_MGF1],
    ids=lambda method: method.name,
)
def test_strong_algorithms_are_taken(method: SignatureMethod) -> None:
    provider = Provider(key=the_provider().key, method=method, digest=DigestAlgorithm.SHA512)
    assert read(provider.respond(SAID)).subject == "ann@example.com"


def test_any_key_of_the_metadata_counts_whatever_its_certificate_s_age() -> None:
    old = Provider(lives=the_provider().lives / 3_650)
    keys = key_descriptor(another_provider().certificate) + key_descriptor(old.certificate, use="")
    known = read_metadata(the_provider().metadata(keys=keys))
    assert read_response(encoded(old.respond(SAID)), known).subject == "ann@example.com"


def test_base64_may_come_in_lines() -> None:
    lines = base64.encodebytes(etree.tostring(good())).decode().replace("\n", "\r\n")
    assert read_response(lines, metadata()).subject == "ann@example.com"


@pytest.mark.parametrize("wrap", OF_ASSERTION, ids=lambda wrap: wrap.__name__)
@pytest.mark.parametrize("sign", ["assertion", "both"])
def test_wrapped_assertions_are_refused(wrap: Callable[[Any], Any], sign: str) -> None:
    response = good(sign)
    assert read(response).subject == "ann@example.com"
    with pytest.raises(InvalidIdentityToken):
        read(wrap(deepcopy(response)))


@pytest.mark.parametrize("wrap", OF_RESPONSE, ids=lambda wrap: wrap.__name__)
@pytest.mark.parametrize("sign", ["response", "both"])
def test_wrapped_responses_are_refused(wrap: Callable[[Any], Any], sign: str) -> None:
    with pytest.raises(InvalidIdentityToken):
        read(wrap(good(sign)))


@pytest.mark.parametrize("place", ["before", "after"])
def test_an_unsigned_assertion_beside_a_signed_one_is_refused(place: str) -> None:
    response = good()
    another = etree.fromstring(Said(NOW, {}, name="root@example.com", id="_assertion2").assertion(ENTITY_ID))
    getattr(response.find(SAML + "Assertion"), "addprevious" if place == "before" else "addnext")(another)
    refused(response, reason="one assertion")


def test_an_assertion_anywhere_else_is_refused() -> None:
    response = good("response")
    extensions = etree.SubElement(response, SAMLP + "Extensions")
    extensions.append(response.find(SAML + "Assertion"))
    refused(response, reason="one assertion")


def test_an_assertion_under_another_namespace_is_refused() -> None:
    response = good()
    etree.SubElement(response, "{urn:evil}Assertion")
    refused(response, reason="one assertion")


def test_a_response_without_signature_is_refused() -> None:
    refused(good("nothing"), refusals.SignatureInvalid, "^Response signature invalid$")


@pytest.mark.parametrize("sign", ["assertion", "response", "both"])
def test_what_was_changed_after_signing_is_refused(sign: str) -> None:
    response = good(sign)
    response.find(f"{SAML}Assertion/{SAML}Subject/{SAML}NameID").text = "root@example.com"
    refused(response, refusals.SignatureInvalid)


def test_a_damaged_signature_of_the_response_is_not_made_up_for_by_the_assertion_s() -> None:
    response = good("both")
    response.find(f"{SAMLP}Status").set("Extra", "1")
    refused(response, refusals.SignatureInvalid)


def test_a_damaged_signature_of_the_assertion_is_not_made_up_for_by_the_response_s() -> None:
    said = the_provider().respond(SAID)
    value = said.find(f"{SAML}Assertion/{DS}Signature/{DS}SignatureValue")
    value.text = base64.b64encode(bytes(256)).decode()
    refused(the_provider().sign(said), refusals.SignatureInvalid)


@pytest.mark.parametrize("info", [True, False])
def test_a_key_that_is_not_the_metadata_s_is_refused(*, info: bool) -> None:
    """The certificate that comes along vouches for nothing, though it bears the right name."""
    response = etree.fromstring(SAID.response(ENTITY_ID))
    response.append(another_provider().sign(etree.fromstring(SAID.assertion(ENTITY_ID)), info=info))
    refused(response, refusals.SignatureInvalid)


def test_key_info_is_passed_over() -> None:
    response = good()
    mine = another_provider().respond(SAID).find(f"{SAML}Assertion/{DS}Signature/{DS}KeyInfo")
    signature = response.find(f"{SAML}Assertion/{DS}Signature")
    signature.replace(signature.find(DS + "KeyInfo"), mine)
    assert read(response).subject == "ann@example.com"


class Lenient(XMLSigner):
    """Signs as was usual long ago."""

    def check_deprecated_methods(self) -> None:
        pass


def signed_as(
    method: SignatureMethod, digest: DigestAlgorithm = DigestAlgorithm.SHA256, key: Any = None, **more: Any
) -> Any:
    canonical = more.pop("c14n", CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0)
    signer = Lenient(SignatureConstructionMethod.enveloped, method, digest, canonical)
    response = good("nothing")
    assertion = response.find(SAML + "Assertion")
    assertion.tail = None
    options = {"cert": None, "reference_uri": "_assertion1", "id_attribute": "ID", **more}
    response.replace(assertion, signer.sign(assertion, key=key or the_provider().key, **options))
    return response


@pytest.mark.parametrize(
    ("method", "digest"),
    [
        (SignatureMethod.RSA_SHA1, DigestAlgorithm.SHA256),
        (SignatureMethod.RSA_SHA256, DigestAlgorithm.SHA1),
        (SignatureMethod.RSA_SHA224, DigestAlgorithm.SHA256),
    ],
    ids=lambda part: part.name,
)
def test_weak_algorithms_are_refused(method: SignatureMethod, digest: DigestAlgorithm) -> None:
    refused(signed_as(method, digest), refusals.AlgorithmRefused, "not accepted: let the provider sign with RSA-SHA256")


def test_a_public_key_is_nobody_s_shared_secret() -> None:
    certificate = the_provider().certificate
    for secret in (
        certificate.public_bytes(Encoding.PEM),
        certificate.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    ):
        refused(signed_as(SignatureMethod.HMAC_SHA256, key=secret), refusals.AlgorithmRefused)


def test_other_canonical_forms_are_refused() -> None:
    for canonical in CanonicalizationMethod:
        if canonical is not CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0:
            refused(signed_as(SignatureMethod.RSA_SHA256, c14n=canonical), refusals.AlgorithmRefused)


def info_of(response: Any) -> Any:
    return response.find(f"{SAML}Assertion/{DS}Signature/{DS}SignedInfo")


def test_a_reference_to_something_else_is_refused() -> None:
    for uri in ("", "#_response1", "#xpointer(/)", "https://evil.example/a.xml", "#_assertion1 ", "##_assertion1"):
        response = good()
        info_of(response).find(DS + "Reference").set("URI", uri)
        refused(response, refusals.SignatureInvalid)


def test_a_signature_made_over_something_else_is_refused() -> None:
    """Truly signed by the provider: over the response, and put under the assertion."""
    response = good("response")
    signature = response.find(DS + "Signature")
    response.find(SAML + "Assertion").insert(1, signature)
    refused(response, refusals.SignatureInvalid)


def test_several_references_are_refused() -> None:
    response = signed_as(SignatureMethod.RSA_SHA256, reference_uri=["_assertion1", "_assertion1"])
    refused(response, refusals.SignatureInvalid)


@pytest.mark.parametrize(
    "algorithm",
    [
        "http://www.w3.org/TR/1999/REC-xpath-19991116",
        "http://www.w3.org/2002/06/xmldsig-filter2",
        "http://www.w3.org/TR/1999/REC-xslt-19991116",
        "http://www.w3.org/2000/09/xmldsig#base64",
        "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
        "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
    ],
)
def test_other_transforms_are_refused(algorithm: str) -> None:
    for place in (0, 1, 2):
        response = good()
        transforms = info_of(response).find(f"{DS}Reference/{DS}Transforms")
        transforms.insert(place, etree.Element(DS + "Transform", Algorithm=algorithm))
        refused(response, refusals.SignatureInvalid)
        if algorithm != transforms[0].get("Algorithm") or place:
            response = good()
            transforms = info_of(response).find(f"{DS}Reference/{DS}Transforms")
            transforms[min(place, 1)].set("Algorithm", algorithm)
            refused(response, InvalidIdentityToken)


def test_an_object_in_a_signature_is_refused() -> None:
    response = good()
    etree.SubElement(response.find(f"{SAML}Assertion/{DS}Signature"), DS + "Object")
    refused(response, refusals.SignatureInvalid)


def test_two_signatures_of_one_element_are_refused() -> None:
    response = good()
    signature = response.find(f"{SAML}Assertion/{DS}Signature")
    signature.addnext(deepcopy(signature))
    refused(response, refusals.SignatureInvalid)


def test_a_signature_elsewhere_is_refused() -> None:
    response = good()
    subject = response.find(f"{SAML}Assertion/{SAML}Subject")
    subject.append(deepcopy(response.find(f"{SAML}Assertion/{DS}Signature")))
    refused(response, reason="right under what it signs")


@pytest.mark.parametrize("name", ["ID", "Id", "id", f"{{{XML}}}id"])
def test_two_elements_of_one_id_are_refused(name: str) -> None:
    response = good()
    response.find(f"{SAMLP}Status").set(name, "_assertion1")
    refused(response, reason="same ID")


@pytest.mark.parametrize("extra", ["<!-- x -->", "<?x y?>"])
@pytest.mark.parametrize("name", ["NameID", "AttributeValue", "Audience"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_comments_are_refused(extra: str, name: str, when: str) -> None:
    """A comment changes no signature; where it splits a text, some readers see its first half only."""
    text = "root@example.com" + (extra if when == "before" else "") + ".evil.example"
    said = {
        "NameID": Said(NOW, {}, name=text),
        "AttributeValue": Said(NOW, {"x": text}),
        "Audience": Said(
            NOW,
            {},
            audiences=f"<saml:AudienceRestriction><saml:Audience>{text}</saml:Audience></saml:AudienceRestriction>",
        ),
    }[name]
    document = etree.tostring(good(said=said))
    if when == "after":
        assert read(document)
        document = document.replace(b"root@example.com.evil", f"root@example.com{extra}.evil".encode())
    refused(document, reason="comment or a processing instruction")


@pytest.mark.parametrize("place", ["root", "end"])
def test_comments_around_the_root_change_nothing_that_is_read(place: str) -> None:
    document = etree.tostring(good())
    document = b"<!-- x -->" + document if place == "root" else document + b"<!-- x -->"
    assert read(document).subject == "ann@example.com"


BOMB = (
    '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;">]>'
)


@pytest.mark.parametrize(
    "head",
    [
        BOMB,
        '<!DOCTYPE r SYSTEM "https://evil.example/r.dtd">',
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        "<!DOCTYPE r>",
    ],
    ids=["bomb", "external", "file", "empty"],
)
def test_document_types_are_refused(head: str) -> None:
    refused(head.encode() + etree.tostring(good()), reason="document type definition")


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"", "well-formed"),
        (b"hello", "well-formed"),
        (b"<a>&undefined;</a>", "well-formed"),
        (b"<a/>", "no Response"),
        (b"\xff\xfe<\x00a\x00/\x00>\x00", "not UTF-8"),
        (b"<a" + b' xmlns="u"' * 300 + b"/>", "namespaces"),
        (b"<a>" + b"<b/>" * 3_000 + b"</a>", "too many elements"),
        (b"<a " + b" ".join(b'a%d=""' % number for number in range(100)) + b"/>", "too many attributes"),
        (b"<a>" * 1_000 + b"</a>" * 1_000, "well-formed"),
        (b"<a>" + b"x" * 75_000 + b"</a>", "larger than"),
    ],
    ids=str,
)
def test_what_is_no_response_is_refused(document: bytes, reason: str) -> None:
    refused(document, reason=reason)


def test_the_encoding_that_a_document_claims_is_not_believed() -> None:
    document = etree.tostring(good(said=Said(NOW, {}, name="jürgen")), encoding="unicode")
    claimed = b'<?xml version="1.0" encoding="ISO-8859-1"?>' + document.encode()
    assert read(claimed).subject == "jürgen"


@pytest.mark.parametrize("text", ["", "====", "not base64!", "PGEvPg==PGEvPg==", "é"])
def test_what_is_not_base64_is_refused(text: str) -> None:
    with pytest.raises(refusals.ResponseUnreadable):
        read_response(text, metadata())


@pytest.mark.parametrize("name", [f"{SAML}EncryptedAssertion", "{http://www.w3.org/2001/04/xmlenc#}EncryptedData"])
def test_encrypted_assertions_are_refused(name: str) -> None:
    for response in (good("nothing"), good()):
        etree.SubElement(response, name)
        refused(response, refusals.AssertionEncrypted, "encrypted, which is not offered here")


@pytest.mark.parametrize(
    "said",
    [
        Said(NOW, {}, issuer="https://other.example.com"),
        Said(NOW, {}, response_issuer="https://other.example.com"),
        Said(NOW, {}, issuer=ENTITY_ID + "/"),
    ],
)
def test_another_issuer_is_refused(said: Said) -> None:
    refused(good(said=said), refusals.IssuerUnknown, "^Issuer not present in specified provider$")


def test_one_provider_does_not_sign_for_another_of_the_same_metadata() -> None:
    """A federation's metadata describes many; each vouches for its own people."""
    theirs = Provider("https://other.example.com", key=another_provider().key)
    described = [doc.split("?>\n")[1] for doc in (the_provider().metadata(), theirs.metadata())]
    names = "urn:oasis:names:tc:SAML:2.0:metadata"
    known = read_metadata(f'<md:EntitiesDescriptor xmlns:md="{names}">{"".join(described)}</md:EntitiesDescriptor>')
    assert read_response(encoded(theirs.respond(SAID)), known).issuer == "https://other.example.com"
    forged = theirs.respond(Said(NOW, {}, issuer=ENTITY_ID, response_issuer=ENTITY_ID))
    with pytest.raises(refusals.SignatureInvalid):
        read_response(encoded(forged), known)


def test_a_failed_sign_in_is_rejected() -> None:
    said = Said(NOW, {}, status="urn:oasis:names:tc:SAML:2.0:status:Responder")
    with pytest.raises(refusals.SignInRejected, match="status:Responder") as caught:
        read(good(said=said))
    assert (caught.value.code, caught.value.status) == ("IDPRejectedClaim", 403)


SUBJECT = "<saml:Subject>{}</saml:Subject>"
BEARER = (
    '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData '
    'NotOnOrAfter="2023-11-14T22:18:20Z" Recipient="https://signin.aws.amazon.com/saml"/></saml:SubjectConfirmation>'
)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (Said(NOW, {}, subject="<saml:Advice/>"), "one Subject"),
        (Said(NOW, {}, subject=SUBJECT.format("<saml:NameID>a</saml:NameID>")), "one SubjectConfirmation"),
        (Said(NOW, {}, subject=SUBJECT.format("<saml:NameID>a</saml:NameID>" + BEARER * 2)), "one SubjectConfirmation"),
        (Said(NOW, {}, subject=SUBJECT.format("<saml:NameID>a</saml:NameID>" * 2 + BEARER)), "one NameID"),
        (Said(NOW, {}, subject=SUBJECT.format("<saml:EncryptedID/>" + BEARER)), "encrypted"),
        (Said(NOW, {}, subject=SUBJECT.format(BEARER.replace("bearer", "holder-of-key"))), "bearer"),
        (Said(NOW, {}, subject=SUBJECT.format(BEARER.replace("NotOnOrAfter", "Not"))), "date and time"),
        (Said(NOW, {}, subject=SUBJECT.format(BEARER.replace("22:18:20Z", "22:18:20+02:00"))), "date and time"),
        (Said(NOW, {}, name="a" * 600), "longer than"),
        (Said(NOW, {}, name="a<b/>"), "more than text"),
        (Said(NOW, {"x": "a<b/>"}), "more than text"),
        (Said(NOW, {}, audiences="<saml:OneTimeUse/>"), "condition `OneTimeUse` cannot be met"),
        (Said(NOW, {}, audiences="<saml:Condition/>"), "cannot be met"),
    ],
    ids=str,
)
def test_what_cannot_be_understood_is_refused(said: Said, reason: str) -> None:
    refused(good(said=said), reason=reason)


def test_nobody_is_a_finding() -> None:
    assert read(good(said=Said(NOW, {}, subject=SUBJECT.format(BEARER)))).subject == ""


def test_values_of_one_name_are_joined_and_a_targeted_id_is_unwrapped() -> None:
    said = Said(NOW, {"a": ["1", "2"], "b": "<saml:NameID>x!y</saml:NameID>", "c": "", "d": []})
    assert read(good(said=said)).attributes == {"a": ("1", "2"), "b": ("x!y",), "c": ("",), "d": ()}
    doubled = Said(NOW, {"a": ["1"], 'a" Kind="2': ["2"]})  # the same Name twice
    assert read(good(said=doubled)).attributes == {"a": ("1", "2")}


def test_a_name_without_format_is_unspecified() -> None:
    assert read(good(said=Said(NOW, {}, name_format=""))).subject_type.endswith("1.1:nameid-format:unspecified")


def answer(document: bytes) -> Assertion | str:
    try:
        return read(document)
    except Refusal as refusal:
        return refusal.code


WHOLE = etree.tostring(good("both"))


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255))
def test_a_response_with_any_byte_changed_is_refused_or_says_the_same(place: int, byte: int) -> None:
    changed = WHOLE[:place] + bytes([byte]) + WHOLE[place + 1 :]
    assert answer(changed) in ("InvalidIdentityToken", "IDPRejectedClaim", answer(WHOLE))


def test_threads_do_not_disturb_each_other() -> None:
    """Responses are verified on worker threads, and the library shares its schemas among them."""
    damaged = WHOLE.replace(b"ann@example.com", b"bob@example.com")
    unsigned = etree.tostring(good("nothing"))
    shapeless = WHOLE.replace(b"SignatureValue>", b"SignatureWorth>")
    documents = [WHOLE, damaged, unsigned, shapeless] * 60
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(answer, documents))
    assert answers == [answer(document) for document in documents[:4]] * 60
    assert [type(one) for one in answers[:4]] == [Assertion, str, str, str]
