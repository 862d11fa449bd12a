"""The eight signature wrappings of "On Breaking SAML: Be Whoever You Want to Be", as SAML Raider numbers them.

Each takes a good response apart and hides what was signed where a careless reader verifies it, while the same reader
takes who signs in from a copy that says `root@example.com`.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from tests.support.saml import DS, SAML, SAMLP

VICTIM = "root@example.com"


def xsw1(response: Any) -> Any:
    """The original response, without its signature, inside the signature of the forged one."""
    original = _unsigned(response)
    response.find(DS + "Signature").append(original)
    return _forged(response)


def xsw2(response: Any) -> Any:
    """As the first, but beside the signature."""
    original = _unsigned(response)
    signature = response.find(DS + "Signature")
    signature.addprevious(original)
    return _forged(response)


def xsw3(response: Any) -> Any:
    """A forged assertion before the original."""
    original = response.find(SAML + "Assertion")
    original.addprevious(_forged_assertion(original))
    return response


def xsw4(response: Any) -> Any:
    """The original assertion inside a forged one."""
    original = response.find(SAML + "Assertion")
    forged = _forged_assertion(original)
    response.replace(original, forged)
    forged.append(original)
    return response


def xsw5(response: Any) -> Any:
    """A forged assertion that keeps the signature; the original without it at the end."""
    forged = response.find(SAML + "Assertion")
    response.append(_unsigned(forged))
    return _forged(response, forged)


def xsw6(response: Any) -> Any:
    """The original assertion inside the signature of the forged one."""
    forged = response.find(SAML + "Assertion")
    forged.find(DS + "Signature").append(_unsigned(forged))
    return _forged(response, forged)


def xsw7(response: Any) -> Any:
    """A forged assertion of the same ID inside an Extensions element, whose schema checks nothing."""
    original = response.find(SAML + "Assertion")
    forged = _unsigned(original)
    _rename(forged)
    extensions = response.makeelement(SAMLP + "Extensions")
    original.addprevious(extensions)
    extensions.append(forged)
    return response


def xsw8(response: Any) -> Any:
    """The original assertion inside an Object of the forged one's signature."""
    forged = response.find(SAML + "Assertion")
    kept = response.makeelement(DS + "Object")
    kept.append(_unsigned(forged))
    forged.find(DS + "Signature").append(kept)
    return _forged(response, forged)


OF_RESPONSE: tuple[Callable[[Any], Any], ...] = (xsw1, xsw2)
OF_ASSERTION: tuple[Callable[[Any], Any], ...] = (xsw3, xsw4, xsw5, xsw6, xsw7, xsw8)


def _unsigned(element: Any) -> Any:
    copy = deepcopy(element)
    copy.tail = None
    copy.remove(copy.find(DS + "Signature"))
    return copy


def _forged_assertion(original: Any) -> Any:
    forged = _unsigned(original)
    forged.set("ID", "_evil")
    _rename(forged)
    return forged


def _forged(response: Any, element: Any = None) -> Any:
    element = response if element is None else element
    element.set("ID", "_evil")
    _rename(element.find(SAML + "Assertion") if element is response else element)
    return response


def _rename(assertion: Any) -> None:
    assertion.find(f"{SAML}Subject/{SAML}NameID").text = VICTIM
