"""WAHA's calls that only look: history, chats, contacts, hidden ids, files, and the server itself."""

from __future__ import annotations

from typing import Any

import msgspec
from aiohttp import web

from gateway import clock
from gateway.waha.simulator import engines
from gateway.waha.simulator.accounts import Account
from gateway.waha.simulator.engines.wording import file_name
from gateway.waha.simulator.hooks import environment
from gateway.waha.simulator.messages import ACK_NAMES, Chat, Message, bare_key
from gateway.waha.simulator.people import Person
from gateway.waha.simulator.rest import (
    VERSION,
    WHATSAPP,
    EngineError,
    answer,
    chat_id,
    flag,
    number,
    read,
    refuse,
    working,
)

_STARTED_MS = clock.now_ms()


class _Pagination(msgspec.Struct, kw_only=True):
    limit: int = 20
    offset: int = 0


class _Filter(msgspec.Struct, kw_only=True):
    ids: list[str] | None = None


class _Overview(msgspec.Struct, kw_only=True):
    pagination: _Pagination = msgspec.field(default_factory=_Pagination)
    filter: _Filter = msgspec.field(default_factory=_Filter)


def routes() -> list[web.RouteDef]:
    """The calls of this file."""
    return [
        web.get("/ping", _ping),
        web.get("/health", _health),
        web.get("/api/version", _version),
        web.get("/api/server/version", _version),
        web.get("/api/server/status", _status),
        web.get("/api/files/{session}/{name}", _file),
        web.get("/api/contacts", _contact),
        web.get("/api/contacts/all", _contacts),
        web.get("/api/contacts/check-exists", _check_exists),
        web.get("/api/{session}/chats", _chats),
        web.get("/api/{session}/chats/overview", _overview),
        web.post("/api/{session}/chats/overview", _overview_by_body),
        web.get("/api/{session}/chats/{chat}/picture", _picture),
        web.get("/api/{session}/chats/{chat}/messages", _messages),
        web.get("/api/{session}/chats/{chat}/messages/{message}", _message),
        web.get("/api/{session}/lids", _lids),
        web.get("/api/{session}/lids/count", _lids_count),
        web.get("/api/{session}/lids/{lid}", _phone_of_lid),
        web.get("/api/{session}/lids/pn/{phone}", _lid_of_phone),
        web.get("/api/{session}/presence/{chat}", _presence),
        web.post("/api/{session}/presence/{chat}/subscribe", _subscribe),
    ]


async def _ping(_: web.Request) -> web.Response:
    return answer({"message": "pong"})


async def _health(_: web.Request) -> web.Response:
    return answer({"status": "ok", "info": {}, "error": {}, "details": {}})


async def _version(request: web.Request) -> web.Response:
    return answer(environment(request.app[WHATSAPP].engine, request.app[VERSION]))


async def _status(_: web.Request) -> web.Response:
    uptime = clock.now_ms() - _STARTED_MS
    return answer({"startTimestamp": _STARTED_MS, "uptime": uptime, "worker": {"id": None}})


async def _messages(request: web.Request) -> web.Response:
    account = await _keeper(request)
    found = [message for message in _in_chat(request, account) if _passes(request, message)]
    found.sort(key=lambda message: message.at_ms, reverse=request.query.get("sortOrder") != "asc")
    offset, limit = number(request, "offset", 0) or 0, number(request, "limit", 10) or 10
    base_url = request.app[WHATSAPP].base_url
    return answer([engines.message(account, base_url, message) for message in found[offset : offset + limit]])


async def _message(request: web.Request) -> web.Response:
    account = await _keeper(request)
    message = account.history.find(bare_key(request.match_info["message"]))
    if message is None:
        refuse(404, "Message not found")
    return answer(engines.message(account, request.app[WHATSAPP].base_url, message))


def _in_chat(request: web.Request, account: Account) -> list[Message]:
    asked = request.match_info["chat"]
    if asked == "all":
        if account.engine == "WEBJS":
            raise EngineError("Chat not found")
        return account.history.all()
    known = chat_id(asked)
    return list(account.history.chat(known, request.app[WHATSAPP].who(known)).messages)


def _passes(request: web.Request, message: Message) -> bool:
    at = message.at_ms // 1000
    since, until = number(request, "filter.timestamp.gte"), number(request, "filter.timestamp.lte")
    from_me, ack = flag(request, "filter.fromMe"), request.query.get("filter.ack")
    return (
        (since is None or at >= since)
        and (until is None or at <= until)
        and (from_me is None or message.from_me == from_me)
        and (ack is None or ACK_NAMES[message.ack] == ack)
    )


