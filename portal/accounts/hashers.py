"""Password hashing at the strength the portal chose."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class PortalArgon2Hasher(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes, one lane: the OWASP minimum, about 20 ms."""

    memory_cost = 19456
    time_cost = 2
    parallelism = 1
