"""What IAM refuses about signing certificates, SSH keys and service-specific credentials.

The words are AWS's as recorded from it, but where a class says that they are ours.
"""

from __future__ import annotations

from watchword.domain.refusal import Refusal, ValidationError
from watchword.services.iam.refusals import NoSuchEntity


class NoSuchCertificate(NoSuchEntity):
    """The user has no such signing certificate."""

    text = "The Certificate with id {id} cannot be found."


class MalformedCertificate(Refusal):
    """The body is no certificate, or an expired one.

    AWS repeats the whole body in the message. We do not: messages are kept in the journal, and what is pasted by
    mistake may be a private key.   Source: iam model, MalformedCertificateException (400).
    """

    code, text = "MalformedCertificate", "Certificate is malformed."


class InvalidCertificate(Refusal):
    """A certificate whose time has not come; the words are ours.

    Source: iam model, InvalidCertificateException (400).
    """

    code = "InvalidCertificate"
    text = "Certificate is not valid yet. The 'Not Before' date restriction on the certificate has not passed."


class DuplicateCertificate(Refusal):
    """Somebody else in the account has this very certificate.

    Source: iam model, DuplicateCertificateException (409).
    """

    code, status, text = "DuplicateCertificate", 409, "Duplicate certificate uploaded."


class NoSuchPublicKey(NoSuchEntity):
    """The account has no such SSH key."""

    text = "The Public Key with id {id} cannot be found."


class PublicKeyOfAnother(NoSuchEntity):
    """The SSH key is another user's."""

    text = "User has no Public Key with id {id}."


class UnrecognizedPublicKeyEncoding(Refusal):
    """The body is neither an `ssh-rsa` line nor a PEM public key.

    Source: iam model, UnrecognizedPublicKeyEncodingException (400).
    """

    code, text = "UnrecognizedPublicKeyEncoding", "Invalid public key uploaded."


class InvalidPublicKey(Refusal):
    """A public key that is not RSA, or is too small or too large.

    Source: iam model, InvalidPublicKeyException (400).
    """

    code, text = "InvalidPublicKey", "Invalid body for public key"


class DuplicateSSHPublicKey(Refusal):
    """The user has this very key.   Source: iam model, DuplicateSSHPublicKeyException (400)."""

    code, text = "DuplicateSSHPublicKey", "Duplicate SSH public key uploaded."


class NoSuchService(NoSuchEntity):
    """A service that takes no such credentials. The model's NotSupportedService is not what AWS answers."""

    text = "No such service {name} is supported for Service Specific Credentials"


class UnreadableServiceName(ValidationError):  # noqa: N818 - named for what happened, as all refusals are
    """A service name that none can have."""

    text = "ServiceName must match [a-zA-Z0-9.-]*"


class NoSuchServiceCredential(NoSuchEntity):
    """The account has no such credential."""

    text = "No such credential {id} exists"


class ServiceCredentialOfAnother(ValidationError):  # noqa: N818 - as above
    """The credential is another user's."""

    text = "User {name} does not have a service specific credential with id {id}"


class OneUserOrAll(ValidationError):  # noqa: N818 - as above
    """A request for all users' credentials that names one; the words are ours."""

    text = "UserName cannot be specified together with AllUsers"


class MarkerOfAnotherFilter(ValidationError):  # noqa: N818 - as above
    """A marker that this listing, with these filters, did not hand out."""

    text = "Marker and Filter do not match"
