"""The console's JSON resources."""
