"""The agent's log: one JSON object a line on standard error. Nothing that is secret is ever handed to it."""

from __future__ import annotations

import logging
import sys

import structlog

STEPS: tuple[structlog.typing.Processor, ...] = (
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,  # plain: the coloured one prints local variables, secrets among them
)


def write_logs() -> None:
    """Set up how this process logs, and the libraries in it: theirs from warnings on."""
    renderer = structlog.processors.JSONRenderer()
    structlog.configure(processors=[*STEPS, renderer], logger_factory=structlog.WriteLoggerFactory(sys.stderr))
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *STEPS],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
