"""Every campaign message that there was has a step too."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("notify", "0038_step_given")]

    operations = [ValidateConstraint("message", "message_step_given")]
