"""The hash of the text that decided, kept on the decision itself."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models


def fill(apps: Any, _editor: Any) -> None:
    """Earlier decisions were made by their version's text: one statement a version."""
    decision = apps.get_model("decisions", "Decision")
    version = apps.get_model("decisions", "PolicyVersion")
    for pk, content_hash in version.objects.values_list("pk", "content_hash"):
        made = decision.objects.filter(version_id=pk, page_hash="")
        made.update(page_hash=content_hash)


class Migration(migrations.Migration):
    dependencies = [("decisions", "0002_drafts")]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="page_hash",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
