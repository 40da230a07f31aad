"""End the analyses that a signature had left waiting for a worker: none takes them, and they were rung for ever."""

from django.db import migrations

END = """
    UPDATE diagnosis_analysis SET status = 'cancelled', finished_at = now()
    FROM diagnosis_smear, diagnosis_case
    WHERE diagnosis_smear.id = diagnosis_analysis.smear_id AND diagnosis_case.id = diagnosis_smear.case_id
        AND diagnosis_analysis.status = 'queued' AND diagnosis_case.status <> 'open'
"""


class Migration(migrations.Migration):
    dependencies = [("diagnosis", "0023_admin_trail")]

    operations = [migrations.RunSQL(END, migrations.RunSQL.noop)]
