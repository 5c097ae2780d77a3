"""The app `waha`: WhatsApp accounts on WAHA servers."""
