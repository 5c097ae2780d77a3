"""WEBJS (whatsapp-web.js): `from` and `to` swap for our own messages, and a hidden id has no phone beside it."""

from __future__ import annotations

from typing import Any

from gateway.waha.simulator.accounts import Account
from gateway.waha.simulator.engines import wording
from gateway.waha.simulator.messages import ACK_NAMES, SERVER, Message, full_id


def message(account: Account, base_url: str, item: Message, chat_id: str) -> dict[str, Any]:
    """A WAMessage; a missing text is empty, and a document's text is its name."""
    ack = item.ack if item.from_me else SERVER
    me = f"{account.phone}@c.us"
    return {
        "id": full_id(chat_id, item.key, from_me=item.from_me),
        "timestamp": item.at_ms // 1000,
        "from": me if item.from_me else chat_id,
        "fromMe": item.from_me,
        "source": item.source,
        "to": chat_id if item.from_me else me,
        "body": _body(item),
        "hasMedia": item.media is not None,
        "media": wording.media(account, base_url, item),
        "ack": ack,
        "ackName": ACK_NAMES[ack],
        "location": wording.location(item, as_text=False),
        "vCards": list(item.contacts),
        **({"replyTo": wording.reply_to(account, item)} if item.reply_to else {}),
        "_data": _data(item, chat_id, account),
    }


def answer(account: Account, base_url: str, item: Message) -> dict[str, Any]:
    """A send is answered with the library's own message object, whose id is an object."""
    shape = message(account, base_url, item, item.chat_id)
    kept = ("timestamp", "from", "to", "fromMe", "body", "hasMedia")
    return {"_data": shape["_data"], "id": shape["_data"]["id"], "ack": 0, **{name: shape[name] for name in kept}}


def ack(account: Account, base_url: str, item: Message, _level: int) -> dict[str, Any]:
    """An ack is the whole message again."""
    return message(account, base_url, item, item.chat_id)


def edited(account: Account, base_url: str, item: Message, _action_key: str, at_ms: int) -> dict[str, Any]:
    """The edited message under its old id; the key of the action stays unknown."""
    shape = message(account, base_url, item, item.chat_id)
    return {**shape, "timestamp": at_ms // 1000, "_data": {"message": shape["_data"], "newBody": item.text}}


def revoked(account: Account, base_url: str, item: Message, _action_key: str, at_ms: int) -> dict[str, Any]:
    """Only this engine still knows what the deleted message said."""
    before = message(account, base_url, item, item.chat_id)
    after = {**before, "timestamp": at_ms // 1000, "body": "", "hasMedia": False, "media": None}
    return {"after": after, "before": before, "_data": after["_data"]}


def _body(item: Message) -> str:
    if item.is_opaque or item.is_revoked:
        return ""
    if item.media is not None and item.media.kind == "document" and not item.text:
        return item.media.filename or ""
    return item.text


def _data(item: Message, chat_id: str, account: Account) -> dict[str, Any]:
    serialized = full_id(chat_id, item.key, from_me=item.from_me)
    kind = item.media.kind if item.media else "location" if item.location else "vcard" if item.contacts else "chat"
    name = account.push_name if item.from_me else (item.person.name if item.person else "")
    return {
        "id": {"fromMe": item.from_me, "remote": chat_id, "id": item.key, "_serialized": serialized},
        "body": _body(item),
        "type": "poll_creation" if item.is_opaque else kind,
        "notifyName": name,
    }
