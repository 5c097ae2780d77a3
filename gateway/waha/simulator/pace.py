"""How fast the imagined WhatsApp is."""

from __future__ import annotations

import msgspec


class Pace(msgspec.Struct, kw_only=True, frozen=True):
    """Pauses in seconds; `time_scale` shortens retries and the faults that delay."""

    server_ack_s: float = 0.05
    device_ack_s: float = 0.5
    # None: the customer reads when the chat is open on the phone page, and not before.
    read_s: float | None = None
    # WAHA was seen to echo a message 5-49 ms before it answers the send.
    echo_lead_s: tuple[float, float] = (0.005, 0.049)
    start_s: float = 0.4
    # None: a new session waits for its QR code to be scanned.
    pair_s: float | None = 0.8
    # How long a call waits for a session that is not WORKING.
    wait_working_s: float = 5.0
    time_scale: float = 1.0


AT_ONCE = Pace(
    server_ack_s=0,
    device_ack_s=0,
    echo_lead_s=(0, 0),
    start_s=0,
    pair_s=0,
    wait_working_s=0,
    time_scale=0.01,
)
