"""What Piccolo's own command line reads: the owner's engine and the apps."""

from __future__ import annotations

import os

from orm.app import registry
from orm.engine import Engine

DB = Engine(os.environ.get("DATABASE_URL"))

APP_REGISTRY = registry()
