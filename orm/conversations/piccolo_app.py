"""The Piccolo app `conversations`."""

from __future__ import annotations

from orm.app import app

APP_CONFIG = app("conversations", after=("bots",))
