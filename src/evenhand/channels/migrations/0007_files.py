import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0002_notify_presence'),
        ('channels', '0006_mail_ids'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FileScan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('state', models.CharField(choices=[('unscanned', 'Unscanned'), ('clean', 'Clean'), ('infected', 'Infected'), ('failed', 'Failed')], default='unscanned', max_length=10)),
                ('finding', models.CharField(blank=True, max_length=200)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('asked_at', models.DateTimeField()),
                ('scanned_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'channel_file_scan',
                'indexes': [models.Index(condition=models.Q(('state', 'unscanned')), fields=['asked_at'], name='channel_file_scan_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['unscanned', 'clean', 'infected', 'failed'])), name='channel_file_scan_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['infected', 'failed']), _negated=True), models.Q(('finding', ''), _negated=True), _connector='OR'), name='channel_file_scan_says_what')],
            },
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=255)),
                ('content_type', models.CharField(max_length=120)),
                ('size', models.PositiveBigIntegerField()),
                ('sha256', models.CharField(db_index=True, max_length=64)),
                ('uploaded_at', models.DateTimeField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cases.case')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'channel_upload',
                'constraints': [models.UniqueConstraint(fields=('case', 'member', 'sha256', 'name'), name='channel_upload_once'), models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('sha256', ''), _negated=True)), name='channel_upload_named')],
            },
        ),
    ]
