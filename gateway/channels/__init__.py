"""One file per provider: parse() is pure, send() gets its HTTP client."""
