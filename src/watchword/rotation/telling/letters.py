"""Letters: what is told, in the words of templates that a person may replace, file by file.

Templates of a digest are given `digest` (`digests.Digest`), those of a summary `summary` (`digests.Summary`), that of
chats both, one of them none; all have the filters `day`, `moment` (of an instant) and `counted` (of a number). A name
that is not there is an error, and nothing is sent. Values are escaped in HTML; in chats they neither link nor call.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, PackageLoader, StrictUndefined, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from watchword.rotation.telling import words
from watchword.rotation.telling.digests import Digest, Summary
from watchword.rotation.telling.faults import BadTemplate

NAMES = ("digest.html.j2", "digest.txt.j2", "summary.html.j2", "summary.txt.j2", "chat.txt.j2", "_page.html.j2")
"""Every template: a file of that name in the rules' directory stands in for the packaged one."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message, ready to be sent by mail or to a chat."""

    subject: str
    text: str
    html: str
    chat: str


class Letters:
    """The templates in use."""

    def __init__(self, directory: Path | None) -> None:
        packaged: BaseLoader = PackageLoader("watchword.rotation.telling", "templates")
        loader = ChoiceLoader([FileSystemLoader(directory), packaged]) if directory else packaged
        self._html = _environment(loader, autoescape=True)
        self._text = _environment(loader)
        self._chat = _environment(loader, finalize=words.harmless)

    def digest(self, digest: Digest) -> Letter:
        """Write an owner's digest. Raises BadTemplate."""
        asked = digest.counts.get("asked", 0)
        about = f"{digest.keys}: {words.counted(asked, 'thing')} to do" if asked else digest.keys
        subject = f"Announcement: {about}" if digest.announcement else about[:1].upper() + about[1:]
        return self._letter("digest", subject, digest=digest)

    def summary(self, summary: Summary) -> Letter:
        """Write the administrators' summary. Raises BadTemplate."""
        told = [
            f"{number:,} {label}" for label, number, _ in summary.tiles if number and label not in {"users", "keys"}
        ]
        subject = f"Key rotation{', dry run' if summary.announcement else ''}: {', '.join(told)}"
        return self._letter("summary", subject, summary=summary)

    def check(self) -> None:
        """Read every template. Raises BadTemplate."""
        for name in NAMES:
            with _located(name):
                self._of(name).get_template(name)

    def _of(self, name: str) -> ImmutableSandboxedEnvironment:
        return self._html if ".html." in name else self._chat if name.startswith("chat.") else self._text

    def _letter(self, name: str, subject: str, **values: Digest | Summary) -> Letter:
        return Letter(
            subject=words.clean(subject),
            text=_rendered(self._text, f"{name}.txt.j2", values),
            html=_rendered(self._html, f"{name}.html.j2", values),
            chat=_rendered(self._chat, "chat.txt.j2", {"digest": None, "summary": None, **values}),
        )


def _environment(
    loader: BaseLoader, *, autoescape: bool = False, finalize: Callable[[object], object] | None = None
) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=loader,
        undefined=StrictUndefined,
        autoescape=autoescape,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"day": words.day, "moment": words.moment, "counted": words.counted}
    return environment


def _rendered(environment: ImmutableSandboxedEnvironment, name: str, values: Mapping[str, object]) -> str:
    with _located(name):
        return environment.get_template(name).render(values)


@contextmanager
def _located(name: str) -> Iterator[None]:
    """Tell whatever goes wrong in a template with its file and line. Raises BadTemplate."""
    try:
        yield
    except TemplateSyntaxError as error:
        raise BadTemplate(error.filename or name, error.lineno, error.message or "cannot be read") from None
    except Exception as error:  # noqa: BLE001  # a template may do anything that an expression can
        # jinja gives the frames of its code the file and line of the template
        frames = [one for one in traceback.extract_tb(error.__traceback__) if one.filename.endswith(".j2")]
        file, line = (frames[-1].filename, frames[-1].lineno or 1) if frames else (name, 1)
        raise BadTemplate(file, line, f"{type(error).__name__}: {error}") from None
