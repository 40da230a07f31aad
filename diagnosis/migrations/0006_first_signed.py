"""Cases that were signed before the moment was kept on the case get it from their first signed version."""

from django.db import migrations

FILL = """
    UPDATE diagnosis_case AS signed SET signed_at = report.signed_at
    FROM diagnosis_signedreport AS report
    WHERE report.case_id = signed.id AND report.version = 1 AND signed.signed_at IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("diagnosis", "0005_portal_rows")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
