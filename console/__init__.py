"""The agent's socket and the console's JSON."""
