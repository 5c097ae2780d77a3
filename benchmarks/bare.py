"""The yardstick for webhooks: a Litestar handler that decodes the same body into a struct, and does nothing else."""

from __future__ import annotations

import sys
from typing import Any

import msgspec
import uvicorn
from litestar import Litestar, post
from litestar.params import FromPath, JSONBody


class Payload(msgspec.Struct):
    id: str
    timestamp: int
    body: str
    hasMedia: bool  # noqa: N815


class Envelope(msgspec.Struct):
    id: str
    event: str
    session: str
    timestamp: int
    payload: Payload
    me: dict[str, Any]


@post("/webhooks/waha/{token:str}", status_code=200)
async def webhook(token: FromPath[str], data: JSONBody[Envelope]) -> dict[str, int]:
    """Decode, and say so."""
    assert token
    assert data.payload.body
    return {"accepted": 1}


@post("/health/ready", status_code=200)
async def ready() -> None:
    """Nothing to wait for."""


if __name__ == "__main__":
    uvicorn.run(
        Litestar([webhook, ready], openapi_config=None, logging_config=None),
        port=int(sys.argv[1]),
        http="httptools",
        loop="uvloop",
        access_log=False,
        log_level="warning",
        lifespan="off",
    )
