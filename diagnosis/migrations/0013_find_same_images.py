from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("diagnosis", "0012_order_notices"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="smear",
            index=models.Index(fields=["sha256"], name="smear_pixels"),
        ),
        migrations.AddIndex(
            model_name="smear",
            index=models.Index(fields=["upload_sha256"], name="smear_file"),
        ),
    ]
