from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0013_hook_calls'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='fetchedmail',
            name='channel_mailbox_mail_state_known',
        ),
        migrations.AlterField(
            model_name='fetchedmail',
            name='state',
            field=models.CharField(choices=[('taken', 'Taken'), ('passed', 'Passed'), ('stuck', 'Stuck')], default='taken', max_length=10),
        ),
        migrations.AddConstraint(
            model_name='fetchedmail',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['taken', 'passed', 'stuck'])), name='channel_mailbox_mail_state_known'),
        ),
    ]
