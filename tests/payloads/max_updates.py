"""Updates of MAX with the fields that real ones have (dev.max.ru/docs-api/objects/Update)."""

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
