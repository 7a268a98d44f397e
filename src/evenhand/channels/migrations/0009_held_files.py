from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0008_mailboxes'),
    ]

    operations = [
        migrations.AddField(
            model_name='upload',
            name='held_by',
            field=models.CharField(blank=True, default='', max_length=64),
        ),
        migrations.RemoveConstraint(
            model_name='upload',
            name='channel_upload_once',
        ),
        migrations.AddConstraint(
            model_name='upload',
            constraint=models.UniqueConstraint(fields=('case', 'member', 'sha256', 'name', 'held_by'), name='channel_upload_once'),
        ),
    ]
