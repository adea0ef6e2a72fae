"""Sample studios named years ago, for a demonstration."""
