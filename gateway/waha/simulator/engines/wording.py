"""What all engines say about a message in the same words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from gateway.waha.simulator.accounts import Account
from gateway.waha.simulator.messages import Message


def jid(chat_id: str) -> str:
    """A chat id as the libraries below WAHA write it."""
    return chat_id.replace("@c.us", "@s.whatsapp.net")


def iso_s(at_ms: int) -> str:
    """A time as Go writes it into JSON."""
    return datetime.fromtimestamp(at_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def file_name(account: Account, item: Message) -> str:
    """The name under which WAHA keeps the file of a message; WEBJS uses the long id."""
    assert item.media is not None
    stem = item.id if account.engine == "WEBJS" else item.key
    return f"{stem}.{item.media.extension}"


def media(account: Account, base_url: str, item: Message) -> dict[str, Any] | None:
    """The `media` of a payload."""
    if item.media is None or item.is_revoked:
        return None
    shape: dict[str, Any] = {"url": f"{base_url}/api/files/{account.name}/{file_name(account, item)}"}
    if account.engine != "GOWS" or item.media.kind == "document":
        shape["filename"] = item.media.filename
    return {**shape, "mimetype": item.media.mimetype}


def location(item: Message, *, as_text: bool) -> dict[str, Any] | None:
    """The `location` of a payload: numbers on WEBJS, text elsewhere."""
    if item.location is None:
        return None
    latitude, longitude = item.location.latitude, item.location.longitude
    pair = (
        {"latitude": str(latitude), "longitude": str(longitude)}
        if as_text
        else {
            "latitude": latitude,
            "longitude": longitude,
        }
    )
    return {"live": False, **pair, **({"name": item.location.name} if item.location.name else {})}


def raw_content(item: Message, *, upper_case_url: bool = False) -> dict[str, Any]:
    """The protocol message inside `_data`, as whatsmeow and Baileys both show it."""
    if item.is_opaque:
        return {"pollCreationMessageV3": {"name": item.text, "options": [], "selectableOptionsCount": 1}}
    if item.media is not None:
        url = {"URL" if upper_case_url else "url": "https://mmg.whatsapp.net/v/simulated.enc"}
        caption = {"caption": item.text} if item.text else {}
        named = {"fileName": item.media.filename} if item.media.kind == "document" else {}
        content = {**url, "mimetype": item.media.mimetype, "fileLength": len(item.media.data), **named, **caption}
        return {f"{item.media.kind}Message": content}
    if item.location is not None:
        place = item.location
        return {
            "locationMessage": {
                "degreesLatitude": place.latitude,
                "degreesLongitude": place.longitude,
                "name": place.name,
            }
        }
    if item.contacts:
        return {"contactMessage": {"displayName": "Contact", "vcard": item.contacts[0]}}
    if item.reply_to:
        return {"extendedTextMessage": {"text": item.text, "contextInfo": {"stanzaId": item.reply_to}}}
    return {"conversation": item.text}


def reply_to(account: Account, item: Message) -> dict[str, Any] | None:
    """The `replyTo` of a payload, which names the quoted message by its bare key."""
    if not item.reply_to:
        return None
    quoted = account.history.find(item.reply_to)
    wrote = item.chat_id if quoted is None or not quoted.from_me else f"{account.phone}@c.us"
    return {"id": item.reply_to, "participant": wrote, "body": quoted.text if quoted else None, "_data": {}}
