"""A second evaluator, as plain and slow as the rules are written: the compiled one must agree with it everywhere.

It shares no code with the policy room: globs are matched character by character, documents are read as they stand.
"""

from __future__ import annotations

import base64
import ipaddress
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from watchword.domain.principal import Principal, PrincipalType

Context = Mapping[str, "str | tuple[str, ...]"]
Pattern = list[str | tuple[str]]
"""Characters as written; a character in a tuple is literal."""


def decide(asked: dict[str, Any], layers: dict[str, Any]) -> str:
    """Give `Allow`, `ImplicitDeny` or `ExplicitDeny`."""
    asked = {"resource_account": "", "trust": False, **asked}
    principal: Principal = asked["principal"]
    linked = principal.type is PrincipalType.ASSUMED_ROLE and ":role/aws-service-role/" in principal.issuer_arn
    if _explicit(asked, layers, linked=linked):
        return "ExplicitDeny"
    named = _strength(asked, layers)
    if not principal.account:
        return "Allow" if named == 4 and not (asked["trust"] and not principal.arn) else "ImplicitDeny"
    if not linked and not all(_any(asked, level, "Allow", "scp") for level in layers.get("scp") or []):
        return "ImplicitDeny"
    if asked["trust"] and principal.type is PrincipalType.ROOT:
        return "ImplicitDeny"
    return "Allow" if _permitted(asked, layers, named) else "ImplicitDeny"


def _explicit(asked: dict[str, Any], layers: dict[str, Any], *, linked: bool) -> bool:
    account = asked["principal"].account
    organisation = [] if linked else [("rcp", level) for level in layers.get("rcp") or []]
    organisation += [] if linked or not account else [("scp", level) for level in layers.get("scp") or []]
    found = any(_any(asked, level, "Deny", kind) for kind, level in organisation)
    for kind in ("identity", "boundary", "session"):
        found = found or _any(asked, _documents(layers.get(kind)), "Deny", kind)
    for document, statement in _statements(_documents(layers.get("resource"))):
        if statement["Effect"] != "Deny" or not _takes_in(asked, document, statement, "resource"):
            continue
        bounded = "NotPrincipal" in statement and layers.get("boundary") is not None
        found = found or bounded or _names(statement, asked["principal"]) > 0
    return found


def _permitted(asked: dict[str, Any], layers: dict[str, Any], named: int) -> bool:
    principal: Principal = asked["principal"]
    rooted = principal.type is PrincipalType.ROOT
    if principal.type is PrincipalType.FEDERATED_USER:
        rooted = principal.issuer_arn.endswith(":root")
    identity = rooted or _any(asked, _documents(layers.get("identity")), "Allow", "identity")
    boundary = layers.get("boundary") is None or _any(asked, _documents(layers["boundary"]), "Allow", "boundary")
    if layers.get("session") is None:
        session = principal.type is not PrincipalType.FEDERATED_USER
    else:
        session = _any(asked, _documents(layers["session"]), "Allow", "session")
    if asked["resource_account"] not in {"", principal.account}:
        return named > 0 and identity and boundary and session
    if named == 4:
        return True
    must_name = asked["trust"] or (":key/" in asked["resource"] and asked["action"].lower().startswith("kms:"))
    if must_name and named == 0:
        return False
    return (identity or named >= 2) and boundary and session


def _documents(layer: Any) -> list[dict[str, Any]]:
    if layer is None:
        return []
    return layer if isinstance(layer, list) else [layer]


