"""The Piccolo app `tenancy`."""

from __future__ import annotations

from orm.app import app

APP_CONFIG = app("tenancy")
