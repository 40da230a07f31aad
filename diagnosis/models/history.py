"""Rows that are written once: the database itself refuses to change or delete them."""

import pgtrigger


def append_only() -> list[pgtrigger.Trigger]:
    """Return the triggers of a table whose rows are never changed."""
    return [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
