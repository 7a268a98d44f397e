from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0002_notify_presence'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='attachment',
            index=models.Index(fields=['sha256'], name='case_attachment_sha256'),
        ),
    ]
