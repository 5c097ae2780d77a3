"""The provider's line, also for the tests of the door."""

from tests.conversations.conftest import line as line
