"""The company and its texts, both versioned."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from consents.accent import DEFAULT_ACCENT
from consents.database.clock import database_now
from consents.enums import DocumentKind, DocumentStatus, Purpose, SignatureRules


class Company(models.Model):
    """The company's requisites at a time. A change is a new row; events keep the id of the one shown."""

    name = models.CharField(_("полное наименование"), max_length=200)
    short_name = models.CharField(_("краткое наименование"), max_length=80)
    inn = models.CharField(_("ИНН"), max_length=12)
    ogrn = models.CharField(_("ОГРН"), max_length=15, blank=True)
    licence = models.CharField(_("лицензия"), max_length=120, blank=True)
    address = models.CharField(_("адрес"), max_length=300)
    website = models.CharField(_("официальный сайт"), max_length=120)
    dpo_title = models.CharField(_("должность ответственного"), max_length=120)
    dpo_email = models.EmailField(_("почта ответственного"))
    dpo_phone = models.CharField(_("телефон ответственного"), max_length=32, blank=True)
    support_phone = models.CharField(_("телефон поддержки"), max_length=32, blank=True)
    covered_by_41fz = models.CharField(
        max_length=8, default="unsure", choices=[("yes", _("да")), ("no", _("нет")), ("unsure", _("не уточнено"))]
    )
    signature_rules = models.CharField(max_length=8, default="off", db_default="off", choices=SignatureRules)
    accent = models.CharField(_("цвет"), max_length=7, default=DEFAULT_ACCENT)
    time_zone = models.CharField(_("часовой пояс"), max_length=64, default="Europe/Moscow")
    data_place = models.CharField(_("где хранятся данные"), max_length=300, blank=True, default="", db_default="")
    created_at = models.DateTimeField(default=database_now, editable=False)

    def __str__(self) -> str:
        return self.short_name


class CompanyLogo(models.Model):
    """The company's logo as PNG, made anew from what was uploaded. One row at most."""

    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(default=database_now, editable=False)

    def __str__(self) -> str:
        return self.sha256


class Sender(models.Model):
    """Who sends on the company's behalf over one channel (152-FZ art. 6 part 3), from then on.

    A change is a new row, as with `Company`; the newest of a channel is the one that sends.
    """

    channel = models.CharField(max_length=8)
    name = models.CharField(_("наименование"), max_length=200)
    address = models.CharField(_("адрес"), max_length=300)
    inn = models.CharField(_("ИНН"), max_length=12, blank=True)
    contract = models.CharField(_("договор"), max_length=120)
    created_at = models.DateTimeField(default=database_now, db_default=Now(), editable=False)

    def __str__(self) -> str:
        return self.name


class Document(models.Model):
    """One text that people answer or read: a kind, for one channel where the kind needs one."""

    kind = models.CharField(max_length=16, choices=DocumentKind)
    channel = models.CharField(max_length=8, blank=True)
    purpose = models.CharField(max_length=16, choices=Purpose, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "channel"], name="document_kind_channel")]

    def __str__(self) -> str:
        return f"{self.kind}/{self.channel}" if self.channel else self.kind


class Edition(models.Model):
    """One edition. The database refuses any change of its text once it is published."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField(_("редакция"))
    language = models.CharField(max_length=5, default="ru")
    title = models.CharField(_("название"), max_length=200)
    body = models.TextField(_("текст"), help_text="Paragraphs with ((placeholders)).")
    checkbox = models.CharField(_("подпись у отметки"), max_length=300, blank=True)
    valid_days = models.PositiveIntegerField(
        _("срок, дней"), null=True, blank=True, help_text="How long a yes to this text holds; empty: until taken back."
    )
    company_values = models.JSONField(
        default=dict, help_text="What the text says of the company and its processor, as of the publishing."
    )
    body_sha256 = models.CharField(
        max_length=64, help_text="Of title, body, checkbox, term and company values together."
    )
    company = models.ForeignKey(Company, on_delete=models.PROTECT, null=True, blank=True)
    status = models.CharField(max_length=10, choices=DocumentStatus, default=DocumentStatus.DRAFT)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=database_now, editable=False)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "language", "number"], name="version_number"),
            models.UniqueConstraint(
                fields=["document", "language"],
                condition=Q(status=DocumentStatus.PUBLISHED),
                name="version_one_published",
            ),
            models.CheckConstraint(
                condition=Q(status=DocumentStatus.DRAFT) | Q(published_at__isnull=False),
                name="version_published_has_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} № {self.number}"
