from django.db import migrations

AT_ONCE = 500


def give_recipients(apps, _editor):
    """Write for each earlier mail what its one state said of each of its addresses."""
    outgoing = apps.get_model("channels", "Outgoing")
    recipient = apps.get_model("channels", "Recipient")
    rows = []
    for mail in outgoing.objects.defer("raw").order_by("pk").iterator(AT_ONCE):
        for place, address in enumerate(dict.fromkeys(mail.recipients)):
            state, words = _state(mail, address)
            rows.append(
                recipient(
                    outgoing_id=mail.pk,
                    address=address,
                    # an answer had one recipient, and copies after it
                    kind="cc" if place and mail.message_id else "to",
                    state=state,
                    words=words,
                    at=mail.sent_at or mail.queued_at,
                )
            )
        if len(rows) >= AT_ONCE:
            recipient.objects.bulk_create(rows)
            rows = []
    recipient.objects.bulk_create(rows)


def _state(mail, address):
    if mail.state == "queued":
        return "waiting", mail.error
    if mail.state == "sent":
        refused = f"{address}: " in mail.error
        return ("refused", mail.error) if refused else ("taken", "")
    came_back = mail.error.startswith("came back: ")
    return ("bounced" if came_back else "failed"), mail.error


class Migration(migrations.Migration):
    # apart from 0010: PostgreSQL alters no table in whose rows changes still wait
    dependencies = [("channels", "0010_sending")]

    operations = [
        migrations.RunPython(give_recipients, migrations.RunPython.noop),
    ]