async def _chats(request: web.Request) -> web.Response:
    account = await _keeper(request)
    chats = [
        {"id": chat.chat_id, "name": chat.name, "conversationTimestamp": chat.messages[-1].at_ms // 1000}
        for chat in _by_last_message(account)
    ]
    offset, limit = number(request, "offset", 0) or 0, number(request, "limit", len(chats)) or 0
    return answer(chats[offset : offset + limit])


async def _overview(request: web.Request) -> web.Response:
    account = await _keeper(request)
    page = _Pagination(limit=number(request, "limit", 20) or 20, offset=number(request, "offset", 0) or 0)
    return answer(_summaries(request, account, page, request.query.getall("ids", [])))


async def _overview_by_body(request: web.Request) -> web.Response:
    body = await read(request, _Overview)
    account = await _keeper(request)
    return answer(_summaries(request, account, body.pagination, body.filter.ids or []), 201)


def _summaries(request: web.Request, account: Account, page: _Pagination, ids: list[str]) -> list[dict[str, Any]]:
    chats = [chat for chat in _by_last_message(account) if not ids or chat.chat_id in ids]
    base_url = request.app[WHATSAPP].base_url
    return [
        {
            "id": chat.chat_id,
            "name": chat.name,
            "picture": None,
            "lastMessage": engines.message(account, base_url, chat.messages[-1]),
            "_chat": {"id": chat.chat_id, "name": chat.name},
        }
        for chat in chats[page.offset : page.offset + page.limit]
    ]


def _by_last_message(account: Account) -> list[Chat]:
    chats = [chat for chat in account.history.chats.values() if chat.messages]
    return sorted(chats, key=lambda chat: chat.messages[-1].at_ms, reverse=True)


async def _picture(request: web.Request) -> web.Response:
    await working(request, request.match_info["session"])
    return answer({"url": None})


async def _contact(request: web.Request) -> web.Response:
    await working(request, request.query.get("session"))
    asked = chat_id(request.query.get("contactId"))
    person = request.app[WHATSAPP].who(asked)
    return answer(_card(person) if person else {"id": asked})


async def _contacts(request: web.Request) -> web.Response:
    await working(request, request.query.get("session"))
    people = list(request.app[WHATSAPP].people.values())
    offset, limit = number(request, "offset", 0) or 0, number(request, "limit", len(people)) or 0
    return answer([_card(person) for person in people[offset : offset + limit]])


def _card(person: Person) -> dict[str, Any]:
    return {"id": person.chat_id, "name": person.name, "pushname": person.name}


async def _check_exists(request: web.Request) -> web.Response:
    await working(request, request.query.get("session"))
    person = request.app[WHATSAPP].who(chat_id(request.query.get("phone")))
    return answer({"numberExists": True, "chatId": person.phone_id} if person else {"numberExists": False})


async def _lids(request: web.Request) -> web.Response:
    await working(request, request.match_info["session"])
    pairs = sorted((_pair(person) for person in request.app[WHATSAPP].people.values()), key=lambda pair: pair["lid"])
    offset, limit = number(request, "offset", 0) or 0, number(request, "limit", 100) or 100
    return answer(pairs[offset : offset + limit])


async def _lids_count(request: web.Request) -> web.Response:
    await working(request, request.match_info["session"])
    return answer({"count": len(request.app[WHATSAPP].people)})


async def _phone_of_lid(request: web.Request) -> web.Response:
    await working(request, request.match_info["session"])
    given = request.match_info["lid"]
    lid = given if "@" in given else f"{given}@lid"
    if not lid.endswith("@lid"):
        refuse(422, "Invalid LID - it must end with @lid")
    person = request.app[WHATSAPP].who(lid)
    return answer(_pair(person) if person else {"lid": lid, "pn": None})


async def _lid_of_phone(request: web.Request) -> web.Response:
    await working(request, request.match_info["session"])
    asked = chat_id(request.match_info["phone"])
    person = request.app[WHATSAPP].who(asked)
    return answer(_pair(person) if person else {"lid": None, "pn": asked})


def _pair(person: Person) -> dict[str, str]:
    return {"lid": person.lid, "pn": person.phone_id}


async def _presence(request: web.Request) -> web.Response:
    await working(request, request.match_info["session"])
    return answer({"id": chat_id(request.match_info["chat"]), "presences": []})


async def _subscribe(request: web.Request) -> web.Response:
    await working(request, request.match_info["session"])
    return web.Response(status=201)


async def _file(request: web.Request) -> web.Response:
    account = request.app[WHATSAPP].accounts.get(request.match_info["session"])
    name = request.match_info["name"]
    message = account.history.find(bare_key(name.rpartition(".")[0])) if account else None
    if account is None or message is None or message.media is None or file_name(account, message) != name:
        refuse(404, f"File not found: {name}")
    # A header cannot carry what a customer may have put into a media type.
    kind = message.media.mimetype.partition(";")[0]
    return web.Response(body=message.media.data, headers={"Content-Type": kind})


async def _keeper(request: web.Request) -> Account:
    account = await working(request, request.match_info["session"])
    if not account.keeps_messages:
        refuse(400, 'Enable NOWEB store "config.noweb.store.enabled=True" when starting a new session.')
    return account
