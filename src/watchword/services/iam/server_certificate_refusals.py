"""What IAM refuses about server certificates, in AWS's words.  Source: recorded from AWS, unless said otherwise."""

from __future__ import annotations

from watchword.domain.refusal import Refusal
from watchword.services.iam.refusals import EntityAlreadyExists, NoSuchEntity


class NoSuchServerCertificate(NoSuchEntity):
    """The account has no server certificate of that name."""

    text = "The Server Certificate with name {name} cannot be found."


class ServerCertificateExists(EntityAlreadyExists):
    """The account has a server certificate of that name, in some letter case."""

    text = "The Server Certificate with name {name} already exists."


class MalformedCertificate(Refusal):
    """Source: iam model, MalformedCertificateException (400)."""

    code = "MalformedCertificate"


class UnreadableCertificate(MalformedCertificate):
    """The body is not one certificate in PEM."""

    text = "Unable to parse certificate. Please ensure the certificate is in PEM format."


class UnreadableKey(MalformedCertificate):
    """The private key is not one in PEM, needs a password, or is larger than is taken. The words are ours."""

    text = "Unable to parse private key. Please ensure the private key is in PEM format, without a password."


class CertificateExpired(MalformedCertificate):
    """The certificate's time is over."""

    text = "Certificate is no longer valid. The 'Not After' date restriction on the certificate has passed."


class CertificateNotYetValid(MalformedCertificate):
    """The certificate's time has not begun. The words are ours, after those of CertificateExpired."""

    text = "Certificate is not yet valid. The 'Not Before' date restriction on the certificate has not passed."


class BrokenChain(MalformedCertificate):
    """A certificate of the chain did not sign the one before it, or may not; `index` is -1 for the body's own."""

    text = (
        "Unable to validate certificate chain. The certificate chain must start with the immediate signing "
        "certificate, followed by any intermediaries in order. The index within the chain of the invalid "
        "certificate is: {index}"
    )


class KeyPairMismatch(Refusal):
    """The private key is another's.  Source: iam model, KeyPairMismatchException (400), and its documentation."""

    code, text = "KeyPairMismatch", "The public key certificate and the private key do not match."
