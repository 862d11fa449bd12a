"""`watchword model`: what teaches a stock AWS client the service of our own."""

from __future__ import annotations

import click

SERVICE = "watchword"


@click.command()
def model() -> None:
    """Print the model of the `watchword` service, for AWS's own clients.

    \b
    Teach it to the AWS CLI, once:
      watchword model > watchword.json
      aws configure add-model --service-name watchword --service-model file://watchword.json
    """  # noqa: D301 - click keeps the lines after this control character
    from watchword.wire.model import MODELS  # noqa: PLC0415 - loaded only when used

    (version,) = (MODELS / SERVICE).iterdir()
    click.echo((version / "service-2.json").read_text(encoding="utf-8"), nl=False)
