"""The Piccolo app `bots`."""

from __future__ import annotations

from orm.app import app

APP_CONFIG = app("bots", after=("ai", "automation"))
