"""The Piccolo app `ai`."""

from __future__ import annotations

from orm.app import app

APP_CONFIG = app("ai", after=("identity",))
