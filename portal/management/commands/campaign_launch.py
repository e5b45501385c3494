"""Launch a campaign as the second person."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from consents.documents.readiness import readiness
from consents.enums import LegalBasis
from notify.campaigns.content import campaign_content
from notify.campaigns.ground import dpo_must_sign, needs_subscriber_consent, offers_in_service
from notify.campaigns.reading import campaign_read, step_warnings
from notify.campaigns.recipients import step_forecast
from notify.enums import CampaignState
from portal.audit.permissions import Right, has_right
from portal.flows.campaigns import launch_campaign
from portal.management.campaign_commands import CampaignCommand
from portal.staff.campaigns.sentences import step_when, warning_text
from portal.ui.sending.readiness_words import lacking


class Command(CampaignCommand):
    """Without a hash it launches nothing: it shows what would be approved, and the hash that approves exactly that."""

    help = (
        "Запускает кампанию от имени второго сотрудника. Сначала показывает, что уйдёт: "
        "campaign_launch 12 --as boris@bank.example; затем запускает показанное: добавьте --sha256 ОТПЕЧАТОК"
    )

    acts_as = "почта второго сотрудника, не автора"

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what the command takes."""
        super().add_arguments(parser)
        parser.add_argument("--sha256", default="", help="контрольная сумма показанного: запустится только оно")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Launch once; a repeat says so and starts nothing."""
        campaign_id, approved = options["campaign_id"], options["sha256"]
        second = self.acting_staff(options["email"], Right.APPROVE_CAMPAIGN)
        is_dpo = second.user is not None and has_right(second.user, Right.SIGN_AS_DPO)
        if not approved:
            self.stdout.write(_shown(campaign_id))
            raise CommandError(
                _("Ничего не запущено. Если всё верно, повторите команду с --sha256 и показанной выше суммой.")
            )
        is_new = launch_campaign(actor=second, campaign_id=campaign_id, approved_sha256=approved, is_dpo=is_dpo)
        words = _("Кампания %(id)s запущена.") if is_new else _("Кампания %(id)s уже запущена.")
        self.stdout.write(words % {"id": campaign_id})


def _ground(step: Any) -> list[str]:
    """Return what a step stands on besides its basis, and what looks like advertising in it."""
    lines = []
    if step.legal_basis == LegalBasis.LAW:
        lines.append(_("Что обязывает отправить: %(norm)s") % {"norm": step.norm})
    if step.subscriber_consent and needs_subscriber_consent(step):
        words = [step.get_subscriber_consent_display(), step.contract_clause, str(step.contract_date or "")]
        lines.append(_("Согласие абонента на рассылку: %(where)s") % {"where": ", ".join(filter(None, words))})
    if offers := offers_in_service(step):
        lines.append(
            _("Похоже на рекламу: %(words)s. Автор считает, что это не реклама: %(reason)s")
            % {"words": ", ".join(offers), "reason": step.offer_reason}
        )
    if dpo_must_sign(step):
        lines.append(_("Запустить её может только ответственный за персональные данные."))
    return lines


def _step(step: Any, *, is_only: bool) -> list[str]:
    """Return the lines of one step: what it stands on, whom it would reach, its words."""
    forecast = step_forecast(step)
    title = _("Шаг %(number)s: %(when)s") % {"number": step.position, "when": step_when(step)}
    first = _("Шаг %(number)s") % {"number": step.position}
    day = _("Не раньше: %(day)s") % {"day": f"{step.starts_on:%d.%m.%Y}"} if step.starts_on else ""
    return [
        *(() if is_only else ("", title if step.position > 1 else first)),
        _("Канал: %(channel)s, вид: %(kind)s, основание: %(basis)s")
        % {
            "channel": step.channel_spec.label,
            "kind": step.get_text_kind_display(),
            "basis": step.get_legal_basis_display(),
        },
        *_ground(step),
        *filter(None, [day]),
        _("Ссылка действует дней: %(days)s") % {"days": step.link_days},
        _("Под условия подходит: %(size)s, сообщений уйдёт: %(count)s")
        % {"size": forecast.size, "count": forecast.will_send},
        *(warning_text(code) for code in step_warnings(step, forecast=forecast)),
        _("Тема: %(subject)s") % {"subject": step.subject or "-"},
        "",
        step.text,
        "",
    ]


def _shown(campaign_id: int) -> str:
    """Return the lines of everything that the hash covers, and of what the launch would do."""
    campaign = campaign_read(campaign_id=campaign_id)
    content = campaign_content(campaign_id=campaign_id)
    steps = campaign.steps.all()
    return "\n".join(
        [
            f"{campaign.name}: {CampaignState(campaign.state).label}",
            _("Автор: %(name)s") % {"name": campaign.created_by.name},
            _("Время у получателя: %(since)s-%(until)s")
            % {"since": f"{campaign.send_from:%H:%M}", "until": f"{campaign.send_until:%H:%M}"},
            *lacking(readiness()),
            *(line for step in steps for line in _step(step, is_only=len(steps) == 1)),
            _("Контрольная сумма: %(sha256)s") % {"sha256": content.sha256},
        ]
    )
