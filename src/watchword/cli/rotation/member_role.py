"""`watchword rotation member-role`: prints the role that rotation needs in each account."""

from __future__ import annotations

import click

from watchword.cli.exits import Exit, Stop

HUB = "The ARN of the role or user that sweeps; it alone may assume the role."
CENTRAL = "The account that keeps the secrets of all others: then users get a policy to read their own there."


@click.command("member-role")
@click.option("--format", "form", type=click.Choice(("cloudformation", "terraform", "json")), default="cloudformation",
              show_default=True, help="How it is written.")  # fmt: skip
@click.option("--trusted", metavar="ARN", required=True, help=HUB)
@click.option("--external-id", default="", metavar="ID", help="What whoever assumes it must name; as in the rules.")
@click.option("--organization", default="", metavar="o-…", help="Only from within this organization.")
@click.option("--role-name", default="WatchwordRotation", show_default=True, help="As in the rules.")
@click.option("--role-path", default="/", show_default=True, help="As in the rules.")
@click.option("--users", default="/", show_default=True, metavar="PATH", help="Only users below this path.")
@click.option("--tag", default="", metavar="KEY=VALUE", help="Only users that carry this tag.")
@click.option("--keeps-all", is_flag=True, help="For the central account itself: secrets of every account.")
@click.option("--central-account", default="", metavar="ID", help=CENTRAL)
@click.option("--central-region", default="", metavar="REGION", help="Where the central account keeps them.")
@click.option("--kms-key", default="", metavar="ARN", help="The customer's key that seals the secrets.")
@click.option("--account", default="<account>", metavar="ID", help="The account, for `--format json`.")
def member_role(
    form: str,
    trusted: str,
    external_id: str,
    organization: str,
    role_name: str,
    role_path: str,
    users: str,
    tag: str,
    keeps_all: bool,
    central_account: str,
    central_region: str,
    kms_key: str,
    account: str,
) -> None:
    """Print the role that rotation needs in each account.

    It can replace and retire keys, and makes nobody mightier: it may write no policy, group, role, tag or password, and
    its last statement denies whatever it does not name. Whose keys it makes it could act as: keep administrators out
    of its reach with `--users` or `--tag`. With it come the policies that a quarantine and a central account use.

    \b
    watchword rotation member-role --trusted arn:aws:iam::111122223333:role/rotation > role.json
    watchword rotation member-role --trusted arn:aws:iam::111122223333:role/rotation --tag rotate=yes
    """  # noqa: D301 - click keeps the lines after this control character
    from watchword.domain.arn import Arn  # noqa: PLC0415 - loaded only when used
    from watchword.rotation.member_role import Grant, cloudformation, document, terraform  # noqa: PLC0415 - likewise

    try:
        partition = Arn.parse(trusted).partition
    except ValueError as wrong:
        raise Stop(f"{wrong}; give the ARN of the role that sweeps with `--trusted`", Exit.USAGE) from wrong
    _expect_paths(users, role_path)
    if tag and not all(tag.partition("=")[::2]):
        raise Stop(f"`{tag}` is not KEY=VALUE; say for instance `--tag rotate=yes`", Exit.USAGE)
    grant = Grant(
        trusted,
        role_name,
        role_path,
        external_id,
        organization,
        users,
        tag,
        central_account=central_account,
        central_region=central_region,
        key=kms_key,
        **({"secret_prefix": "Account_"} if keeps_all else {}),
    )
    match form:
        case "terraform":
            click.echo(terraform(grant), nl=False)
        case "json":
            click.echo(document(grant, account, partition), nl=False)
        case _:
            click.echo(cloudformation(grant), nl=False)


def _expect_paths(*paths: str) -> None:
    """Expect IAM's form of paths.  Source: IAM API, CreateUser, Path."""
    for path in paths:
        if not (path.startswith("/") and path.endswith("/")):
            raise Stop(f"`{path}` is no path; one begins and ends with `/`: `/robots/`", Exit.USAGE)
