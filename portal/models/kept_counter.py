"""What limits the login of staff while Redis is away."""

from django.db import models


class KeptCounter(models.Model):
    """A value of the cache, in the columns that `django.core.cache.backends.db` wants."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.cache_key
