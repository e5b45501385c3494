"""Tasks of the notify room. Each is a nudge: one id or none, one service, safe to run twice or to lose.

No task retries: what is due is in the table, and the beat nudges again within seconds.
"""

from celery import shared_task
from celery.contrib.django.task import DjangoTask

from notify.campaigns.planning import campaign_plan
from notify.campaigns.sms.pricing import step_price_ask
from notify.inbound.handling import payloads_handle
from notify.inbound.mailboxes import mailboxes_read
from notify.inbound.payloads import payloads_forget
from notify.inbound.webhook_keeping import webhooks_keep
from notify.outbox.loops import campaign_messages_send, campaign_messages_waiting, transactional_messages_send
from notify.outbox.settling import messages_settle
from notify.providers.checks import providers_check
from notify.queues import NUDGE_EXPIRES
from notify.scenarios.answering import new_messages_answer
from notify.sweeping import campaigns_finish
from notify.sweeping import sweep as sweep_all


@shared_task(base=DjangoTask, name="notify.plan_campaign", ignore_result=True)
def plan_campaign(campaign_id: int) -> None:
    """Write the rows of a launched campaign."""
    campaign_plan(campaign_id=campaign_id)


@shared_task(base=DjangoTask, name="notify.price_step", ignore_result=True)
def price_step(step_id: int) -> None:
    """Ask what a step would cost."""
    step_price_ask(step_id=step_id)


@shared_task(base=DjangoTask, name="notify.send_chunk", ignore_result=True)
def send_chunk(channel: str) -> None:
    """Send what is due over one channel for some seconds, so that the other channels get a worker too."""
    if not campaign_messages_send(channel=channel):
        return
    campaigns_finish()
    if campaign_messages_waiting(channel=channel):
        send_chunk.apply_async((channel,), expires=NUDGE_EXPIRES)


@shared_task(base=DjangoTask, name="notify.send_transactional", ignore_result=True)
def send_transactional() -> None:
    """Send codes, notices and tests."""
    transactional_messages_send()


@shared_task(base=DjangoTask, name="notify.sweep", ignore_result=True)
def sweep() -> None:
    """Repair what a killed worker or a lost nudge left."""
    sweep_all()


@shared_task(base=DjangoTask, name="notify.finish_campaigns", ignore_result=True)
def finish_campaigns() -> None:
    """Mark campaigns of which every row has ended."""
    campaigns_finish()


@shared_task(base=DjangoTask, name="notify.check_providers", ignore_result=True)
def check_providers() -> None:
    """Look at the accounts of providers, and log what a person should act upon."""
    providers_check()


@shared_task(base=DjangoTask, name="notify.handle_inbound", ignore_result=True)
def handle_inbound() -> None:
    """Act upon stored calls of providers for some seconds, and answer what they brought."""
    handled = payloads_handle()
    answered = new_messages_answer()
    if handled or answered:
        handle_inbound.apply_async(expires=NUDGE_EXPIRES)


@shared_task(base=DjangoTask, name="notify.settle_messages", ignore_result=True)
def settle_messages() -> None:
    """Ask providers about messages in doubt."""
    messages_settle()


@shared_task(base=DjangoTask, name="notify.keep_webhooks", ignore_result=True)
def keep_webhooks() -> None:
    """Send our address to providers that have lost it, and delete old calls of theirs."""
    webhooks_keep()
    payloads_forget()


@shared_task(base=DjangoTask, name="notify.read_mailboxes", ignore_result=True)
def read_mailboxes() -> None:
    """Read what has come to the company's mailboxes, and answer it."""
    if mailboxes_read():
        new_messages_answer()
