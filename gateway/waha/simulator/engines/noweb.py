"""NOWEB (Baileys): null for what is not there, and sends that are answered with the raw message."""

from __future__ import annotations

from typing import Any

import msgspec

from gateway.waha.simulator.accounts import Account
from gateway.waha.simulator.engines import wording
from gateway.waha.simulator.messages import ACK_NAMES, DEVICE, Message, full_id


def message(account: Account, base_url: str, item: Message, chat_id: str) -> dict[str, Any]:
    """A WAMessage; a missing text is null."""
    ack = item.ack if item.from_me else DEVICE
    has_text = bool(item.text) and not item.is_opaque and not item.is_revoked
    return {
        "id": full_id(chat_id, item.key, from_me=item.from_me),
        "timestamp": item.at_ms // 1000,
        "from": chat_id,
        "fromMe": item.from_me,
        "source": item.source,
        "body": item.text if has_text else None,
        "hasMedia": item.media is not None,
        "media": wording.media(account, base_url, item),
        "ack": ack,
        "ackName": ACK_NAMES[ack],
        "location": wording.location(item, as_text=True),
        "vCards": list(item.contacts) or None,
        "replyTo": wording.reply_to(account, item),
        "_data": _data(account, item, chat_id, _content(item), ack + 1),
    }


def answer(_account: Account, _base_url: str, item: Message) -> dict[str, Any]:
    """A send is answered with what Baileys returned."""
    return {
        "key": {"remoteJid": wording.jid(item.chat_id), "fromMe": True, "id": item.key},
        "message": _content(item),
        "messageTimestamp": str(item.at_ms // 1000),
        "status": "PENDING",
    }


def ack(_account: Account, _base_url: str, item: Message, _level: int) -> dict[str, Any]:
    """An ack without raw data."""
    return {"id": item.id, "from": item.chat_id, "fromMe": True}


def edited(account: Account, base_url: str, item: Message, action_key: str, at_ms: int) -> dict[str, Any]:
    """The edit is a message of its own, whose content points at the old key."""
    content = {"protocolMessage": {"type": 14, "key": _key(item), "editedMessage": {"conversation": item.text}}}
    return _action(account, base_url, item, action_key, at_ms, content)


def revoked(account: Account, base_url: str, item: Message, action_key: str, at_ms: int) -> dict[str, Any]:
    """The deletion is a message of its own, without text."""
    content = {"protocolMessage": {"type": 0, "key": _key(item)}}
    after = {**_action(account, base_url, item, action_key, at_ms, content), "body": None}
    return {"after": after, "before": None, "_data": after["_data"]}


def _action(
    account: Account, base_url: str, item: Message, action_key: str, at_ms: int, content: dict[str, Any]
) -> dict[str, Any]:
    act = msgspec.structs.replace(item, key=action_key, at_ms=at_ms, media=None, location=None, contacts=())
    return {**message(account, base_url, act, item.chat_id), "_data": _data(account, act, item.chat_id, content, 3)}


def _key(item: Message) -> dict[str, Any]:
    return {"remoteJid": wording.jid(item.chat_id), "fromMe": item.from_me, "id": item.key}


def _data(account: Account, item: Message, chat_id: str, content: dict[str, Any], status: int) -> dict[str, Any]:
    key = {"remoteJid": wording.jid(chat_id), "fromMe": item.from_me, "id": item.key}
    if item.person and chat_id.endswith("@lid"):
        key |= {"remoteJidAlt": wording.jid(item.person.phone_id), "addressingMode": "lid"}
    return {
        "key": key,
        "messageTimestamp": item.at_ms // 1000,
        "pushName": account.push_name if item.from_me else (item.person.name if item.person else ""),
        "broadcast": False,
        "status": status,
        "message": content,
    }


def _content(item: Message) -> dict[str, Any]:
    content = wording.raw_content(item)
    # Baileys sends every text as an extended one.
    return {"extendedTextMessage": {"text": item.text}} if item.from_me and "conversation" in content else content
