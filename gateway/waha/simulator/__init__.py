"""A WhatsApp to try the gateway with: WAHA's REST calls and webhooks, and a phone page, without WhatsApp."""

from __future__ import annotations

from gateway.waha.simulator.pace import AT_ONCE, Pace
from gateway.waha.simulator.server import EVENTS, Simulator, start_simulator

__all__ = ["AT_ONCE", "EVENTS", "Pace", "Simulator", "start_simulator"]
