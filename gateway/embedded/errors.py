"""Why an embedded server could not be started."""

from __future__ import annotations

from gateway.errors import GatewayError


class CannotStart(GatewayError):
    """An embedded server cannot run here; the sentence says what to do."""

    code = "cannot_start"
