"""Which refusal comes first, and what a claim tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.crypto.sigv4.signing import KEY_ID, REGION, SERVICE, by_header, by_query, check, with_header
from watchword.crypto.sigv4 import Form, check_claim, read_claim
from watchword.domain.http import HttpRequest
from watchword.domain.refusal import Refusal

ALL_PARTS = b"AWS4-HMAC-SHA256 Credential=%b,Signature=%b,SignedHeaders=host"
Break = Callable[[HttpRequest], HttpRequest]


def in_authorization(old: bytes, new: bytes) -> Break:
    def edit(request: HttpRequest) -> HttpRequest:
        found = request.header(b"authorization") or b""
        assert old in found
        return with_header(request, b"authorization", found.replace(old, new))

    return edit


def in_query(old: bytes, new: bytes) -> Break:
    def edit(request: HttpRequest) -> HttpRequest:
        assert old in request.query
        return replace(request, query=request.query.replace(old, new))

    return edit


def header(name: bytes, value: bytes | None) -> Break:
    return lambda request: with_header(request, name, value)


def at_path(path: bytes) -> Break:
    return lambda request: replace(request, path=path)


def ask(query: bytes) -> Break:
    return lambda request: replace(request, query=(request.query + b"&" if request.query else b"") + query)


def twice(request: HttpRequest) -> HttpRequest:
    return replace(request, headers=[*request.headers, (b"authorization", request.header(b"authorization") or b"")])


# In AWS's order. Each breaks one thing; of any two together, the earlier is told.
STEPS: list[tuple[str, Break, str]] = [
    ("1 path above its root", at_path(b"/../x"), "InvalidURIPath"),
    ("4 query escape", ask(b"a=%zz"), "MalformedQueryString"),
    ("5 both forms", ask(b"X-Amz-Algorithm=AWS4-HMAC-SHA256"), "SignatureDoesNotMatch"),
    ("6 algorithm", in_authorization(b"AWS4-HMAC-SHA256", b"AWS4-HMAC-SHA512"), "IncompleteSignature"),
    ("6b no equal sign", in_authorization(b"Credential=", b"Credential, Credential="), "IncompleteSignature"),
    ("6d no signature", in_authorization(b"Signature=", b"Sig="), "IncompleteSignature"),
    ("8 host unsigned", in_authorization(b"host;", b""), "SignatureDoesNotMatch"),
    ("9 date", header(b"x-amz-date", b"2015-08-30T12:36:00Z"), "IncompleteSignature"),
    ("10 old", header(b"x-amz-date", b"20150830T123600Z"), "SignatureDoesNotMatch"),
    ("12 credential", in_authorization(b"/us-east-1", b""), "IncompleteSignature"),
    ("13 terminator", in_authorization(b"aws4_request", b"aws5_request"), "SignatureDoesNotMatch"),
    ("14 stray token", ask(b"X-Amz-Security-Token=t"), "InvalidClientTokenId"),
    ("16 signature", in_authorization(b"Signature=", b"Signature=0"), "SignatureDoesNotMatch"),
]
PAIRS = [(first, second) for place, first in enumerate(STEPS) for second in STEPS[place + 1 :]]


def refusal(request: HttpRequest, *, at: float | None = None) -> Refusal:
    with pytest.raises(Refusal) as caught:
        check(request, at=at)
    return caught.value


@pytest.mark.parametrize(("_name", "broken", "code"), STEPS, ids=[step[0] for step in STEPS])
def test_each_step_has_its_code(_name: str, broken: Break, code: str) -> None:
    request = by_header()
    assert refusal(broken(request), at=check(request).timestamp).code == code


@pytest.mark.parametrize(("first", "second"), PAIRS, ids=[f"{a[0]} + {b[0]}" for a, b in PAIRS])
def test_the_earlier_step_is_told(first: tuple[str, Break, str], second: tuple[str, Break, str]) -> None:
    request = by_header()
    at = check(request).timestamp
    alone, both = refusal(first[1](request), at=at), refusal(first[1](second[1](request)), at=at)
    assert both.code == alone.code == first[2]
    if first[0].split()[0] not in {"6b", "6d", "10"}:  # their words tell more of the same
        assert both.message.split("'")[0] == alone.message.split("'")[0]


@pytest.mark.parametrize(
    ("broken", "code", "words"),
    [
        (header(b"authorization", None), "MissingAuthenticationToken", "Request is missing Authentication Token"),
        (header(b"authorization", b"Bearer s3cret-token"), "IncompleteSignature", "Unsupported AWS 'algorithm'"),
        (header(b"authorization", b""), "IncompleteSignature", "Unsupported AWS 'algorithm'"),
        (
            header(b"authorization", b"AWS4-HMAC-SHA256"),
            "IncompleteSignature",
            "Signature' parameter. Authorization header requires 'SignedHeaders' parameter. (hashed",
        ),
        (
            header(b"x-amz-date", None),
            "IncompleteSignature",
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
        ),
        (twice, "IncompleteSignature", "more than one Authorization header"),
        (in_authorization(b"x-amz-date", b"x-amz-datf"), "SignatureDoesNotMatch", "'x-amz-date' must be"),
        (header(b"x-amz-target", b"Service.Act"), "SignatureDoesNotMatch", "'x-amz-target' must be a 'SignedHeader'"),
        (header(b"x-amz-content-sha256", b"0"), "SignatureDoesNotMatch", "'x-amz-content-sha256' must be"),
        (in_authorization(b"host;", b"host;x-gone;"), "SignatureDoesNotMatch", "'x-gone' is not in the request"),
        (in_authorization(b"host;", b"Host;"), "SignatureDoesNotMatch", "'Host' or ':authority' must be"),
    ],
)
def test_words_of_header_form(broken: Break, code: str, words: str) -> None:
    found = refusal(broken(by_header()))
    assert found.code == code
    assert words in found.message
    assert "s3cret" not in found.message


@pytest.mark.parametrize(
    ("broken", "code", "words"),
    [
        (in_query(b"AWS4-HMAC-SHA256", b"AWS4-HMAC-SHA1"), "MissingAuthenticationToken", "missing Authentication"),
        (
            lambda request: replace(request, query=b"X-Amz-Algorithm=AWS4-HMAC-SHA256"),
            "IncompleteSignature",
            "AWS query-string parameters must include 'X-Amz-Date'. Re-examine the query-string parameters.",
        ),
        (header(b"authorization", b"AWS4-HMAC-SHA256"), "SignatureDoesNotMatch", "does not match"),
        (in_query(b"X-Amz-Expires=3600", b"X-Amz-Expires=604801"), "IncompleteSignature", "X-Amz-Expires must"),
        (in_query(b"X-Amz-Expires=3600", b"X-Amz-Expires=0"), "IncompleteSignature", "X-Amz-Expires must"),
        (in_query(b"X-Amz-Expires=3600", b"X-Amz-Expires=-1"), "IncompleteSignature", "X-Amz-Expires must"),
        (in_query(b"X-Amz-Expires=3600", b"X-Amz-Expires=%D9%A1"), "IncompleteSignature", "X-Amz-Expires must"),
        (header(b"x-amz-security-token", b"t"), "InvalidClientTokenId", "The security token included"),
        (header(b"x-amz-target", b"Service.Act"), "SignatureDoesNotMatch", "'x-amz-target' must be a 'SignedHeader'"),
    ],
)
def test_words_of_query_form(broken: Break, code: str, words: str) -> None:
    found = refusal(broken(by_query()))
    assert found.code == code
    assert words in found.message


def test_json_services_have_other_names() -> None:
    found = refusal(with_header(by_header(), b"authorization", None))
    assert (found.status, found.json_code, found.json_status) == (403, "MissingAuthenticationTokenException", 400)


def test_a_claim_tells_who_and_where() -> None:
    claim = check(by_query(token="to/ken"))
    assert (claim.access_key_id, claim.region, claim.service) == (KEY_ID, REGION, SERVICE)
    assert (claim.form, claim.session_token, claim.date) == (Form.QUERY, "to/ken", claim.amz_date[:8])
    assert "ken" not in repr(claim)
    assert claim.signature not in repr(claim)


def test_of_double_parameters_the_last_counts_in_a_header_and_the_first_in_a_query() -> None:
    check(in_authorization(b"Signature=", b"Signature=00, Signature=")(by_header()))
    doubled = ask(b"X-Amz-Signature=00")(by_query())
    check(doubled)


@pytest.mark.parametrize("spacing", [b",", b", ", b" ,   "])
def test_any_spacing_and_order(spacing: bytes) -> None:
    request = by_header()
    algorithm, _, rest = (request.header(b"authorization") or b"").partition(b" ")
    parts = spacing.join(reversed(rest.split(b", ")))
    check(with_header(request, b"authorization", algorithm + b"  " + parts))


@given(st.binary(max_size=60), st.binary(max_size=60), st.binary(max_size=60), st.text(max_size=5))
def test_no_bytes_break_the_reader(path: bytes, query: bytes, value: bytes, method: str) -> None:
    base = by_header()
    for headers in (
        [*base.headers, (b"x-any", value)],
        [(b"authorization", b"AWS4-HMAC-SHA256 " + value), (b"x-amz-date", value), (b"host", value)],
        [(b"authorization", ALL_PARTS % (value, value)), (b"date", query), (b"host", value)],
        [(b"host", b"h")],
    ):
        for line in (query, b"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" + query):
            request = HttpRequest(method, path, line, headers, b"")
            try:
                check_claim(read_claim(request), services=SERVICE, regions=REGION, now=1e9)
            except Refusal as found:
                assert found.status in {400, 403}  # noqa: PT017 - most are refused, and none may break
