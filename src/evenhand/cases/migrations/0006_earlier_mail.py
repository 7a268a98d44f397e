from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0005_sides"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="earlier",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="message",
            name="earlier",
            field=models.BooleanField(default=False),
        ),
    ]
