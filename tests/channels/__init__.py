"""The channels: what they read and what they send."""
