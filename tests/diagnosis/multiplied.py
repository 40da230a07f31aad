"""Rows by the hundred thousand, copied from one by the database itself."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.models import Model


@contextmanager
def unguarded() -> Iterator[None]:
    """Let rows in without triggers and foreign keys looking at each; the rows are copies of sound ones."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = DEFAULT")


def numbered(column: str = "n") -> str:
    """Return SQL for an id that is the same for the same number."""
    return f"('00000000-0000-4000-8000-' || lpad(to_hex({column}), 12, '0'))::uuid"


def multiply(row: Model, count: int, **columns: str) -> None:
    """Copy a row so many times; `columns` gives the SQL of what differs, in which n is the number of the copy."""
    meta = row._meta
    names = [field.column for field in meta.concrete_fields if field.column in columns or not field.primary_key]
    chosen = ", ".join(columns.get(name, f't."{name}"') for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {meta.db_table} ({listed}) SELECT {chosen} "  # noqa: S608 - the test's own SQL
            f"FROM {meta.db_table} t, generate_series(1, {count}) AS n WHERE t.id = %s",
            [row.pk],
        )


def analyze(*models: type[Model]) -> None:
    """Tell the planner what came in."""
    with connection.cursor() as cursor:
        for model in models:
            cursor.execute(f"ANALYZE {model._meta.db_table}")
