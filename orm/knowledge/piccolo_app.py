"""The Piccolo app `knowledge`."""

from __future__ import annotations

from orm.app import app

APP_CONFIG = app("knowledge", after=("identity",))
