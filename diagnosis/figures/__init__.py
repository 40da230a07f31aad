"""What a clinic answers for, in figures: each table says what was counted, and its plot is drawn from the same rows."""

from diagnosis.figures.agreement import COUNTING as OF_AGREEMENT
from diagnosis.figures.agreement import agreement
from diagnosis.figures.critical import COUNTING as OF_CRITICAL
from diagnosis.figures.critical import critical
from diagnosis.figures.machine import COUNTING as OF_MACHINE
from diagnosis.figures.machine import machine
from diagnosis.figures.readings import COUNTING as OF_READINGS
from diagnosis.figures.readings import readings
from diagnosis.figures.scope import Scope
from diagnosis.figures.table import Column, Table
from diagnosis.figures.turnaround import COUNTING as OF_TURNAROUND
from diagnosis.figures.turnaround import turnaround

TABLES = {
    "turnaround": turnaround,
    "critical": critical,
    "machine": machine,
    "agreement": agreement,
    "readings": readings,
}
COUNTINGS = (OF_TURNAROUND, OF_CRITICAL, OF_MACHINE, OF_AGREEMENT, OF_READINGS)

__all__ = ["COUNTINGS", "TABLES", "Column", "Scope", "Table"]
