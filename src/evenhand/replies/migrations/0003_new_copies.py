from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("replies", "0002_held_answers"),
    ]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="added",
            field=models.JSONField(default=list),
        ),
    ]
