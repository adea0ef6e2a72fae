"""Reads the settings that come from the environment, and nothing else.

Every reader names the variable in its error, so that an operator knows what to correct.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"", "0", "false", "no", "off"})


def load_env_file(path: Path) -> None:
    """Put ``NAME=value`` lines of ``path`` into the environment; variables already set win."""
    if not path.is_file():
        return
    for raw in path.read_text(encoding="utf-8").splitlines():
        line = raw.strip()
        if not line or line.startswith("#") or "=" not in line:
            continue
        name, value = line.split("=", 1)
        os.environ.setdefault(name.strip(), value.strip())


def env_text(name: str, default: str = "") -> str:
    """Return the variable, or the content of the file named by ``<name>_FILE`` (for secrets)."""
    file_name = os.environ.get(f"{name}_FILE")
    if file_name and name not in os.environ:
        return Path(file_name).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default).strip()


def env_flag(name: str, *, default: bool = False) -> bool:
    """Return a yes/no variable.

    Raises:
        ImproperlyConfigured: the value is neither a yes nor a no.
    """
    value = os.environ.get(name)
    if value is None:
        return default
    word = value.strip().lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}")


def env_int(name: str, default: int) -> int:
    """Return a whole-number variable.

    Raises:
        ImproperlyConfigured: the value is not a whole number.
    """
    value = env_text(name)
    if not value:
        return default
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}") from error


def env_list(name: str, default: str = "") -> list[str]:
    """Return a comma-separated variable as a list without empty entries."""
    return [part.strip() for part in env_text(name, default).split(",") if part.strip()]


def sqlite_database(path: Path) -> dict[str, Any]:
    """Return Django's settings for the embedded database.

    WAL lets readers go on while one process writes; IMMEDIATE takes the write lock at BEGIN, so
    that two writers wait for each other (up to the timeout, in seconds) instead of failing.
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;"
            ),
        },
    }


def postgres_database(url: str) -> dict[str, Any]:
    """Return Django's settings for ``postgres://user:password@host:port/name?option=value``."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    # A socket folder cannot stand where the host does: postgres:///name?host=/run/postgresql
    host = options.pop("host", parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": env_int("DATABASE_CONN_MAX_AGE", 60),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def database_from_url(url: str, *, default_path: Path) -> dict[str, Any]:
    """Return Django's settings for ``DATABASE_URL``; empty means the embedded database.

    Raises:
        ImproperlyConfigured: the scheme is neither sqlite nor postgres.
    """
    if not url:
        return sqlite_database(default_path)
    scheme = urlsplit(url).scheme
    if scheme == "sqlite":
        return sqlite_database(Path(url.removeprefix("sqlite:///")))
    if scheme in {"postgres", "postgresql"}:
        return postgres_database(url)
    raise ImproperlyConfigured(
        f"DATABASE_URL must start with sqlite:// or postgres://, not {url!r}"
    )
