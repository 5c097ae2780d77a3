"""Users, their sign-ins and their keys."""
