"""Writes the pages that are made from the code. `python -m scripts.docs --check` only says whether they are in step."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields
from fnmatch import fnmatchcase
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

from scripts.command_pages import commands
from scripts.not_offered import REASONS
from watchword import services
from watchword.services.operation import OPERATIONS, Operation
from watchword.settings import Settings
from watchword.wire.model import read_model
from watchword.wire.names import snake

DOCS = Path(__file__).resolve().parent.parent / "docs"
WAYS = {"memory": "from memory", "read": "in a reading transaction", "change": "in the writer's transaction"}


class Unexplained(Exception):  # noqa: N818 - an answer to whoever edits, not a fault of the program
    """The code and what is said of it do not fit together."""


def operations() -> str:
    """Lay out every operation of every offered model: offered, or why not.

    Raises Unexplained when one has no reason, or a reason has no operation.
    """
    for module in walk_packages(services.__path__, f"{services.__name__}."):
        import_module(module.name)
    lines = [
        "# Operations",
        "",
        "Made from the code by `make docs`. An operation that exists in AWS and is not offered answers",
        "`NotImplemented` with status 501; one that does not exist answers as AWS does.",
    ]
    unused = {pattern for pattern, _ in REASONS}
    for service in sorted({service for service, _ in OPERATIONS}):
        model = read_model(service)
        here = {name: OPERATIONS.get((service, snake(name))) for name in sorted(model.operations)}
        offered = {name: operation for name, operation in here.items() if operation}
        lines += ["", f"## {service}", "", f"{len(offered)} of {len(here)} are offered."]
        lines += ["", "| operation | carried out | refuses with, among others |", "| --- | --- | --- |"]
        lines += [_offered(name, operation) for name, operation in offered.items()]
        missing = [name for name in here if name not in offered]
        if missing:
            lines += ["", "| not offered | because |", "| --- | --- |"]
            lines += [f"| {name} | {_reason(service, name, unused)} |" for name in missing]
    if unused:
        raise Unexplained(f"no operation fits `{'`, `'.join(sorted(unused))}` in scripts/not_offered.py any longer")
    return "\n".join(lines) + "\n"


def _offered(name: str, operation: Operation) -> str:
    codes = sorted({refusal.code for refusal in operation.raises})
    return f"| {name} | {WAYS[operation.way.value]} | {', '.join(codes)} |"


def _reason(service: str, name: str, unused: set[str]) -> str:
    for pattern, reason in REASONS:
        if fnmatchcase(f"{service}:{name}", pattern):
            unused.discard(pattern)
            return reason
    raise Unexplained(f"`{service}:{name}` is not offered; say why in scripts/not_offered.py")


def settings() -> str:
    """Lay out everything that an operator may set."""
    lines = [
        "# Settings",
        "",
        "Made from the code by `make docs`. What the command line gives goes before the environment.",
        "",
        "| setting | environment variable | when not set | what it is |",
        "| --- | --- | --- | --- |",
    ]
    for setting in fields(Settings):
        variable = f"`{setting.metadata['env']}`" if "env" in setting.metadata else ""
        default = "must be given" if setting.default is MISSING else f"`{setting.default}`" if setting.default else ""
        lines.append(f"| {setting.name} | {variable} | {default} | {setting.metadata['doc']} |")
    return "\n".join(lines) + "\n"


PAGES: Mapping[str, Callable[[], str]] = {
    "commands.md": commands,
    "operations.md": operations,
    "settings.md": settings,
}


def stale() -> Iterator[tuple[Path, str]]:
    """Name every page that is not as the code has it, with the text it should have."""
    for name, write in PAGES.items():
        page, text = DOCS / name, write()
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            yield page, text


def main() -> int:
    only_check = "--check" in sys.argv[1:]
    try:
        found = list(stale())
    except Unexplained as fault:
        print(fault, file=sys.stderr)
        return 1
    for page, text in found:
        print(f"docs/{page.name} " + ("is not in step with the code; run `make docs`" if only_check else "is written"))
        if not only_check:
            page.write_text(text, encoding="utf-8")
    return 1 if only_check and found else 0


if __name__ == "__main__":
    sys.exit(main())
