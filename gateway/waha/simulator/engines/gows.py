"""GOWS (whatsmeow): absent keys, a Go-flavoured `_data`, and no `engine` beside the payload."""

from __future__ import annotations

from typing import Any

import msgspec

from gateway.waha.simulator.accounts import Account
from gateway.waha.simulator.engines import wording
from gateway.waha.simulator.messages import ACK_NAMES, DEVICE, Message, full_id


def message(account: Account, base_url: str, item: Message, chat_id: str) -> dict[str, Any]:
    """A WAMessage; the text is left out where there is none."""
    ack = item.ack if item.from_me else DEVICE
    has_text = bool(item.text) and not item.is_opaque and not item.is_revoked
    return {
        "id": full_id(chat_id, item.key, from_me=item.from_me),
        "timestamp": item.at_ms // 1000,
        "from": chat_id,
        "fromMe": item.from_me,
        "source": item.source,
        **({"body": item.text} if has_text else {}),
        "to": None,
        "participant": None,
        "hasMedia": item.media is not None,
        "media": wording.media(account, base_url, item),
        "ack": ack,
        "location": wording.location(item, as_text=True),
        "vCards": list(item.contacts) or None,
        "ackName": ACK_NAMES[ack],
        "replyTo": wording.reply_to(account, item),
        "_data": _data(account, item, chat_id, wording.raw_content(item, upper_case_url=True), ack + 1),
    }


def answer(account: Account, base_url: str, item: Message) -> dict[str, Any]:
    """A send is answered with the id and the raw message."""
    return {"id": item.id, "_data": message(account, base_url, item, item.chat_id)["_data"]}


def ack(_account: Account, _base_url: str, item: Message, level: int) -> dict[str, Any]:
    """A receipt of whatsmeow names the messages that it covers."""
    chat = wording.jid(item.chat_id)
    data = {
        "Chat": chat,
        "Sender": chat,
        "IsFromMe": False,
        "IsGroup": False,
        "MessageIDs": [item.key],
        "Timestamp": wording.iso_s(item.at_ms),
        "Type": {3: "read", 4: "played", -1: "server-error"}.get(level, ""),
        "MessageSender": "",
    }
    return {"id": item.id, "from": item.chat_id, "to": None, "participant": None, "fromMe": True, "_data": data}


def edited(account: Account, base_url: str, item: Message, action_key: str, at_ms: int) -> dict[str, Any]:
    """The edit is a message of its own, whose content points at the old key."""
    content = {"protocolMessage": {"type": 14, "key": _key(item), "editedMessage": {"conversation": item.text}}}
    return _action(account, base_url, item, action_key, at_ms, content)


def revoked(account: Account, base_url: str, item: Message, action_key: str, at_ms: int) -> dict[str, Any]:
    """The deletion is a message of its own, without text."""
    content = {"protocolMessage": {"type": 0, "key": _key(item)}}
    after = _action(account, base_url, item, action_key, at_ms, content)
    after.pop("body", None)
    return {"after": after, "before": None, "_data": after["_data"]}


def _action(
    account: Account, base_url: str, item: Message, action_key: str, at_ms: int, content: dict[str, Any]
) -> dict[str, Any]:
    act = msgspec.structs.replace(item, key=action_key, at_ms=at_ms, media=None, location=None, contacts=())
    shape = message(account, base_url, act, item.chat_id)
    return {**shape, "_data": _data(account, act, item.chat_id, content, 3)}


def _key(item: Message) -> dict[str, Any]:
    return {"remoteJID": wording.jid(item.chat_id), "fromMe": item.from_me, "ID": item.key}


def _data(account: Account, item: Message, chat_id: str, content: dict[str, Any], status: int) -> dict[str, Any]:
    is_hidden = chat_id.endswith("@lid")
    alt = wording.jid(item.person.phone_id) if item.person and is_hidden else ""
    chat = wording.jid(chat_id)
    info = {
        "Chat": chat,
        "Sender": f"{account.phone}:7@s.whatsapp.net" if item.from_me else chat,
        "IsFromMe": item.from_me,
        "IsGroup": False,
        "AddressingMode": "lid" if is_hidden else "",
        "SenderAlt": "" if item.from_me else alt,
        "RecipientAlt": alt if item.from_me else "",
        "ID": item.key,
        "ServerID": 0,
        "Type": "media" if item.media else "text",
        "PushName": account.push_name if item.from_me else (item.person.name if item.person else ""),
        "Timestamp": wording.iso_s(item.at_ms),
        "Category": "",
        "Multicast": False,
    }
    flags = {"IsEphemeral": False, "IsViewOnce": False, "IsEdit": False, "RawMessage": None}
    return {"Info": info, "Message": content, **flags, "Status": status}