def _statements(documents: list[dict[str, Any]]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    return [(document, statement) for document in documents for statement in _list(document["Statement"])]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _any(asked: dict[str, Any], documents: list[dict[str, Any]], effect: str, kind: str) -> bool:
    return any(
        statement["Effect"] == effect and _takes_in(asked, document, statement, kind)
        for document, statement in _statements(documents)
    )


def _strength(asked: dict[str, Any], layers: dict[str, Any]) -> int:
    strengths = [
        _names(statement, asked["principal"])
        for document, statement in _statements(_documents(layers.get("resource")))
        if statement["Effect"] == "Allow" and _takes_in(asked, document, statement, "resource")
    ]
    return max(strengths, default=0)


def _names(statement: dict[str, Any], principal: Principal) -> int:
    """4 directly, 3 the role of a session, 2 the user of a federated session, 1 the account, 0 not at all."""
    if "Principal" in statement:
        return _listed(statement["Principal"], principal)
    if "NotPrincipal" in statement:
        return 0 if _listed(statement["NotPrincipal"], principal) else 4
    return 0


def _listed(element: Any, principal: Principal) -> int:
    if element == "*":
        return 4
    best = 0
    for kind, names in element.items():
        for name in _list(names):
            best = max(best, _aws(name, principal) if kind == "AWS" else 4 * (name == principal.arn))
    return best


def _aws(name: str, principal: Principal) -> int:
    if name == "*" or (name == principal.arn and ":role/" not in name and not name.endswith(":root")):
        return 4
    if name in {principal.account, f"arn:aws:iam::{principal.account}:root"} and principal.account:
        return 1
    by_id = {PrincipalType.USER: 4, PrincipalType.ASSUMED_ROLE: 3, PrincipalType.FEDERATED_USER: 2}
    if name == principal.unique_id and name.startswith(("AIDA", "AROA")):
        return by_id.get(principal.type, 0)
    if principal.type is PrincipalType.ASSUMED_ROLE and ":role/" in name:
        same = _bare(name).lower() == _bare(principal.issuer_arn).lower()
        return 3 if same else 0
    if principal.type is PrincipalType.FEDERATED_USER and ":user/" in name:
        return 2 if _bare(name) == _bare(principal.issuer_arn) else 0
    return 0


def _bare(arn: str) -> str:
    """Leave the path out."""
    parts = arn.split(":", 5)
    kind, _slash, rest = parts[5].partition("/")
    return ":".join([*parts[:5], f"{kind}/{rest.split('/')[-1]}"])


def _takes_in(asked: dict[str, Any], document: dict[str, Any], statement: dict[str, Any], kind: str) -> bool:
    variables = document.get("Version") == "2012-10-17"
    context: Context = asked["context"]
    denies = statement["Effect"] == "Deny"
    if not _action(asked["action"], statement) or not _resource(asked["resource"], statement, kind, context, variables):
        return False
    return all(
        _condition(
            operator, key, [_text(value) for value in _list(values)], context, variables=variables, denies=denies
        )
        for operator, keys in statement.get("Condition", {}).items()
        for key, values in keys.items()
    )


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _action(action: str, statement: dict[str, Any]) -> bool:
    values = _list(statement.get("Action", statement.get("NotAction")))
    service, _colon, name = action.lower().partition(":")
    matched = False
    for value in values:
        its_service, colon, its_name = value.lower().partition(":")
        matched = matched or value == "*" or bool(colon and its_service == service and glob(list(its_name), name))
    return matched is ("Action" in statement)


def glob(pattern: Pattern, text: str) -> bool:
    """Match by a table of which beginnings of the pattern match which beginnings of the text."""
    reached = [True] + [False] * len(text)
    for mark in pattern:
        if mark == "*":
            for at in range(1, len(text) + 1):
                reached[at] = reached[at] or reached[at - 1]
            continue
        wanted = mark[0] if isinstance(mark, tuple) else mark
        step = [reached[at] and (mark == "?" or text[at] == wanted) for at in range(len(text))]
        reached = [False, *step]
    return reached[-1]


def _fill(text: str, context: Context, *, variables: bool) -> Pattern | None:
    """Put in the variables; None when one has no value."""
    filled: Pattern = []
    while text:
        end = text.find("}")
        if not (variables and text.startswith("${") and end > 0):
            filled.append(text[0])
            text = text[1:]
            continue
        inside, text = text[2:end], text[end + 1 :]
        if inside in {"*", "?", "$"}:
            filled.append((inside,))
            continue
        key, comma, default = inside.partition(", '")
        value = context.get(key.lower(), default[:-1] if comma else None)
        if not isinstance(value, str):
            return None
        filled += [(character,) for character in value]
    return filled


def _split(pattern: str) -> list[str]:
    """Split at the first five colons that stand in no variable."""
    parts, depth = [""], 0
    for at, character in enumerate(pattern):
        depth += (pattern[at : at + 2] == "${") - (character == "}" and depth > 0)
        if character == ":" and not depth and len(parts) < 6:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def _resource(
    resource: str,
    statement: dict[str, Any],
    kind: str,
    context: Context,
    variables: bool,  # noqa: FBT001
) -> bool:
    element = next((name for name in ("Resource", "NotResource") if name in statement), None)
    if element is None:
        return True
    excepts, denies = element == "NotResource", statement["Effect"] == "Deny"
    matched = False
    for value in _list(statement[element]):
        found = _one_resource(resource, value, kind, context, variables=variables)
        if found == "out":
            return False
        if found == "unknown":
            found = "yes" if excepts and not denies else "no"
        matched = matched or found == "yes"
    return matched is not excepts


def _one_resource(resource: str, value: str, kind: str, context: Context, *, variables: bool) -> str:
    """Give yes, no, unknown (a variable has no value), or out (a short ARN under NotResource)."""
    if value == "*":
        return "yes"
    given = resource.split(":", 5)
    wanted = _split(value)
    if len(wanted) < 6:
        raise NotImplementedError(kind)  # short ARNs have their own table of vectors
    if len(given) < 6:
        return "no"
    heads = zip(wanted[:5], given[:5], strict=True)
    if not all(glob(list(one.lower()), other.lower()) for one, other in heads):
        return "no"
    tail = _fill(wanted[5], context, variables=variables)
    if tail is None:
        return "unknown"
    return "yes" if glob(tail, given[5]) else "no"


def _condition(
    operator: str,
    key: str,
    values: list[str],
    context: Context,
    *,
    variables: bool,
    denies: bool,
) -> bool:
    quantifier, _colon, name = operator.rpartition(":")
    if_exists = name.endswith("IfExists")
    name = name.removesuffix("IfExists")
    value = context.get(key.lower())
    if name == "Null":
        return ("false" if value else "true") in [one.lower() for one in values]
    negated = "Not" in name
    plain = name.replace("Not", "", 1)

    def holds(text: str) -> bool:
        fits = _fits(plain, text, values, context, variables=variables)
        if negated:
            return denies if fits is None else not fits
        return bool(fits)

    given = () if value is None else (value,) if isinstance(value, str) else value
    if quantifier == "ForAllValues":
        return all(holds(text) for text in given)
    if quantifier == "ForAnyValue":
        return any(holds(text) for text in given)
    if not given:
        return negated or if_exists
    return isinstance(value, str) and holds(value)


def _fits(name: str, text: str, values: list[str], context: Context, *, variables: bool) -> bool | None:
    answers = [_fits_one(name, text, value, context, variables=variables) for value in values]
    if True in answers:
        return True
    return None if None in answers or _reading(name, text) is None else False


def _fits_one(  # noqa: PLR0911 - one way out for each type
    name: str, text: str, value: str, context: Context, *, variables: bool
) -> bool | None:
    if name in {"StringEquals", "StringEqualsIgnoreCase", "Bool"}:
        filled = _fill(value, context, variables=variables)
        if filled is None:
            return False
        plain = "".join(mark[0] for mark in filled)
        if name == "Bool" and _reading(name, text) is None:
            return None
        return text == plain if name == "StringEquals" else text.lower() == plain.lower()
    if name == "StringLike":
        filled = _fill(value, context, variables=variables)
        return filled is not None and glob(filled, text)
    if name in {"ArnEquals", "ArnLike"}:
        return _arn(text, value, context, variables=variables)
    given, wanted = _reading(name, text), _reading(name, value, policy=True)
    if given is None or wanted is None:
        return None
    if name == "IpAddress":
        return given in wanted if given.version == wanted.version else False
    compare: dict[str, Callable[[Any, Any], bool]] = {
        "LessThan": lambda one, other: one < other,
        "LessThanEquals": lambda one, other: one <= other,
        "GreaterThan": lambda one, other: one > other,
        "GreaterThanEquals": lambda one, other: one >= other,
        "Equals": lambda one, other: one == other,
    }
    return compare[name.removeprefix("Numeric").removeprefix("Date").removeprefix("Binary")](given, wanted)


def _arn(text: str, value: str, context: Context, *, variables: bool) -> bool | None:
    given, wanted = text.split(":", 5), _split(value) if variables else value.split(":", 5)
    if len(given) < 6 or len(wanted) < 6 or given[0] != "arn":
        return None
    for one, other in zip(wanted, given, strict=True):
        filled = _fill(one, context, variables=variables)
        if filled is None or not glob(filled, other):
            return False
    return True


def _reading(name: str, text: str, *, policy: bool = False) -> Any:  # noqa: PLR0911 - one way out for each type
    """Read a text as its operator's type; None when it is not of it."""
    try:
        if name.startswith("Numeric"):
            found = Decimal(text)
            return found if found.is_finite() else None
        if name.startswith("Date"):
            if text.isdigit():
                return float(text)
            moment = datetime.fromisoformat(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        if name == "IpAddress":
            return ipaddress.ip_network(text, strict=False) if policy else ipaddress.ip_address(text)
        if name == "Bool":
            return text if text.lower() in {"true", "false"} else None
        if name.startswith("Binary"):
            return base64.b64decode(text) and text
        if name.startswith("Arn"):
            return text if text.startswith("arn:") and text.count(":") >= 5 else None
    except (ValueError, InvalidOperation):
        return None
    return text
