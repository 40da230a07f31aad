"""Dates and times in English where a template names no format: to the second, on a 24-hour clock."""

DATE_FORMAT = "j M Y"
TIME_FORMAT = "H:i:s"
DATETIME_FORMAT = "j M Y, H:i:s"
# As reports print it: with the zone, without seconds.
SHORT_DATETIME_FORMAT = "j M Y, H:i e"
