"""WAHA's calls that do something on WhatsApp: send, react, edit, delete, see, type."""

from __future__ import annotations

import asyncio
import base64
import binascii

import msgspec
from aiohttp import web

from gateway.waha.simulator import engines
from gateway.waha.simulator.accounts import Account
from gateway.waha.simulator.messages import Location, Media, Message, bare_key, new_key
from gateway.waha.simulator.rest import (
    WHATSAPP,
    EngineError,
    OfSession,
    answer,
    chat_id,
    not_expected,
    read,
    refuse,
    working,
)
from gateway.waha.simulator.whatsapp import Draft


class _OfChat(OfSession, kw_only=True):
    chat: str | None = msgspec.field(default=None, name="chatId")


class _ToSend(_OfChat, kw_only=True):
    id: str | None = None
    reply_to: str | None = None


class _Text(_ToSend, kw_only=True):
    text: str | None = None


class _File(msgspec.Struct, kw_only=True):
    mimetype: str = "application/octet-stream"
    filename: str | None = None
    data: str | None = None
    url: str | None = None


class _OfFile(_ToSend, kw_only=True):
    file: _File
    caption: str = ""


class _Place(_ToSend, kw_only=True):
    latitude: float
    longitude: float
    title: str = ""


class _Reaction(OfSession, kw_only=True):
    message_id: str | None = msgspec.field(default=None, name="messageId")
    reaction: str = ""


class _Seen(_OfChat, kw_only=True):
    message_ids: list[str] | None = msgspec.field(default=None, name="messageIds")


class _Presence(msgspec.Struct, kw_only=True):
    presence: str
    chat: str | None = msgspec.field(default=None, name="chatId")


class _Edit(msgspec.Struct, kw_only=True):
    text: str


def routes() -> list[web.RouteDef]:
    """The calls of this file."""
    one = "/api/{session}/chats/{chat}/messages/{message}"
    return [
        web.post("/api/sendText", _send_text),
        web.post("/api/reply", _send_text),
        web.post("/api/sendImage", _send_file),
        web.post("/api/sendFile", _send_file),
        web.post("/api/sendVoice", _send_file),
        web.post("/api/sendVideo", _send_file),
        web.post("/api/sendLocation", _send_location),
        web.post("/api/sendSeen", _send_seen),
        web.post("/api/{session}/chats/{chat}/messages/read", _read_chat),
        web.post("/api/startTyping", _start_typing),
        web.post("/api/stopTyping", _stop_typing),
        web.post("/api/{session}/presence", _presence),
        web.put("/api/reaction", _react),
        web.put(one, _edit),
        web.delete(one, _delete),
        web.get("/api/{session}/new-message-id", _new_message_id),
    ]


async def _send_text(request: web.Request) -> web.Response:
    body = await read(request, _Text)
    account = await working(request, body.session)
    if body.text is None:
        raise EngineError("Cannot read properties of undefined (reading 'trim')")
    return await _send(request, account, body, Draft(text=body.text, reply_to=_quoted(body)))


async def _send_file(request: web.Request) -> web.Response:
    body = await read(request, _OfFile)
    account = await working(request, body.session)
    try:
        data = base64.b64decode(body.file.data or "", validate=True)
    except binascii.Error as error:
        raise EngineError("Invalid base64 data") from error
    media = Media(mimetype=body.file.mimetype, data=data, filename=body.file.filename)
    # Files take no ready-made id: a retry makes a second message.
    body.id = None
    return await _send(request, account, body, Draft(text=body.caption, media=media, reply_to=_quoted(body)))


async def _send_location(request: web.Request) -> web.Response:
    body = await read(request, _Place)
    account = await working(request, body.session)
    place = Location(latitude=body.latitude, longitude=body.longitude, name=body.title)
    return await _send(request, account, body, Draft(location=place, reply_to=_quoted(body)))


async def _send(request: web.Request, account: Account, body: _ToSend, draft: Draft) -> web.Response:
    whatsapp = request.app[WHATSAPP]
    to = chat_id(body.chat)
    await _before_accept(request, account)
    # WEBJS does not know ready-made ids, and ignores the field.
    key = body.id if body.id and account.engine != "WEBJS" else ""
    message, is_new = whatsapp.accept(account, to, draft, key=key)
    if is_new:
        await whatsapp.echo(account, message)
    await _after_accept(request)
    return answer(engines.answer(account, whatsapp.base_url, message), 201)


