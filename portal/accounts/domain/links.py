"""Links of invitations: shown once, kept only as a hash."""

import hashlib
import secrets


def hash_of(token: str) -> str:
    """What is kept of the secret part of a link."""
    return hashlib.sha256(token.encode()).hexdigest()


def fresh_token() -> tuple[str, str]:
    """The secret part of a new link, and its hash."""
    token = secrets.token_urlsafe(32)
    return token, hash_of(token)
