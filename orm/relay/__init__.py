"""The app `relay`: what moves messages. The event log, the outbound queue, cursors."""
