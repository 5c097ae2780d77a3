"""Logging: structlog, one line per fact, secrets never."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog

from gateway.settings import Settings


def configure(settings: Settings) -> None:
    """Set the process's log level and form, once, at start."""
    level = logging.getLevelNamesMapping().get(settings.log_level.upper(), logging.INFO)
    logging.basicConfig(level=max(level, logging.INFO), format="%(levelname)s %(name)s %(message)s", stream=sys.stderr)
    for noisy in ("uvicorn.access", "uvicorn.error", "aiohttp.access", "taskiq"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    as_json = settings.log_format == "json"
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info if as_json else structlog.processors.StackInfoRenderer(),
            structlog.processors.JSONRenderer() if as_json else _console(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _console() -> structlog.dev.ConsoleRenderer:
    # The pretty traceback prints local variables: keys, passwords and what customers write.
    return structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)


def get(name: str) -> Any:
    """A logger that names its module in every line."""
    return structlog.get_logger(module=name)
