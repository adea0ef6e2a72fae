"""Log lines as JSON, one per line, without ID numbers or telephone numbers."""

import contextvars
import datetime as dt
import json
import logging
import re
import secrets

ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])([1-9]\d{5})\d{8}(\d{3}[0-9Xx])(?![0-9A-Za-z])")
MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")
_number: contextvars.ContextVar[str] = contextvars.ContextVar("request_number", default="-")


def scrub(text: str) -> str:
    """Return ``text`` with the middle of 18-character ID numbers and mobile numbers starred."""
    return MOBILE.sub(r"\1****\2", ID_NUMBER.sub(r"\1********\2", text))


def start_request() -> str:
    """Give the present request a number for log lines and error pages, and return it."""
    number = secrets.token_hex(5)
    _number.set(number)
    return number


def request_number() -> str:
    """Return the number of the present request, or "-" outside one."""
    return _number.get()


class JsonFormatter(logging.Formatter):
    """Formats a record as one JSON object; line breaks inside values cannot forge a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as JSON: time, level, logger, request number, message, trace."""
        entry = {
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "request": request_number(),
            "message": scrub(record.getMessage()),
        }
        if record.exc_info:
            entry["trace"] = scrub(self.formatException(record.exc_info))
        return json.dumps(entry, ensure_ascii=False)
