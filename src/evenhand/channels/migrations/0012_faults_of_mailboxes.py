from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0011_recipients_of_earlier_mail'),
    ]

    operations = [
        migrations.AddField(
            model_name='mailbox',
            name='fault_values',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='mailboxfolder',
            name='began_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.RemoveConstraint(
            model_name='fetchedmail',
            name='channel_mailbox_mail_state_known',
        ),
        migrations.AlterField(
            model_name='fetchedmail',
            name='state',
            field=models.CharField(choices=[('taken', 'Taken'), ('passed', 'Passed'), ('stuck', 'Stuck'), ('given_up', 'Given Up')], default='taken', max_length=10),
        ),
        migrations.AddConstraint(
            model_name='fetchedmail',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['taken', 'passed', 'stuck', 'given_up'])), name='channel_mailbox_mail_state_known'),
        ),
    ]
