"""Years of birth as people type them. Gregorian ones are stored; a year of another calendar is never converted.

A Solar Hijri year begins in March, so it falls into two Gregorian years: whoever knows the patient says which.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

EARLIEST = 1880
# The Solar Hijri year that begins in March of a Gregorian one is so much smaller.
_SOLAR_HIJRI_LAG = 621


def require_year_of_birth(year: int, *, this_year: int) -> None:
    """Refuse years in which no patient was born; say what a Solar Hijri year may be in the Gregorian calendar."""
    if EARLIEST <= year <= this_year:
        return
    begins = year + _SOLAR_HIJRI_LAG
    if EARLIEST <= begins <= this_year:
        raise ValidationError(
            _(
                "%(year)s looks like a Solar Hijri year. Give the Gregorian year: %(begins)s, "
                "or %(ends)s for a birth between 1 January and 20 March."
            )
            % {"year": year, "begins": begins, "ends": begins + 1}
        )
    raise ValidationError(_("Type a year from %(first)s to %(last)s.") % {"first": EARLIEST, "last": this_year})
