"""Rows and every query."""
