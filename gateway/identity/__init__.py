"""Who is asking: sign-in, sessions, keys."""
