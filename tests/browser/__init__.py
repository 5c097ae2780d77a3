"""The console in a real Chromium, under its real policy."""
