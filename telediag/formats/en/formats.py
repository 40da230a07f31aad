"""Dates and times in English: on a 24-hour clock; to the second where a template names no format."""

DATE_FORMAT = "j M Y"
TIME_FORMAT = "H:i:s"
DATETIME_FORMAT = "j M Y, H:i:s"
MONTH_DAY_FORMAT = "j M"
# As reports print it: with the zone, without seconds.
SHORT_DATETIME_FORMAT = "j M Y, H:i e"
