"""`watchword agent`: credentials for the workloads of this machine, by the endpoints that every AWS SDK looks for."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from watchword.cli.exits import Exit, Stop
from watchword.cli.times import Duration

if TYPE_CHECKING:
    from watchword.agent.configuration import Configuration
    from watchword.agent.serving import Ready

SOURCE = ("role", "instance_profile", "profile", "region", "endpoint_url", "external_id", "session_name", "duration")


@click.command()
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="A TOML file that says all of it.")
@click.option("--role", help="ARN of the role whose credentials are served.")
@click.option("--instance-profile", help="Instance profile whose role is served; Watchword only.")
@click.option("--instance-id", help="What this machine is called, with --instance-profile always.")
@click.option("--profile", help="AWS profile that asks for them.  [default: as the AWS CLI]")
@click.option("--region", help="AWS region to ask.  [default: as the AWS CLI, then us-east-1]")
@click.option("--endpoint-url", help="Where to ask, if not AWS.  [default: as the AWS CLI]")
@click.option("--external-id", help="External id that the role's trust policy asks for.")
@click.option("--session-name", help="Name of the sessions.  [default: the instance id, or the host's name]")
@click.option(
    "--duration", type=Duration(), help="How long a session lives, 15m to 12h; with IMDS from 1h.  [default: 1h]"
)
@click.option("--availability-zone", help="What workloads are told of where this machine is.")
@click.option("--imds", metavar="ADDRESS", help="Where the metadata endpoint listens.  [default: 127.0.0.1:1338]")
@click.option("--no-imds", is_flag=True, help="Serve no metadata endpoint.")
@click.option("--imds-v1", is_flag=True, help="Answer plain requests (IMDSv1) as well. Any local program can then ask.")
@click.option("--hop-limit", type=int, help="Hops that its answers go; 2 reaches a bridge.  [default: 1]")
@click.option("--container", metavar="ADDRESS", help="Where the container endpoint listens.  [default: nowhere]")
@click.option("--token-file", type=click.Path(path_type=Path, dir_okay=False), help="Its token; made if not there.")
@click.option("--metrics", metavar="ADDRESS", help="Where /metrics and /health listen.  [default: nowhere]")
@click.option("--host", "hosts", multiple=True, help="A further name that the endpoints are called by.")
@click.option("--peer", "peers", multiple=True, help="A further address or network that they are open to.")
@click.option("--check-every", type=Duration(), help="Look so often whether a session was ended; 0s for never.")
@click.option("--wait", is_flag=True, help="Start even if there are no credentials yet, and go on trying.")
def agent(config: Path | None, *, wait: bool, **given: Any) -> None:
    """Serve a role's credentials to this machine's workloads, as EC2 and ECS do. Ctrl-C stops it.

    Whose: --role, assumed with the AWS credentials that this machine has, or --instance-profile.
    """
    from watchword.agent import configuration, listeners, serving, token_files  # noqa: PLC0415 - loaded only when used
    from watchword.agent.credentials import NotHad  # noqa: PLC0415 - likewise

    given = {name: value for name, value in given.items() if value is not None and value is not False and value != ()}
    if config and given:
        raise click.UsageError(f"--config says all of it: write there what {_option(next(iter(given)))} says")
    try:
        told = configuration.read(config) if config else _of_options(given)
        ready = serving.prepare(told, wait=wait)
        ready.serve(lambda: _tell(told, ready))
    except configuration.BadConfiguration as bad:
        raise Stop(f"{config}: {bad}" if config else _in_options(bad), Exit.USAGE) from bad
    except (listeners.CannotListen, token_files.UnusableToken) as cannot:
        raise Stop(str(cannot)) from cannot
    except (NotHad, serving.NothingToServe) as none:
        raise _none(none) from none


def _of_options(given: dict[str, Any]) -> Configuration:
    """Put together what the file would say.

    Raises click.UsageError, BadConfiguration.
    """
    from watchword.agent import configuration as words  # noqa: PLC0415 - likewise

    if bool(given.get("role")) == bool(given.get("instance_profile")):
        raise click.UsageError(
            "write one of --role and --instance-profile (or --config): whose credentials are served?"
        )
    if ("container" in given) != ("token_file" in given):
        raise click.UsageError("--container and --token-file go together")
    if "no_imds" in given and given.keys() & {"imds", "imds_v1", "hop_limit"}:
        raise click.UsageError("--no-imds goes with no other option of the metadata endpoint")
    open_to = {"hosts": given.get("hosts", ()), "peers": given.get("peers", ())}
    imds = {"listen": given.get("imds"), "v1": given.get("imds_v1"), "hop_limit": given.get("hop_limit")}
    machine = {name: given[name] for name in ("instance_id", "availability_zone", "region") if name in given}
    container = given.get("container")
    return words.checked(
        words.Configuration(
            source=words.Wanted(**{name: given[name] for name in SOURCE if name in given}),
            imds=None if "no_imds" in given else words.Imds(**_said(imds), **open_to),
            container=words.Listener(listen=container, **open_to) if container else None,
            metrics=words.Metrics(listen=given["metrics"]) if "metrics" in given else None,
            machine=words.Told(**machine),
            workload=(_workload(given["token_file"]),) if container else (),
            check_every=given.get("check_every"),
        )
    )


def _workload(token_file: Path) -> Any:
    from watchword.agent import configuration, token_files  # noqa: PLC0415 - likewise

    try:
        with suppress(FileExistsError):
            token_files.make(token_file)
    except OSError as error:
        raise Stop(f"cannot write `{token_file}`: {error.strerror}") from error
    return configuration.Workload(name="workload", token_file=str(token_file))


def _said(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _tell(told: Configuration, ready: Ready) -> None:
    """Say where it listens and what a workload's environment needs."""
    urls = ready.urls
    for note in ready.parts.notes:
        click.echo(f"Note: {note}", err=True)
    if told.imds:
        version = "IMDSv1 and IMDSv2" if told.imds.v1 else "IMDSv2"
        click.echo(f"The metadata endpoint ({version}) listens on {urls['imds']}")
        click.echo(f"  export AWS_EC2_METADATA_SERVICE_ENDPOINT={urls['imds']}")
    if told.container:
        click.echo(f"The container endpoint listens on {urls['container']}")
        for workload in told.workload:
            click.echo(f"  export AWS_CONTAINER_CREDENTIALS_FULL_URI={urls['container']}/v1/credentials")
            click.echo(f"  export AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE={quote(workload.token_file)}")
    if told.metrics:
        click.echo(f"Metrics and health listen on {urls['metrics']}")


def _option(name: str) -> str:
    return "--" + {"hosts": "host", "peers": "peer"}.get(name, name).replace("_", "-")


def _in_options(bad: Any) -> str:
    """Name the option, where the rules name the key of a file."""
    table, dot, key = bad.path.rpartition(".")
    if not dot:
        return str(bad.message)
    return f"{_option(table if key == 'listen' else key)}: {bad.message}"


def _none(none: Any) -> Stop:
    """Say that there are no credentials to begin with, and what to do."""
    codes = {"denied": Exit.DENIED, "login": Exit.LOGIN}
    return Stop(f"{none}; mend it, or start with `--wait` to go on trying", codes.get(none.trouble, Exit.ERROR))
