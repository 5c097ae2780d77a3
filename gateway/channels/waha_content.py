"""What is in a WAHA message: its type, its text, its content and its file.

WAHA's own fields say little (a poll, an order and an undecryptable message all come without body and media), so the
engine's object in `_data` decides: the name of its content key on GOWS and NOWEB, `type` on WEBJS and WPP.
"""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec

from gateway.channels.inbound import Media, MessageType
from gateway.channels.waha_ids import number_of
from gateway.channels.waha_payloads import EngineData, LocationBody, MediaBody, MessageBody, RawObject

TEXT_LIMIT = 65_536
_WRAP_LIMIT = 6
_LIST_LIMIT = 100
_FIELD_LIMIT = 1024
_VCARD_LIMIT = 16_384

_WRAPPERS = frozenset(
    {
        "botInvokeMessage",
        "deviceSentMessage",
        "documentWithCaptionMessage",
        "editedMessage",
        "ephemeralMessage",
        "groupMentionedMessage",
        "lottieStickerMessage",
        "viewOnceMessage",
        "viewOnceMessageV2",
        "viewOnceMessageV2Extension",
    }
)
_BESIDE_CONTENT = frozenset({"messageContextInfo", "senderKeyDistributionMessage"})
_TYPES: dict[str, MessageType] = {
    "conversation": "text",
    "extendedTextMessage": "text",
    "imageMessage": "image",
    "videoMessage": "video",
    "ptvMessage": "video",
    "audioMessage": "audio",
    "documentMessage": "file",
    "stickerMessage": "sticker",
    "locationMessage": "location",
    "liveLocationMessage": "location",
    "contactMessage": "contact",
    "contactsArrayMessage": "contact",
    "pollCreationMessage": "poll",
    "pollCreationMessageV2": "poll",
    "pollCreationMessageV3": "poll",
    "pollCreationMessageV5": "poll",
    "buttonsResponseMessage": "button",
    "templateButtonReplyMessage": "button",
    "interactiveResponseMessage": "button",
    "listResponseMessage": "list",
    # WEBJS and WPP: `_data.type`
    "chat": "text",
    "image": "image",
    "video": "video",
    "gif": "video",
    "ptv": "video",
    "audio": "audio",
    "ptt": "audio",
    "document": "file",
    "sticker": "sticker",
    "location": "location",
    "vcard": "contact",
    "multi_vcard": "contact",
    "poll_creation": "poll",
    "buttons_response": "button",
    "template_button_reply": "button",
    "list_response": "list",
}
_MEDIA_TYPES: dict[str, MessageType] = {"image": "image", "video": "video", "audio": "audio"}
_TEXT_KINDS = frozenset({"conversation", "extendedTextMessage", "chat"})
_HAVE_FILES = frozenset({"image", "video", "audio", "file", "sticker"})
_NOT_MESSAGES = frozenset({"protocolMessage", "reactionMessage", "pollUpdateMessage", "e2e_notification", "gp2"})


class Content(NamedTuple):
    """A message's body, in the words of `Inbound`."""

    type: MessageType
    text: str | None
    content: dict[str, Any] | None = None
    media: Media | None = None
    is_placeholder: bool = False


def content_of(body: MessageBody) -> Content | None:
    """What the message says; None if it is a notice between apps that has an event of its own, or none."""
    kind, inner = _engine_content(body.data)
    if kind in _NOT_MESSAGES and not body.body:
        return None
    text = body.body[:TEXT_LIMIT] if body.body else None
    if kind in _TEXT_KINDS and text and not body.has_media:
        return Content("text", text)
    return _rich_content(body, kind, inner, text)


def _rich_content(body: MessageBody, kind: str | None, inner: msgspec.Raw | None, text: str | None) -> Content:
    type_ = _TYPES.get(kind or "")
    if body.location is not None or type_ == "location":
        return Content("location", None, _location(body.location or LocationBody()))
    elif cards := body.vcards or ([text] if type_ == "contact" and text else None):  # WEBJS: one card is the body
        return Content("contact", None, {"contacts": [_contact(card) for card in cards[:_LIST_LIMIT]]})
    elif body.has_media or body.media is not None or type_ in _HAVE_FILES:
        return _file_content(body, kind, inner, text)
    elif type_ is not None and type_ != "text":
        return _interactive_content(type_, kind or "", _object(inner), text)
    elif text:
        return Content("text", text)
    else:
        is_known = kind is not None and kind != "ciphertext" and kind not in _TEXT_KINDS
        return Content("unsupported", None, {"kind": kind} if is_known else None, is_placeholder=not is_known)


def _file_content(body: MessageBody, kind: str | None, inner: msgspec.Raw | None, text: str | None) -> Content:
    given, details = body.media or MediaBody(), _object(inner)
    data = body.data or EngineData()
    mimetype = (given.mimetype or _text(details, "mimetype") or "")[:100] or None
    filename = (given.filename or _text(details, "fileName") or "")[:255] or None
    type_ = _TYPES.get(kind or "")
    if type_ not in _HAVE_FILES:
        type_ = _MEDIA_TYPES.get((mimetype or "").partition("/")[0], "file")
    media = Media(
        url=_address(given.url),
        mimetype=mimetype,
        filename=filename,
        size=_count(details.get("fileLength", data.size)),
        duration_s=_count(details.get("seconds", data.duration)),
        is_voice=kind == "ptt" or details.get("ptt", details.get("PTT")) is True,
        error=_media_error(given.error),
    )
    is_filename = type_ == "file" and text is not None and text == filename  # WEBJS puts it into the body
    return Content(type_, None if is_filename else text, None, media)


