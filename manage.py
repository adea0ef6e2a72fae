#!/usr/bin/env python
"""Command line of the portal: ``python manage.py <command>``."""

import os
import sys


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    # Commands such as check_cities must run on a fresh clone with nothing configured; settings
    # then take a one-off secret key, which no server process ever gets.
    os.environ.setdefault("PORTAL_COMMAND_LINE", "1")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - env comes first

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
