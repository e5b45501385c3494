"""Dialogues of MAX accounts with the bot, open or stopped, by MAX's own clock."""

from django.db import models


class MaxDialogue(models.Model):
    """One dialogue with the bot. Updates come late, twice and in any order: an older one changes nothing."""

    max_user_id = models.BigIntegerField(primary_key=True)
    chat_id = models.BigIntegerField()
    is_open = models.BooleanField()
    changed_at = models.DateTimeField(help_text="Time of the update that said so, as MAX gave it.")

    def __str__(self) -> str:
        return str(self.pk)
