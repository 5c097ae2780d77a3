"""What the phone page is shown of people, messages, webhooks and faults."""

from __future__ import annotations

from itertools import islice
from typing import Any
from urllib.parse import urlsplit

import msgspec

from gateway.waha.simulator.accounts import Account
from gateway.waha.simulator.faults import CATALOGUE, Faults
from gateway.waha.simulator.hooks import Delivery, Hooks
from gateway.waha.simulator.messages import Message
from gateway.waha.simulator.people import Person

_MESSAGES = 300
_DELIVERIES = 40


def person_view(person: Person) -> dict[str, Any]:
    """A customer."""
    return {"id": person.phone, "name": person.name, "about": person.about, "hidden": person.hidden}


def message_view(account: Account, message: Message) -> dict[str, Any]:
    """A bubble."""
    media = message.media and {
        "kind": message.media.kind,
        "mimetype": message.media.mimetype,
        "filename": message.media.filename,
        "size": len(message.media.data),
        "url": f"api/media/{account.name}/{message.key}",
    }
    location = message.location and {
        "latitude": message.location.latitude,
        "longitude": message.location.longitude,
        "name": message.location.name,
    }
    return {
        "key": message.key,
        "from_me": message.from_me,
        "source": message.source,
        "text": message.text,
        "at": message.at_ms,
        "ack": message.ack,
        "media": media,
        "location": location,
        "contacts": list(message.contacts),
        "opaque": message.is_opaque,
        "reply_to": message.reply_to,
        "reaction": message.reaction,
        "our_reaction": message.our_reaction,
        "edited": message.is_edited,
        "revoked": message.is_revoked,
        "seen": message.is_seen,
    }


def account_view(account: Account) -> dict[str, Any]:
    """A session with its chats, each with its latest messages."""
    chats = {
        chat.person.phone: [message_view(account, message) for message in chat.messages[-_MESSAGES:]]
        for chat in account.history.chats.values()
        if chat.person
    }
    return {
        "name": account.name,
        "status": account.status,
        "engine": account.engine,
        "webhooks": [urlsplit(hook.url).netloc for hook in account.webhooks],
        "chats": chats,
    }


def delivery_view(delivery: Delivery) -> dict[str, Any]:
    """A webhook, without the secret in its address."""
    return {
        "id": delivery.request_id,
        "event": delivery.event,
        "note": delivery.note,
        "attempts": delivery.attempts,
        "status": delivery.status,
        "error": delivery.error,
        "outcome": delivery.outcome,
        "took": delivery.took_ms,
        "at": delivery.at_ms,
    }


def traffic_view(hooks: Hooks) -> dict[str, Any]:
    """The counts of webhooks and the latest of them, newest first."""
    latest = [delivery_view(delivery) for delivery in list(islice(reversed(hooks.ledger), _DELIVERIES))]
    return {"counts": {**msgspec.to_builtins(hooks.counts), "waiting": hooks.waiting}, "latest": latest}


def faults_view(faults: Faults) -> list[dict[str, Any]]:
    """Every fault there is, and how far it is switched on."""
    return [
        {"name": name, **msgspec.structs.asdict(kind), "on": msgspec.to_builtins(faults.on.get(name))}
        for name, kind in CATALOGUE.items()
    ]
