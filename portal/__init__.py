"""Settings, addresses, accounts and the shared ground of the portal."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
