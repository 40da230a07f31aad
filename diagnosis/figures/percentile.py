"""A percentile of a column, taken by the database."""

from __future__ import annotations

from typing import Any

from django.db.models import Aggregate, DurationField

MEDIAN, NEARLY_ALL = 0.5, 0.95


class Percentile(Aggregate):
    """The value below which a share of the rows lies."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(%(fraction)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    name = "Percentile"
    output_field = DurationField()

    def __init__(self, expression: Any, fraction: float, **extra: Any) -> None:
        super().__init__(expression, fraction=fraction, **extra)
