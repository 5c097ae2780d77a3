"""Frames that are built once must be frames that every client reads."""

from __future__ import annotations

import pytest
from websockets.frames import Frame, Opcode
from websockets.streams import StreamReader

from gateway.web.wire import Packet


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 200_000])
def test_a_packet_is_one_text_frame_of_any_size(size: int) -> None:
    payload = b"x" * size
    reader = StreamReader()
    reader.feed_data(Packet(payload).frame)
    reader.feed_eof()
    parsing = Frame.parse(reader.read_exact, mask=False, max_size=None, extensions=[])
    with pytest.raises(StopIteration) as parsed:
        next(parsing)
    frame = parsed.value.value
    assert (frame.opcode, bytes(frame.data), frame.fin) == (Opcode.TEXT, payload, True)
    assert frame.serialize(mask=False) == Packet(payload).frame


def test_a_packet_is_built_once() -> None:
    packet = Packet(b"{}")
    assert packet.frame is packet.frame
