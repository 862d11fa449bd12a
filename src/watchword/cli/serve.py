"""`watchword serve` and `watchword up`: run the authority in the foreground until it is told to stop."""

from __future__ import annotations

from pathlib import Path
from shlex import quote

import click

from watchword.cli import options
from watchword.settings import Settings

listen = click.option("--listen", help="Address and port.  [default: 127.0.0.1:4567]")
workers = click.option("--workers", type=click.IntRange(1, 64), help="Worker processes.  [default: 1]")


@click.command()
@options.data
@listen
@workers
def serve(data: Path, listen: str | None, workers: int | None) -> None:
    """Run the authority on a store that `init` made."""
    run(options.settings(data, listen=listen, workers=workers))


@click.command()
@options.data
@listen
@workers
def up(data: Path, listen: str | None, workers: int | None) -> None:
    """Make the store if there is none, then run the authority."""
    from watchword import compose  # noqa: PLC0415 - loaded only when used

    settings = options.settings(data, listen=listen, workers=workers)
    with options.one_line(*compose.FAULTS):
        fresh = not compose.exists(settings)
    if fresh:
        from watchword.cli.init import create  # noqa: PLC0415 - likewise

        first = create(settings)
        click.echo(f"New store in {settings.data.resolve()}, account {first['account_id']}, administrator `admin`.")
    run(settings)


def run(settings: Settings) -> None:
    """Check everything that can be wrong, say where to find us, and serve.

    Raises click.ClickException.
    """
    from watchword import compose  # noqa: PLC0415 - likewise

    with options.one_line(*compose.FAULTS):
        ready = compose.prepare(settings)
    if ready.sandbox:
        click.secho("SANDBOX: for tests only. Its clock can be moved.", bold=True)
    click.echo(f"Watchword listens on {ready.listening}")
    if settings.profile_path.exists():
        profile = quote(str(settings.profile_path.resolve()))
        click.echo("Use it from another terminal:")
        click.echo(f"  export AWS_ENDPOINT_URL={ready.endpoint} AWS_PROFILE=watchword")
        click.echo(f"  export AWS_CONFIG_FILE={profile} AWS_SHARED_CREDENTIALS_FILE={profile}")
        click.echo("  aws sts get-caller-identity")
    raise SystemExit(ready.serve())
