"""SAML 2.0 as a relying party needs it: a provider's metadata, and whether a response is that provider's.

A response is taken apart only after its shape is known to allow one reading, and what is read comes from the element
that the signature library gave back as signed, never from the document that was sent. No XML cryptography is our own:
signatures are verified by signxml, XML is read by lxml without document types, entities or network.

Source: OASIS SAML 2.0 Core, Profiles (4.1.4), Metadata; Somorovsky et al., "On Breaking SAML: Be Whoever You Want to
Be", whose attacks the tests repeat.
"""

from watchword.crypto.saml.assertion import Assertion
from watchword.crypto.saml.metadata import Metadata, MetadataUnreadable, read_metadata
from watchword.crypto.saml.response import read_response
from watchword.crypto.saml.validity import check_validity

__all__ = ["Assertion", "Metadata", "MetadataUnreadable", "check_validity", "read_metadata", "read_response"]