async def _before_accept(request: web.Request, account: Account) -> None:
    whatsapp = request.app[WHATSAPP]
    if whatsapp.faults.take("not_working"):
        not_expected(account, status="FAILED")
    if error := whatsapp.faults.take("server_error"):
        details = f"server returned error {int(error.measure)}"
        raise EngineError(f"2 UNKNOWN: {details}", code=2, details=details)
    if whatsapp.faults.take("reset"):
        _cut(request)
    if slow := whatsapp.faults.take("slow"):
        await asyncio.sleep(slow.measure * whatsapp.pace.time_scale)


async def _after_accept(request: web.Request) -> None:
    whatsapp = request.app[WHATSAPP]
    if silence := whatsapp.faults.take("timeout_after_accept"):
        await whatsapp.hush(silence.measure)
        _cut(request)
    if whatsapp.faults.take("reset_after_accept"):
        _cut(request)
    if whatsapp.faults.take("error_after_accept"):
        raise EngineError("Timed out")


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()
    raise ConnectionResetError("cut by a fault")


def _quoted(body: _ToSend) -> str | None:
    return bare_key(body.reply_to) if body.reply_to else None


async def _send_seen(request: web.Request) -> web.Response:
    body = await read(request, _Seen)
    account = await working(request, body.session)
    return answer({"ids": request.app[WHATSAPP].see(account, chat_id(body.chat))}, 201)


async def _read_chat(request: web.Request) -> web.Response:
    account = await working(request, request.match_info["session"])
    return answer({"ids": request.app[WHATSAPP].see(account, chat_id(request.match_info["chat"]))}, 201)


async def _start_typing(request: web.Request) -> web.Response:
    return await _type(request, is_typing=True)


async def _stop_typing(request: web.Request) -> web.Response:
    return await _type(request, is_typing=False)


async def _type(request: web.Request, *, is_typing: bool) -> web.Response:
    body = await read(request, _OfChat)
    account = await working(request, body.session)
    request.app[WHATSAPP].type_to(account, chat_id(body.chat), is_typing=is_typing)
    return answer({"result": True}, 201)


async def _presence(request: web.Request) -> web.Response:
    body = await read(request, _Presence)
    account = await working(request, request.match_info["session"])
    if body.presence in ("online", "offline"):
        account.presence = body.presence
    else:
        request.app[WHATSAPP].type_to(account, chat_id(body.chat), is_typing=body.presence in ("typing", "recording"))
    return web.Response(status=201)


async def _react(request: web.Request) -> web.Response:
    body = await read(request, _Reaction)
    account = await working(request, body.session)
    message = _find(account, body.message_id or "")
    key = request.app[WHATSAPP].react(account, message, body.reaction, from_me=True)
    return answer({"id": f"true_{message.chat_id}_{key}"})


async def _edit(request: web.Request) -> web.Response:
    body = await read(request, _Edit)
    account = await working(request, request.match_info["session"])
    message = _own(account, request.match_info["message"])
    request.app[WHATSAPP].edit(account, message, body.text)
    return answer({"id": message.id})


async def _delete(request: web.Request) -> web.Response:
    account = await working(request, request.match_info["session"])
    message = _own(account, request.match_info["message"])
    request.app[WHATSAPP].revoke(account, message)
    return answer({"id": message.id})


def _own(account: Account, message_id: str) -> Message:
    message = _find(account, message_id)
    if not message.from_me:
        raise EngineError("Message was not sent by this account")
    return message


def _find(account: Account, message_id: str) -> Message:
    if message_id.count("_") < 2:
        raise EngineError("Message id be in format false_11111111111@c.us_AAAAAAAAAAAAAAAAAAAA[_participant]")
    message = account.history.find(bare_key(message_id))
    if message is None:
        raise EngineError(f"Message with id '{message_id}' not found")
    return message


async def _new_message_id(request: web.Request) -> web.Response:
    if request.app[WHATSAPP].faults.is_on("no_new_message_id"):
        raise web.HTTPNotFound
    account = await working(request, request.match_info["session"])
    if account.engine == "WEBJS":
        refuse(501, "The method or function is not implemented by the engine")
    return answer({"id": new_key(from_me=True)})
