"""Tables of the shared ground, one file each."""

from portal.common.models.job import Job
from portal.common.models.notice import MutedNotice, Notice
from portal.common.models.outbox import OutboxMail
from portal.common.models.sealed import RevealLog, SealedValue

__all__ = ["Job", "MutedNotice", "Notice", "OutboxMail", "RevealLog", "SealedValue"]
