"""Webhook bodies as WAHA's GOWS engine sends them, signed, for made-up people."""

from __future__ import annotations

import hashlib
import hmac
import time

import msgspec


def text_message(customer: int, number: int, *, text: str, session: str = "bench0") -> bytes:
    """A `message.any` of customer `customer`; `number` makes the provider's key unique."""
    at_ms = time.time_ns() // 1_000_000
    phone = f"62811{customer:08d}"
    key = f"3EB0{number:016X}"
    return msgspec.json.encode(
        {
            "id": f"evt_{number:026d}",
            "timestamp": at_ms,
            "event": "message.any",
            "session": session,
            "metadata": {},
            "me": {"id": "6281199990000@c.us", "pushName": "Toko Melati", "lid": "990001112223@lid"},
            "payload": {
                "id": f"false_{phone}@c.us_{key}",
                "timestamp": at_ms // 1000,
                "from": f"{phone}@c.us",
                "fromMe": False,
                "source": "app",
                "body": text,
                "to": None,
                "participant": None,
                "hasMedia": False,
                "media": None,
                "ack": 2,
                "ackName": "DEVICE",
                "location": None,
                "vCards": None,
                "replyTo": None,
                "_data": _engine_data(phone, key, customer, text),
            },
            "environment": {"version": "2026.9.2", "engine": "GOWS", "tier": "CORE", "browser": None},
        }
    )


def _engine_data(phone: str, key: str, customer: int, text: str) -> dict[str, object]:
    return {
        "Info": {
            "Chat": f"{phone}@s.whatsapp.net",
            "Sender": f"{phone}@s.whatsapp.net",
            "IsFromMe": False,
            "IsGroup": False,
            "SenderAlt": "",
            "RecipientAlt": "",
            "ID": key,
            "Type": "text",
            "PushName": f"Customer {customer}",
            "Timestamp": "2026-11-22T08:00:00Z",
        },
        "Message": {"conversation": text},
        "IsEphemeral": False,
        "Status": 3,
    }


def signed_request(path: str, body: bytes, hmac_key: str, *, number: int) -> bytes:
    """The whole HTTP/1.1 request of a webhook, ready to be written to a kept-alive connection."""
    signature = hmac.new(hmac_key.encode(), body, hashlib.sha512).hexdigest()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"X-Webhook-Request-Id: r{number}\r\nX-Webhook-Hmac: {signature}\r\nX-Webhook-Hmac-Algorithm: sha512\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
