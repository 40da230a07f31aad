"""Dates and times in Persian: months by name, on a 24-hour clock. Digits are Latin, as in every measure and number."""

DATE_FORMAT = "j F Y"
TIME_FORMAT = "H:i:s"
DATETIME_FORMAT = "j F Y، H:i:s"
MONTH_DAY_FORMAT = "j F"
# As reports print it: with the zone, without seconds.
SHORT_DATETIME_FORMAT = "j F Y، H:i e"
DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
