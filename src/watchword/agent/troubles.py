"""What an authority's refusals, and the SDK's own, mean for credentials that were asked for or are held."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore import exceptions as sdk

from watchword.agent.credentials import NotHad, Trouble
from watchword.domain.refusal_codes import DENIED, ENCODED, EXPIRED, NOT_KNOWN

SERVER_FAULT = 500
CODES = {
    Trouble.DENIED: DENIED,
    Trouble.LOGIN: EXPIRED | NOT_KNOWN,
    Trouble.NO_ROLE: {"NoSuchEntity", "NoSuchEntityException", "ResourceNotFoundException"},
    Trouble.UNAVAILABLE: {
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    },
}
OVER = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "UnrecognizedClientException",
    }
)
"""What GetCallerIdentity, which asks for no permission, answers to credentials that open nothing any more."""


@contextmanager
def translated() -> Iterator[None]:
    """Say in the agent's words what an authority or the SDK refuses.

    Raises NotHad.
    """
    try:
        yield
    except sdk.ClientError as error:
        raise NotHad(_trouble(error), str(error).partition(ENCODED)[0]) from error
    except sdk.ProfileNotFound as error:
        raise NotHad(Trouble.LOGIN, f"{error}; `aws configure list-profiles` tells which there are") from error
    except (
        sdk.NoCredentialsError,
        sdk.PartialCredentialsError,
        sdk.CredentialRetrievalError,
        sdk.SSOError,
        sdk.TokenRetrievalError,
    ) as error:
        message = f"{error}; choose a profile whose credentials this machine can have without a person"
        raise NotHad(Trouble.LOGIN, message) from error
    except (sdk.ConnectionError, sdk.HTTPClientError, OSError) as error:
        raise NotHad(Trouble.UNREACHABLE, str(error)) from error
    except sdk.BotoCoreError as error:
        raise NotHad(Trouble.REFUSED, str(error)) from error


def is_over(error: sdk.ClientError) -> bool:
    """Whether a refusal says that the credentials it was asked with are good no more."""
    return _code(error) in OVER


def _code(error: sdk.ClientError) -> str:
    return error.response.get("Error", {}).get("Code", "")


def _trouble(error: sdk.ClientError) -> Trouble:
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    code = _code(error)
    for trouble, codes in CODES.items():
        if code in codes:
            return trouble
    return Trouble.UNAVAILABLE if status >= SERVER_FAULT else Trouble.REFUSED
