from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0015_sides"),
    ]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="arrived_at",
            field=models.DateTimeField(null=True),
        ),
    ]
