"""The Piccolo app `waha`."""

from __future__ import annotations

from orm.app import app

APP_CONFIG = app("waha", after=("conversations",))
