"""Shared ground: doors to libraries, jobs, outbox, decorators. Knows no app above it."""
