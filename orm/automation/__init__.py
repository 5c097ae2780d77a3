"""The app `automation`: outgoing webhooks and n8n workflows."""
