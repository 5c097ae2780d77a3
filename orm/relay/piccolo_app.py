"""The Piccolo app `relay`."""

from __future__ import annotations

from orm.app import app

APP_CONFIG = app("relay", after=("conversations", "waha"))
