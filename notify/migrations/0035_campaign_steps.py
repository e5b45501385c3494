"""Campaigns get steps. Text, channel and grounds move to the first one of each, the picture and the price with them.

Pages of the release before go on meanwhile: what they write into the old columns, triggers write into the first step.
"""

import django.db.models.deletion
from django.db import migrations, models

CONTENT = (
    "channel, text_kind, legal_basis, norm, subscriber_consent, contract_clause, contract_date, offer_reason, "
    "subject, text, button, link_days"
)

# A campaign of this release has no channel of its own: the columns are left empty.
FOLLOW = f"""
CREATE FUNCTION notify_campaign_step_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO notify_campaignstep (campaign_id, position, {CONTENT})
    SELECT NEW.id, 1, {", ".join("NEW." + name for name in CONTENT.split(", "))}
    WHERE NOT EXISTS (SELECT FROM notify_campaignstep WHERE campaign_id = NEW.id AND position = 1);
    IF NOT FOUND THEN
        UPDATE notify_campaignstep SET ({CONTENT}) = ({", ".join("NEW." + name for name in CONTENT.split(", "))})
        WHERE campaign_id = NEW.id AND position = 1;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER notify_campaign_step_follow
    AFTER INSERT OR UPDATE OF {CONTENT} ON notify_campaign
    FOR EACH ROW WHEN (NEW.channel <> '') EXECUTE FUNCTION notify_campaign_step_follow();

CREATE FUNCTION notify_of_first_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.step_id := (SELECT id FROM notify_campaignstep WHERE campaign_id = NEW.campaign_id AND position = 1);
    RETURN NEW;
END $$;
CREATE TRIGGER notify_image_of_first_step BEFORE INSERT ON notify_campaignimage
    FOR EACH ROW WHEN (NEW.step_id IS NULL) EXECUTE FUNCTION notify_of_first_step();
"""  # noqa: S608 - a statement of ours

UNFOLLOW = """
DROP TRIGGER notify_image_of_first_step ON notify_campaignimage;
DROP FUNCTION notify_of_first_step();
DROP TRIGGER notify_campaign_step_follow ON notify_campaign;
DROP FUNCTION notify_campaign_step_follow();
"""

DAY = """
CREATE FUNCTION notify_day_begins(zone text, day date) RETURNS timestamptz LANGUAGE plpgsql STABLE STRICT AS $$
BEGIN
    RETURN day::timestamp AT TIME ZONE zone;
EXCEPTION WHEN invalid_parameter_value THEN
    -- As in notify_opens_at: a zone that this server does not know must not stop the queue.
    RETURN day::timestamp AT TIME ZONE 'Europe/Moscow';
END
$$;
COMMENT ON FUNCTION notify_day_begins IS 'Midnight of a day by the clock of the zone; null without a day.';
"""
UNDAY = "DROP FUNCTION notify_day_begins(text, date);"

CONDITIONS = [
    ("everybody", "всем"),
    ("not_answered", "тем, кто не ответил"),
    ("opened", "тем, кто открыл ссылку и не ответил"),
    ("not_delivered", "тем, кому не доставлено сообщение предыдущего шага"),
    ("no_contact", "тем, у кого нет контакта для предыдущего шага"),
    ("answered", "тем, кто ответил"),
    ("max_linked", "тем, кто подключил MAX"),
]
TEXT_KINDS = [("service", "сервисное"), ("advertising", "рекламное")]
SUBSCRIBER_CONSENTS = [("own", "согласие клиента, данное нам"), ("contract", "пункт договора с клиентом")]
BASES = [("contract", "договор"), ("consent", "согласие"), ("law", "обязательное по закону или договору")]
SKIP_REASONS = [
    ("no_contact", "нет контакта для канала"),
    ("no_consent", "нет согласия"),
    ("withdrawn", "согласие отозвано"),
    ("refused", "клиент отказался от таких сообщений по этому каналу"),
    ("no_mailing_consent", "не указано, где записано согласие абонента на рассылку"),
    ("suppressed", "адрес исключён"),
    ("not_sms_capable", "номер не принимает СМС"),
    ("channel_closed", "канал закрыт"),
    ("not_in_contract", "договор с платформой не разрешает такие сообщения"),
    ("campaign_stopped", "кампания остановлена"),
    ("expired", "устарело"),
    ("condition", "условие шага не выполнено"),
]


def words(title: str, length: int, **how: object) -> models.CharField:
    """Return a column of words that may be empty."""
    return models.CharField(title, blank=True, db_default="", default="", max_length=length, **how)


class Migration(migrations.Migration):
    dependencies = [
        ("consents", "0032_recorded_rows_append_only"),
        ("notify", "0034_brake_by_reports"),
    ]

    operations = [
        migrations.CreateModel(
            name="CampaignStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="notify.campaign"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=1)),
                (
                    "condition",
                    models.CharField(
                        "кому", choices=CONDITIONS, db_default="everybody", default="everybody", max_length=14
                    ),
                ),
                ("wait_days", models.PositiveSmallIntegerField("через сколько дней", db_default=0, default=0)),
                ("starts_on", models.DateField("не раньше дня", blank=True, null=True)),
                ("channel", models.CharField("канал", max_length=8)),
                ("text_kind", models.CharField("вид текста", choices=TEXT_KINDS, default="service", max_length=12)),
                ("legal_basis", models.CharField("основание", choices=BASES, default="contract", max_length=10)),
                ("norm", words("норма", 200)),
                ("subscriber_consent", words("согласие абонента на рассылку", 10, choices=SUBSCRIBER_CONSENTS)),
                ("contract_clause", words("договор и его пункт", 200)),
                ("contract_date", models.DateField("дата договора", blank=True, null=True)),
                ("offer_reason", words("почему это не реклама", 300)),
                ("subject", models.CharField("тема", blank=True, max_length=200)),
                ("text", models.TextField("текст")),
                ("button", models.CharField("надпись на кнопке", blank=True, max_length=60)),
                ("link_days", models.PositiveSmallIntegerField("срок ссылки, дней", default=30)),
                (
                    "look_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When somebody may next be due; None once all have been.",
                        null=True,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        deferrable=models.Deferrable.DEFERRED,
                        fields=("campaign", "position"),
                        name="step_position_once",
                    )
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("look_at__isnull", False)), fields=["look_at"], name="step_look_at"
                    )
                ],
            },
        ),
        migrations.AddField(
            "message",
            "step",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="notify.campaignstep",
            ),
        ),
        migrations.AddField(
            "touchpoint",
            "step",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="touchpoints",
                to="notify.campaignstep",
            ),
        ),
        migrations.AddField(
            "campaignimage",
            "step",
            models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="image",
                to="notify.campaignstep",
            ),
        ),
        migrations.AddField(
            "campaignprice",
            "step",
            models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="notify.campaignstep"
            ),
        ),
        migrations.AlterField(
            "message", "skip_reason", models.CharField(blank=True, choices=SKIP_REASONS, max_length=20)
        ),
        migrations.RunSQL(FOLLOW, UNFOLLOW),
        migrations.RunSQL(DAY, UNDAY),
    ]
