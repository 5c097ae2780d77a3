"""The tests: they mirror the tree, and run against a real PostgreSQL and a real Valkey."""
