"""`switchboard up` on the system's own PostgreSQL and Redis: Debian's 15 and 7, where they are installed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chromium import must_test_everything
from tests.start.journey import journey
from tests.start.named import BINARIES, MISSING, has_named_servers, postgres, redis
from tests.start.product import Product, free_port


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder that any account can reach."""
    made = Path(tempfile.mkdtemp(prefix="switchboard-named-", dir="/tmp"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


@pytest.mark.skipif(not must_test_everything() and not has_named_servers(), reason=MISSING)
def test_the_whole_way_works_on_the_systems_oldest_postgresql_and_its_redis(folder: Path) -> None:
    assert has_named_servers(), MISSING
    port = free_port()
    with postgres(folder, BINARIES[0]) as database_url, redis(folder) as redis_url:
        for _ in range(2):
            product = Product(
                "up", "--demo", "--port", str(port), cwd=folder, DATABASE_URL=database_url, REDIS_URL=redis_url
            )
            try:
                product.until_said("Ctrl-C stops it")
                assert product.first_run["database_url"] == database_url
                journey(product.first_run)
            finally:
                code = product.stop()
            assert code == 0, product.output