def _interactive_content(type_: MessageType, kind: str, inner: dict[str, Any], text: str | None) -> Content:
    if type_ == "poll" and (name := _text(inner, "name") or text):
        return _poll(inner, name)
    elif kind == "listResponseMessage":
        reply = _part(inner, "singleSelectReply")
        picked = {"id": _text(reply, "selectedRowID", "selectedRowId"), "title": _text(inner, "title")}
        return Content("list", text or picked["title"], picked)
    elif kind == "interactiveResponseMessage":
        flow = _part(inner, "nativeFlowResponseMessage")
        name, params = _text(flow, "name"), _text(flow, "paramsJSON", "paramsJson")
        title = text or _text(_part(inner, "body"), "text")
        return Content("form" if name == "flow" else "button", title, {"id": name, "title": title, "params": params})
    elif type_ == "button" or type_ == "list":
        chosen = _text(inner, "selectedButtonID", "selectedButtonId", "selectedID", "selectedId")
        title = text or _text(inner, "selectedDisplayText")
        return Content(type_, title, {"id": chosen, "title": title})
    else:  # a poll or a contact whose fields WAHA left out
        return Content("unsupported", text, {"kind": kind})


def _poll(inner: dict[str, Any], name: str) -> Content:
    given = inner.get("options")
    options = given[:_LIST_LIMIT] if isinstance(given, list) else []
    names = [_text(option, "optionName") for option in options if isinstance(option, dict)]
    is_multiple = inner.get("selectableOptionsCount") != 1
    asked = {"name": name, "options": [each for each in names if each], "is_multiple": is_multiple}
    return Content("poll", name, asked)


def _location(body: LocationBody) -> dict[str, Any]:
    place = {
        "latitude": number_of(body.latitude),
        "longitude": number_of(body.longitude),
        "is_live": body.live is True,
        "name": body.name,
        "address": body.address,
        "description": body.description,
        "url": _address(body.url),
    }
    return {
        name: part[:_FIELD_LIMIT] if isinstance(part, str) else part for name, part in place.items() if part is not None
    }


def _contact(card: str) -> dict[str, Any]:
    """The name and the numbers of a vCard, and the card itself for whoever wants to import it."""
    card = card[:_VCARD_LIMIT]
    lines = [line.partition(":") for line in card.splitlines()]
    names = [value for field, _, value in lines if field.partition(";")[0].upper() == "FN"]
    phones = [value for field, _, value in lines if field.rpartition(".")[2].partition(";")[0].upper() == "TEL"]
    return {"name": names[0][:255] if names else None, "phones": phones[:20], "vcard": card}


def _engine_content(data: EngineData | None) -> tuple[str | None, msgspec.Raw | None]:
    if data is None:
        return None, None
    message = data.gows_message if data.gows_message is not None else data.noweb_message
    if message is None or data.type is not None:
        return data.type, None
    for _ in range(_WRAP_LIMIT):
        kind = next((name for name in message if name not in _BESIDE_CONTENT), None)
        if kind is None:
            return None, None
        if kind not in _WRAPPERS or (unwrapped := _unwrap(message[kind])) is None:
            return kind, message[kind]
        message = unwrapped
    return None, None


class _Wrapper(msgspec.Struct):
    message: RawObject = None


def _unwrap(raw: msgspec.Raw) -> dict[str, msgspec.Raw] | None:
    try:
        return msgspec.json.decode(raw, type=_Wrapper).message
    except msgspec.ValidationError:
        return None


def _object(raw: msgspec.Raw | None) -> dict[str, Any]:
    try:
        return msgspec.json.decode(raw, type=dict[str, Any]) if raw is not None else {}
    except msgspec.ValidationError:
        return {}


def _part(value: dict[str, Any], name: str) -> dict[str, Any]:
    part = value.get(name)
    return part if isinstance(part, dict) else {}


def _text(value: dict[str, Any], *names: str) -> str | None:
    for name in names:
        if isinstance(text := value.get(name), str) and text:
            return text[:_FIELD_LIMIT]
    return None


def _count(value: Any) -> int | None:
    number = number_of(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else None
    return round(number) if number is not None and 0 <= number < 2**53 else None


def _address(url: str | None) -> str | None:
    """Only what a browser or a job may follow: a `javascript:` in a media url is not passed on."""
    if not url or len(url) > 4096:
        return None
    try:
        return url if urlsplit(url).scheme in ("http", "https") else None
    except ValueError:
        return None


def _media_error(error: Any) -> str | None:
    said = error.get("details") or error.get("code") if isinstance(error, dict) else error
    return str(said)[:_FIELD_LIMIT] if said else None
