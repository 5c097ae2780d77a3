"""The app `conversations`: channels, customers, agents, sessions and messages."""
