"""Session tokens: a sealed record of one session, which any node opens with no look-up.

The record, its sealing, and the secret key derived from its access key id. What a session may do is decided elsewhere.
"""

from __future__ import annotations

import base64
import hmac

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from watchword.crypto.keyring import KeyRing
from watchword.crypto.sealing import NONCE_BYTES, TAG_BYTES
from watchword.crypto.sigv4.refusals import InvalidClientTokenId
from watchword.crypto.texts import canonical_base64, url_base64
from watchword.domain.arn import sts_arn
from watchword.domain.clock import MICROSECONDS
from watchword.domain.ids import SECRET_BYTES, Random
from watchword.domain.principal import Principal, PrincipalType
from watchword.domain.secret import Secret

LONGEST_TOKEN = 32_768
"""Characters. A longer text was not sealed here, and is not decoded."""

_FORMAT = 1
_ID_BYTES = 4
_HEAD_BYTES = 1 + _ID_BYTES


class Link(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One step of how a session came about: who asked, and with which access key."""

    arn: str
    access_key_id: str
    unique_id: str = ""
    """A user's, as in `Principal`: what it keeps when its name changes."""
    issued_exactly: int = 0
    """When the session that asked was issued, in microseconds since the epoch; 0 for a long-term key, or unknown."""


class Session(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One set of temporary credentials. The order of the fields is the token's format: append, never reorder.

    Instants are epoch seconds. `unique_id`, `issuer_arn` and `name` are as in `Principal`.
    """

    access_key_id: str
    type: PrincipalType
    """ASSUMED_ROLE; USER or ROOT, from GetSessionToken; FEDERATED_USER, from GetFederationToken."""
    account: str
    unique_id: str
    issuer_arn: str
    name: str
    issued_at: int
    expires_at: int
    chain: tuple[Link, ...]
    """From the first principal, which held a long-term key, to the one that asked for this session."""
    policies: tuple[str, ...] = ()
    """Session policy documents, as given. Together with `policy_arns` they limit; none of either is no limit."""
    policy_arns: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    transitive_tag_keys: tuple[str, ...] = ()
    source_identity: str = ""
    mfa_at: int = 0
    """When a second factor was shown; 0 for never."""
    federated_provider: str = ""
    """The identity provider's ARN, for sessions that one vouched for."""
    ring_key: int = 0
    """The ring key that seals it and gives its secret; told by the token, not by whoever makes the record."""
    federated_audience: str = ""
    federated_subject: str = ""
    """For whom, and of whom, the identity provider spoke."""
    federated_subject_type: str = ""
    federated_name_qualifier: str = ""
    """Of a SAML provider: of which format the subject's name is, and what makes it unique among all providers."""
    issued_micros: int = 0
    """Microseconds past `issued_at`: what was issued in the same second as an end is before it or after it."""
    instance_profile: str = ""
    """Unique id of the instance profile that it, or the session it came from, was issued for."""
    source_identity_since: int = 0
    instance_profile_since: int = 0
    """When the first session of its chain with the same was issued, in microseconds since the epoch; 0 for itself."""

    @property
    def issued_exactly(self) -> int:
        """When it was issued, in microseconds since the epoch."""
        return self.issued_at * MICROSECONDS + self.issued_micros

    @property
    def identified_exactly(self) -> int:
        """When the first session of its chain with its source identity was issued, likewise."""
        return self.source_identity_since or self.issued_exactly

    @property
    def profiled_exactly(self) -> int:
        """When the first session of its chain that was issued for its instance profile was issued, likewise."""
        return self.instance_profile_since or self.issued_exactly

    @property
    def mfa(self) -> bool:
        """Whether a second factor was shown."""
        return self.mfa_at > 0

    @property
    def issuing_key_id(self) -> str:
        """The access key that asked for this session; empty when no key did."""
        return self.chain[-1].access_key_id if self.chain else ""

    @property
    def role_name(self) -> str:
        """The role's name without its path; empty unless a role was assumed."""
        return self.issuer_arn.rsplit("/", 1)[-1] if self.type is PrincipalType.ASSUMED_ROLE else ""

    def principal(self) -> Principal:
        """Give the principal that acts with this session.

        Source: IAM User Guide, "IAM JSON policy elements: Principal" and "Policy variables", table of aws:userid.
        """
        arn, user_id = self.issuer_arn, self.unique_id
        if self.type is PrincipalType.ASSUMED_ROLE:
            arn = sts_arn(self.account, f"assumed-role/{self.role_name}/{self.name}")
            user_id = f"{self.unique_id}:{self.name}"
        elif self.type is PrincipalType.FEDERATED_USER:
            arn = sts_arn(self.account, f"federated-user/{self.name}")
            user_id = f"{self.account}:{self.name}"
        return Principal(self.type, self.account, arn, user_id, self.unique_id, self.issuer_arn, self.name)


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Session)


class TokenRing:
    """Seals sessions into tokens and opens them, with the ring keys it was made from.

    It never changes: a new ring key makes a new `TokenRing`, so `seal` and `secret_for` always agree.
    Each session has its own sealing key, made from its access key id: no number of sessions wears a ring key out.
    """

    def __init__(self, ring: KeyRing, random: Random) -> None:
        self._newest = ring.newest
        self._sealing = ring.derived(b"watchword session token 1")
        self._secrets = ring.derived(b"watchword session secret 1")
        self._random = random

    def seal(self, session: Session) -> str:
        """Give the session's token: URL-safe text that opens for its access key id alone."""
        head = bytes([_FORMAT]) + self._newest.to_bytes(_ID_BYTES)
        nonce = self._random(NONCE_BYTES)
        plain = _ENCODER.encode(msgspec.structs.replace(session, ring_key=self._newest))
        sealed = self._cipher(self._newest, session.access_key_id).encrypt(
            nonce, plain, head + session.access_key_id.encode()
        )
        return url_base64(head + nonce + sealed)

    def open(self, token: str, access_key_id: str) -> Session:
        """Open a token for the access key id it came with. Whether it has expired is the caller's question.

        Raises InvalidClientTokenId for anything that was not sealed here for that id.
        """
        raw = canonical_base64(token) if len(token) <= LONGEST_TOKEN else None
        if raw is None or len(raw) < _HEAD_BYTES + NONCE_BYTES + TAG_BYTES or raw[0] != _FORMAT:
            raise InvalidClientTokenId
        head, body = raw[:_HEAD_BYTES], _HEAD_BYTES + NONCE_BYTES
        number = int.from_bytes(head[1:])
        if number not in self._sealing:
            raise InvalidClientTokenId
        identity = access_key_id.encode("utf-8", "surrogatepass")
        try:
            plain = self._cipher(number, access_key_id).decrypt(raw[_HEAD_BYTES:body], raw[body:], head + identity)
            session = _DECODER.decode(plain)
        except (InvalidTag, msgspec.DecodeError) as error:
            raise InvalidClientTokenId from error
        if session.access_key_id != access_key_id or session.ring_key != number:
            raise InvalidClientTokenId
        return session

    def secret_for(self, access_key_id: str, ring_key: int | None = None) -> Secret:
        """Give the secret access key of a session: 40 characters that nobody has to keep.

        `ring_key` is the opened session's; without it, the one that seals now.
        Raises InvalidClientTokenId when that ring key is gone.
        """
        key = self._secrets.get(self._newest if ring_key is None else ring_key)
        if key is None:
            raise InvalidClientTokenId
        derived = hmac.digest(key, access_key_id.encode("utf-8", "surrogatepass"), "sha256")
        return Secret(base64.b64encode(derived[:SECRET_BYTES]).decode("ascii"))

    def _cipher(self, number: int, access_key_id: str) -> AESGCM:
        identity = access_key_id.encode("utf-8", "surrogatepass")
        return AESGCM(hmac.digest(self._sealing[number], identity, "sha256"))
