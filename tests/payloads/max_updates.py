"""Updates of MAX with the fields that real ones have (dev.max.ru/docs-api/objects/Update)."""

import hashlib
import hmac
from typing import Any

USER_ID = 212_000_001
CHAT_ID = 472_000_001
BOT_ID = 900_001
MOMENT = 1_795_000_000_000


def bot_started(*, payload: str | None, at: int = MOMENT, user_id: int = USER_ID) -> dict[str, Any]:
    """Somebody pressed «Начать»."""
    return {
        "update_type": "bot_started",
        "timestamp": at,
        "chat_id": CHAT_ID,
        "user_locale": "ru",
        "payload": payload,
        "user": {
            "user_id": user_id,
            "first_name": "Анна",
            "last_name": "П.",
            "is_bot": False,
            "last_activity_time": at - 10_000,
            "name": "Анна П.",
        },
        "user_id": user_id,
    }


def bot_stopped(word: str = "bot_stopped", *, at: int = MOMENT, user_id: int = USER_ID) -> dict[str, Any]:
    """Somebody stopped the bot, or removed the dialogue."""
    return {
        "update_type": word,
        "timestamp": at,
        "chat_id": CHAT_ID,
        "user_locale": "ru",
        "user": {"user_id": user_id, "first_name": "Анна", "is_bot": False, "name": "Анна"},
    }


def message_created(text: str, *, at: int = MOMENT, user_id: int = USER_ID) -> dict[str, Any]:
    """Somebody wrote to the bot; `recipient.user_id` is the bot itself."""
    return {
        "update_type": "message_created",
        "timestamp": at,
        "user_locale": "ru",
        "message": {
            "recipient": {"chat_id": CHAT_ID, "chat_type": "dialog", "user_id": BOT_ID},
            "timestamp": at,
            "body": {"mid": f"mid.000000001c23cb68{at:016x}", "seq": 116993690450000002, "text": text},
            "sender": {"user_id": user_id, "first_name": "Анна", "is_bot": False, "name": "Анна"},
        },
    }


def message_sent(attachments: list[dict[str, Any]], **body: Any) -> dict[str, Any]:
    """Somebody sent things; MAX leaves the text out where there is none."""
    update = message_created("")
    del update["message"]["body"]["text"]
    update["message"]["body"] |= {"attachments": attachments, **body}
    return update


def contact(phone: str = "79990000000", *, token: str, user_id: int = USER_ID, name: str = "Анна П.") -> dict[str, Any]:
    """Somebody shared their own number by the button: the card is signed with the token of the bot."""
    card = (
        f"BEGIN:VCARD\r\nVERSION:3.0\r\nPRODID:ez-vcard 0.10.3\r\nTEL;TYPE=cell:{phone}\r\nFN:{name}\r\nEND:VCARD\r\n"
    )
    owner = {"user_id": user_id, "first_name": "Анна", "is_bot": False, "name": "Анна"}
    made = hmac.new(token.encode(), card.encode(), hashlib.sha256).hexdigest()
    return {"type": "contact", "payload": {"vcf_info": card, "max_info": owner, "hash": made}}


def message_callback(
    payload: str | None = "lead:42:accept", *, at: int = MOMENT, user_id: int = USER_ID
) -> dict[str, Any]:
    """Somebody pressed a button; `recipient.user_id` is the person, since the message is the bot's own."""
    buttons = [[{"type": "callback", "text": "Принять", "payload": "lead:42:accept"}]]
    return {
        "update_type": "message_callback",
        "timestamp": at,
        "user_locale": "ru",
        "callback": {
            "timestamp": at,
            "callback_id": "f9LHodD0cOJexample",
            "payload": payload,
            "user": {"user_id": user_id, "first_name": "Анна", "is_bot": False, "name": "Анна"},
        },
        "message": {
            "recipient": {"chat_id": CHAT_ID, "chat_type": "dialog", "user_id": user_id},
            "timestamp": at - 5000,
            "body": {
                "mid": "mid.000000001c23cb68019fa52440aa0001",
                "seq": 116993690450000001,
                "text": "Новая заявка №42",
                "attachments": [{"type": "inline_keyboard", "payload": {"buttons": buttons}}],
            },
            "sender": {"user_id": BOT_ID, "first_name": "Bot", "is_bot": True, "name": "Bot"},
        },
    }
