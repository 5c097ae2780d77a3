"""The app `knowledge`: the knowledge base."""
