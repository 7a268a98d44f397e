from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("channels", "0002_places")]

    operations = [migrations.RemoveField(model_name="delivery", name="stranger")]
