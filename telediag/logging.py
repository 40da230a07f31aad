"""One structured line per event; the same shape for our own events and for those of libraries."""

from typing import Any

import structlog


def _without_query(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Keep a request's path and drop what follows: filters and searches hold patients' numbers."""
    if isinstance(event.get("request"), str):
        event["request"] = event["request"].partition("?")[0]
    return event


_SHARED: list[structlog.typing.Processor] = [
    _without_query,
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
]


def formatter() -> structlog.stdlib.ProcessorFormatter:
    """Return the formatter that settings.LOGGING names; set up structlog to feed it."""
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
    )
