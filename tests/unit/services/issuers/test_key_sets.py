"""How long keys are used, and how often a provider is asked: no longer than is safe, no more than it must bear."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import pytest
from joserfc.jwk import ECKey

from tests.support.issuers import public
from watchword.crypto.jose import WebKeys, read_keys
from watchword.services.issuers.faults import IssuerFault, Unreachable, Untrusted
from watchword.services.issuers.key_sets import CAPACITY, FRESH, KEPT, PAUSE, RESPITE, RETRY, KeySets
from watchword.services.known import KnownOidcProvider

ARN = "arn:aws:iam::111122223333:oidc-provider/issuer.example"
PROVIDER = KnownOidcProvider(ARN, "issuer.example", frozenset({"app"}), ())
KEY = public(ECKey.generate_key("P-256"), "")


def keys(*names: str) -> WebKeys:
    return read_keys(json.dumps({"keys": [KEY | {"kid": name} for name in names]}).encode())


@dataclass
class Asked:
    """A provider that answers what it is set to, and a clock that is set too."""

    now: float = 1_000.0
    answer: WebKeys | IssuerFault = field(default_factory=lambda: keys("one"))
    times: int = 0
    sets: KeySets = field(init=False)

    def __post_init__(self) -> None:
        self.sets = KeySets(self._fetch, lambda: self.now)

    def _fetch(self, issuer: str, thumbprints: tuple[str, ...]) -> WebKeys:
        assert (issuer, thumbprints) == ("https://issuer.example", ())
        self.times += 1
        if isinstance(self.answer, IssuerFault):
            raise self.answer
        return self.answer

    def want(self, name: str = "one") -> WebKeys | IssuerFault:
        """Do as a request does: look, fetch if need be, look again. Whoever looks again must have an answer."""
        found = self.sets.of(PROVIDER, name)
        if found is None:
            self.sets.fetch(PROVIDER)
            found = self.sets.of(PROVIDER, name)
        assert found is not None
        return found


def test_keys_are_fetched_once_and_used_while_fresh() -> None:
    asked = Asked()
    assert asked.sets.of(PROVIDER, "one") is None
    assert asked.want() is asked.answer
    asked.now += FRESH - 1
    assert asked.want() is asked.answer
    assert asked.times == 1
    asked.now += 1
    asked.want()
    assert asked.times == 2


def test_a_withdrawn_key_is_gone_once_it_is_asked_for_again() -> None:
    asked = Asked()
    asked.want()
    asked.answer = keys("two")
    asked.now += FRESH
    found = asked.want()
    assert isinstance(found, WebKeys)
    assert "one" not in found


def test_a_key_of_a_new_name_is_had_at_once() -> None:
    asked = Asked()
    asked.want()
    asked.now += RETRY
    asked.answer = keys("one", "two")
    found = asked.want("two")
    assert isinstance(found, WebKeys)
    assert "two" in found
    assert asked.times == 2


def test_names_that_nobody_publishes_are_sought_once_in_a_while() -> None:
    asked = Asked()
    asked.want("made-up")
    assert asked.times == 1
    asked.now += RETRY
    for number in range(100):
        asked.want(f"made-up-{number}")
    assert asked.times == 2
    asked.now += PAUSE - 0.001
    asked.want("made-up")
    assert asked.times == 2
    asked.now += 0.001
    asked.want("made-up")
    assert asked.times == 3
    assert asked.want() is asked.answer


def test_a_provider_that_fails_is_asked_again_soon_and_not_at_once() -> None:
    asked = Asked(answer=Unreachable("down"))
    for _ in range(10):
        assert isinstance(asked.want(), Unreachable)
    assert asked.times == 1
    asked.now += RETRY
    asked.answer = Untrusted("not it")
    assert isinstance(asked.want(), Untrusted)
    asked.now += RETRY
    asked.answer = keys("one")
    assert asked.want() is asked.answer


def test_keys_are_used_on_while_their_provider_is_down_for_a_time() -> None:
    asked = Asked()
    good = asked.want()
    asked.answer = Unreachable("down")
    asked.now += FRESH
    assert asked.want() is good
    assert asked.want("another") is good
    assert asked.times == 2
    asked.now += RESPITE
    assert asked.want() is good
    assert asked.times == 3
    asked.now = 1_000.0 + KEPT - 0.001
    assert asked.want() is good
    asked.now = 1_000.0 + KEPT
    assert isinstance(asked.want(), Unreachable)


def test_it_takes_one_good_answer_to_begin_anew() -> None:
    asked = Asked()
    asked.want()
    asked.answer = Unreachable("down")
    asked.now += FRESH
    asked.want()
    asked.answer = keys("one", "two")
    asked.now += RESPITE
    assert asked.want() is asked.answer
    asked.now += FRESH - 1
    assert asked.want("two") is asked.answer
    assert asked.times == 3


def test_other_thumbprints_are_another_trust() -> None:
    asked = Asked()
    asked.want()
    other = KnownOidcProvider(ARN, "issuer.example", frozenset(), ("a" * 40,))
    assert asked.sets.of(other, "one") is None
    elsewhere = KnownOidcProvider(ARN.replace("1111", "9999"), "issuer.example", frozenset(), ())
    assert asked.sets.of(elsewhere, "one") is None


def test_what_is_kept_is_bounded() -> None:
    sets = KeySets(lambda _issuer, _thumbprints: keys("one"), lambda: 0.0)
    providers = [KnownOidcProvider(f"{ARN}/{number}", "x", frozenset(), ()) for number in range(CAPACITY + 1)]
    for provider in providers:
        sets.fetch(provider)
    assert sets.of(providers[0], "one") is None
    assert sets.of(providers[1], "one") is not None
    assert sets.of(providers[-1], "one") is not None


def test_what_nobody_foresaw_is_raised() -> None:
    def broken(_issuer: str, _thumbprints: tuple[str, ...]) -> WebKeys:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        KeySets(broken, lambda: 0.0).fetch(PROVIDER)
