"""An AWS account as the standard configuration names it, and what its refusals mean to a person.

Whoever answers there, AWS or an authority of one's own, is asked the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from watchword.cli import completing
from watchword.cli.credentials.shapes import Wish
from watchword.cli.exits import Exit, NotAllowed, Stop
from watchword.domain.refusal_codes import DENIED, ENCODED, EXPIRED, NOT_KNOWN
from watchword.settings import Settings

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

DEFAULT_REGION = "us-east-1"
AWS_HOSTS = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws")


@dataclass(frozen=True, slots=True)
class Account:
    """Whom to ask, and as whom."""

    core: Any
    """botocore's session."""
    session: Any
    """boto3's, around it."""
    endpoint_url: str | None
    region: str

    def client(self, service: str, *, region: str | None = None, **more: Any) -> Any:
        """Make a boto3 client of any service that the session knows."""
        place = {"region_name": region or self.region, "endpoint_url": self.endpoint_url}
        with addresses_told():
            made = self.session.client(service, **place, **more)
            _ = urlsplit(made.meta.endpoint_url).port  # which botocore reads only when it asks
        return made

    def learn(self, models: Path) -> None:
        """Read the models of services that AWS does not have from a directory."""
        self.core.get_component("data_loader").search_paths.append(str(models))


