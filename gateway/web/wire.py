"""Writing one message to very many sockets: built once, no task, and never waiting for a reader.

ASGI's `send` costs a coroutine a frame, builds the frame anew for each socket, and waits for the slowest reader. So
uvicorn's protocol is offered to the application itself: the same bytes go to every transport, and each transport says
how much of them its reader has left lying.
"""

from __future__ import annotations

from functools import cached_property

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from gateway.web.asgi import Scope

GOODBYE_S = 2.0

_EXTENSION = "switchboard.wire"
_TEXT_FRAME = 0x81


class Packet:
    """One WebSocket text message, for however many sockets."""

    def __init__(self, payload: bytes) -> None:
        self.payload = payload

    @cached_property
    def frame(self) -> bytes:
        """A whole WebSocket frame, as a server sends it: final, text, not masked."""
        size = len(self.payload)
        if size < 126:
            header = bytes((_TEXT_FRAME, size))
        elif size < 1 << 16:
            header = bytes((_TEXT_FRAME, 126)) + size.to_bytes(2, "big")
        else:
            header = bytes((_TEXT_FRAME, 127)) + size.to_bytes(8, "big")
        return header + self.payload


class Wire(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket protocol, which hands itself to the application; set it as `uvicorn.Config(ws=Wire)`."""

    is_congested = False

    async def run_asgi(self) -> None:
        """Offer this wire to the application."""
        self.scope["extensions"][_EXTENSION] = self  # type: ignore[assignment]
        await super().run_asgi()

    def pause_writing(self) -> None:
        """The reader is behind."""
        self.is_congested = True
        super().pause_writing()

    def resume_writing(self) -> None:
        """The reader has caught up."""
        self.is_congested = False
        super().resume_writing()

    def write(self, packet: Packet) -> None:
        """Write the shared frame as it is: without compression, a frame of one socket is that of any other."""
        if not self.close_sent and not self.disconnected:
            self.transport.write(packet.frame)

    @property
    def backlog(self) -> int:
        """Bytes that this process holds for the reader."""
        return self.transport.get_write_buffer_size()

    async def drained(self) -> None:
        """Wait until the reader has taken most of what was written, or is gone."""
        await self.writable.wait()

    def hang_up(self, code: int, reason: str) -> None:
        """Close, as ASGI's `websocket.close` does; but that one would wait until a stalled reader reads."""
        if self.close_sent or self.disconnected or self.transport.is_closing():
            return
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self.close_timer = self.loop.call_later(GOODBYE_S, self.transport.abort)


def wire_of(scope: Scope) -> Wire:
    """The wire under this socket."""
    wire: Wire = scope["extensions"][_EXTENSION]
    return wire
