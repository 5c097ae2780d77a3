"""What the phone page is shown of people and messages."""

from __future__ import annotations

from typing import Any

from gateway.waha.simulator.accounts import Account
from gateway.waha.simulator.messages import Message
from gateway.waha.simulator.people import Person


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
