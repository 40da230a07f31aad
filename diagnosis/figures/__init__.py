"""What a clinic answers for, in figures: each table says what was counted, and its plot is drawn from the same rows."""

from diagnosis.figures.agreement import agreement
from diagnosis.figures.critical import critical
from diagnosis.figures.machine import machine
from diagnosis.figures.readings import readings
from diagnosis.figures.scope import Scope
from diagnosis.figures.table import Column, Table
from diagnosis.figures.turnaround import turnaround

TABLES = {
    "turnaround": turnaround,
    "critical": critical,
    "machine": machine,
    "agreement": agreement,
    "readings": readings,
}

__all__ = ["TABLES", "Column", "Scope", "Table"]
