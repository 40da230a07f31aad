from __future__ import annotations

import json
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.utils.json import strict_constant

from diagnosis.errors import RequestTooLarge

if TYPE_CHECKING:
    from collections.abc import Mapping


LONGEST_NAME = 50


class StrictJSONParser(JSONParser):
    """JSON of bounded size whose objects name nothing twice.

    DRF reads the stream itself, past the limit that Django keeps for forms, and takes the last of two values.
    """

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,  # noqa: ARG002 - DRF's interface
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002 - the same
    ) -> Any:
        """Return the parsed body."""
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise RequestTooLarge
        try:
            return json.loads(body.decode(), parse_constant=strict_constant, object_pairs_hook=_each_once)
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            raise ParseError(f"JSON parse error - {error}") from error
        except RecursionError as error:
            raise ParseError("The JSON is nested too deeply.") from error
        except ValueError as error:
            raise ParseError("A number in the JSON is none, or has too many digits.") from error


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ParseError(f"The JSON names {twice[:LONGEST_NAME]!r} twice. Send it once.")
    return content
