"""What refusals mean."""

from __future__ import annotations

import pytest
from botocore import exceptions as sdk

from watchword.agent.credentials import NotHad, Trouble
from watchword.agent.troubles import is_over, translated


def refusal(code: str, status: int = 400, message: str = "no") -> sdk.ClientError:
    answer = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return sdk.ClientError(answer, "AssumeRole")  # type: ignore[arg-type]  # as much of it as is read


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (refusal("AccessDenied", 403), Trouble.DENIED),
        (refusal("AccessDeniedException"), Trouble.DENIED),
        (refusal("ExpiredToken", 403), Trouble.LOGIN),
        (refusal("InvalidClientTokenId", 403), Trouble.LOGIN),
        (refusal("ResourceNotFoundException"), Trouble.NO_ROLE),
        (refusal("NoSuchEntity", 404), Trouble.NO_ROLE),
        (refusal("Throttling"), Trouble.UNAVAILABLE),
        (refusal("InternalFailure", 500), Trouble.UNAVAILABLE),
        (refusal("502", 502), Trouble.UNAVAILABLE),
        (refusal("ValidationError"), Trouble.REFUSED),
        (sdk.ProfileNotFound(profile="p"), Trouble.LOGIN),
        (sdk.NoCredentialsError(), Trouble.LOGIN),
        (sdk.CredentialRetrievalError(provider="process", error_msg="no"), Trouble.LOGIN),
        (sdk.EndpointConnectionError(endpoint_url="http://127.0.0.1:1"), Trouble.UNREACHABLE),
        (sdk.ReadTimeoutError(endpoint_url="http://127.0.0.1:1"), Trouble.UNREACHABLE),
        (PermissionError(13, "no"), Trouble.UNREACHABLE),
        (sdk.ParamValidationError(report="no"), Trouble.REFUSED),
    ],
    ids=str,
)
def test_each_in_the_agents_words(error: Exception, trouble: Trouble) -> None:
    with pytest.raises(NotHad) as raised, translated():
        raise error
    assert raised.value.trouble is trouble


def test_what_is_encoded_is_left_out() -> None:
    error = refusal("AccessDenied", 403, "You may not. Encoded authorization failure message: aaaaaa")
    with pytest.raises(NotHad) as raised, translated():
        raise error
    assert "aaaaaa" not in raised.value.message


def test_which_refusals_say_that_credentials_are_over() -> None:
    assert is_over(refusal("ExpiredToken", 403))
    assert is_over(refusal("InvalidClientTokenId", 403))
    assert not is_over(refusal("Throttling"))
    assert not is_over(refusal("SignatureDoesNotMatch", 403))
    assert not is_over(refusal("InternalFailure", 500))