def options(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command be told whom to ask: `profile`, `region`, `endpoint_url` and `data`."""
    for option in (
        click.option(
            "--data",
            type=click.Path(path_type=Path, file_okay=False),
            envvar="WATCHWORD_DATA",
            help="Use the first profile that `init` wrote in this directory, unless --profile is given.",
        ),
        click.option("--endpoint-url", help="Where to ask, if not AWS.  [default: as the AWS CLI]"),
        click.option("--region", help="AWS region to ask.  [default: as the AWS CLI, then us-east-1]"),
        click.option(
            "--profile", help="AWS profile to use.  [default: as the AWS CLI]", shell_complete=completing.profiles
        ),
    ):
        command = option(command)
    return command


def account(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command an `account`, from the options that it takes for it or as the AWS CLI would find it."""

    @options
    @wraps(command)
    def asking(
        *given: Any, profile: str | None, region: str | None, endpoint_url: str | None, data: Path | None, **more: Any
    ) -> None:
        with refusals_told():
            command(*given, account=opened(profile, region, endpoint_url, data), **more)

    return asking


def opened(
    profile: str | None = None,
    region: str | None = None,
    endpoint_url: str | None = None,
    data: Path | None = None,
) -> Account:
    """Open an account: that of a store's first profile, or as the AWS CLI would find it.

    A profile's role is asked for once and kept, with one MFA code for all that a device is asked about.
    """
    import boto3  # noqa: PLC0415 - takes a third of a second, and only commands that ask need it
    import botocore.session  # noqa: PLC0415 - likewise

    session = botocore.session.Session()
    if profile:
        session.set_config_variable("profile", profile)
    elif data is not None:
        file = str(Settings(data).profile_path)
        session.set_config_variable("config_file", file)
        session.set_config_variable("credentials_file", file)
        session.set_config_variable("profile", "watchword")
    found = region or session.get_config_variable("region") or DEFAULT_REGION
    if profile or data is None:
        from watchword.cli.credentials.sdk import provide  # noqa: PLC0415 - likewise

        wish = Wish(profile=profile or "", region=region or "", endpoint_url=endpoint_url or "")
        endpoint_url = provide(session, wish) or endpoint_url
    return Account(session, boto3.session.Session(botocore_session=session), endpoint_url, found)


def now(account: Account) -> datetime:
    """Tell the account's time. A sandbox may stand ahead of this machine: how it dated a request of ours tells."""
    from botocore.config import Config  # noqa: PLC0415 - likewise
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - likewise

    here, once = datetime.now(UTC), Config(retries={"total_max_attempts": 1})
    trail = account.client("cloudtrail", config=once)
    if is_aws(trail):
        return here
    try:
        asked = account.client("sts", config=once).get_caller_identity()["ResponseMetadata"]["RequestId"]
        events = trail.lookup_events()["Events"]
    except (BotoCoreError, ClientError):
        return here  # whatever is wrong, the command's own requests will tell
    dated = (event["EventTime"].astimezone(UTC) for event in events if asked in event["CloudTrailEvent"])
    return max(next(dated, here), here)


def is_aws(client: Any) -> bool:
    """Whether AWS itself answers a client."""
    return (urlsplit(client.meta.endpoint_url).hostname or "").endswith(AWS_HOSTS)


@contextmanager
def addresses_told() -> Iterator[None]:
    """Tell an endpoint that is no address, while a client is made of it.

    Raises Stop.
    """
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415 - likewise

    try:
        yield
    except BotoCoreError:  # some are ValueErrors too, and say what they mean
        raise
    except ValueError as error:
        raise Stop(
            f"{error}; write an endpoint as `http://127.0.0.1:4567`: `--endpoint-url`, AWS_ENDPOINT_URL, or "
            "`endpoint_url` in the profile"
        ) from error


@contextmanager
def denials_named(service: str) -> Iterator[None]:
    """Let a denial name the permission that is missing, so that a caller may go on without it.

    Raises NotAllowed.
    """
    from botocore.exceptions import ClientError  # noqa: PLC0415 - likewise

    try:
        yield
    except ClientError as error:
        if code(error) not in DENIED:
            raise
        stop = _stop(error)
        raise NotAllowed(f"{service}:{error.operation_name}", stop.message, Exit(stop.exit_code)) from error


@contextmanager
def refusals_told() -> Iterator[None]:
    """Turn what AWS and its SDK refuse into one line on standard error and an exit code.

    Raises Stop.
    """
    from botocore import exceptions as sdk  # noqa: PLC0415 - likewise

    try:
        yield
    except sdk.ClientError as error:
        raise _stop(error) from error
    except sdk.ProfileNotFound as error:
        raise Stop(f"{error}; `aws configure list-profiles` tells which there are", Exit.USAGE) from error
    except sdk.NoCredentialsError as error:
        raise Stop(
            "no AWS credentials were found; choose a profile with `--profile` or AWS_PROFILE, or run "
            "`watchword configure`",
            Exit.LOGIN,
        ) from error
    except (sdk.PartialCredentialsError, sdk.CredentialRetrievalError, sdk.SSOError, sdk.TokenRetrievalError) as error:
        raise Stop(f"{error}; log in again, or choose another profile", Exit.LOGIN) from error
    except (sdk.EndpointConnectionError, sdk.ConnectTimeoutError) as error:
        raise Stop(f"{error}; see that it is right (AWS_ENDPOINT_URL), and that something listens there") from error
    except sdk.BotoCoreError as error:
        raise Stop(str(error)) from error


def code(error: ClientError) -> str:
    """Give the code of a refusal."""
    return error.response.get("Error", {}).get("Code", "")


def words(error: ClientError) -> str:
    """Give what a refusal says, without what only AWS can read."""
    return str(error).partition(ENCODED)[0]


def _stop(error: ClientError) -> Stop:
    refused, said = code(error), words(error)
    if refused in DENIED and "multifactorauth" in said.lower().replace(" ", ""):
        return Stop(
            f"{said}; get a session with your MFA code: `watchword assume --mfa-serial ARN --duration 12h`", Exit.LOGIN
        )
    if refused in DENIED:
        return Stop(f"{said}; ask for this permission, or use another profile", Exit.DENIED)
    if refused in EXPIRED:
        return Stop(f"{said}; get new credentials, a role's by `watchword assume ROLE --force`", Exit.EXPIRED)
    if refused in NOT_KNOWN:
        return Stop(f"{said}; see which credentials are used: `aws configure list`", Exit.LOGIN)
    return Stop(said)
