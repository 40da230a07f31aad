from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("diagnosis", "0008_order_of_lists")]

    operations = [
        migrations.AddIndex(
            model_name="storedfile",
            index=models.Index(
                condition=models.Q(("name__startswith", "pictures/")),
                fields=["stored_at"],
                name="stored_pictures_by_age",
            ),
        ),
    ]
