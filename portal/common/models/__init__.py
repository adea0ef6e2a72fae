"""Tables of the shared ground, one file each."""

from portal.common.models.job import Job
from portal.common.models.outbox import OutboxMail
from portal.common.models.sealed import RevealLog, SealedValue

__all__ = ["Job", "OutboxMail", "RevealLog", "SealedValue"]
