"""The shapes of WAHA's bodies, which differ from engine to engine."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from gateway.waha.simulator.accounts import Account
from gateway.waha.simulator.engines import gows, noweb, webjs
from gateway.waha.simulator.messages import ACK_NAMES, Message

_SHAPES: dict[str, ModuleType] = {"GOWS": gows, "NOWEB": noweb, "WEBJS": webjs}


def message(account: Account, base_url: str, item: Message, *, chat_id: str | None = None) -> dict[str, Any]:
    """The WAMessage of an event or of the history."""
    shape: dict[str, Any] = _of(account).message(account, base_url, item, chat_id or item.chat_id)
    return shape


def answer(account: Account, base_url: str, item: Message) -> dict[str, Any]:
    """The body of a 201 to a send."""
    shape: dict[str, Any] = _of(account).answer(account, base_url, item)
    return shape


def ack(account: Account, base_url: str, item: Message, level: int) -> dict[str, Any]:
    """The payload of message.ack."""
    shape: dict[str, Any] = _of(account).ack(account, base_url, item, level)
    return {**shape, "ack": level, "ackName": ACK_NAMES[level]}


def edited(account: Account, base_url: str, item: Message, *, action_key: str, at_ms: int) -> dict[str, Any]:
    """The payload of message.edited; `item` has its new text already."""
    shape: dict[str, Any] = _of(account).edited(account, base_url, item, action_key, at_ms)
    return {**shape, "editedMessageId": item.key}


def revoked(account: Account, base_url: str, item: Message, *, action_key: str, at_ms: int) -> dict[str, Any]:
    """The payload of message.revoked."""
    shape: dict[str, Any] = _of(account).revoked(account, base_url, item, action_key, at_ms)
    return {**shape, "revokedMessageId": item.key}


def reaction(
    account: Account, item: Message, emoji: str, *, action_key: str, from_me: bool, at_ms: int
) -> dict[str, Any]:
    """The payload of message.reaction; an empty emoji takes the reaction back."""
    is_webjs = account.engine == "WEBJS"
    shape: dict[str, Any] = {
        "id": f"{'true' if from_me else 'false'}_{item.chat_id}_{action_key}",
        "timestamp": at_ms / 1000 if is_webjs else at_ms // 1000,
        "from": item.chat_id,
        "fromMe": from_me,
        "source": "api" if from_me else "app",
        "to": item.chat_id if is_webjs else None,
        "participant": item.chat_id if is_webjs else None,
        "reaction": {"text": emoji, "messageId": item.id},
    }
    return shape if account.engine != "NOWEB" else {key: value for key, value in shape.items() if value is not None}


def shares_event_id(account: Account) -> bool:
    """Whether `message` and `message.any` of one message carry the same event id."""
    return account.engine != "WEBJS"


def _of(account: Account) -> ModuleType:
    return _SHAPES[account.engine]
