"""The verbs of a conversation: receive, reply, deliver."""
