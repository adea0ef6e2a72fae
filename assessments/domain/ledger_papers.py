"""Papers about the money, such as the audit: kept in the ledger, used by the assessment."""

import logging
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from applications.domain import attachments
from applications.enums import Status
from applications.models import Application, Studio
from assessments.domain.keeping import keep
from assessments.enums import DueKind, Holder
from assessments.models import KeptFile, Obligation
from jurisdictions.engine.derived.assessment import NEED
from jurisdictions.queries import policy_of
from portal.common.errors import DomainError
from portal.common.files import check_upload

logger = logging.getLogger(__name__)


@transaction.atomic
def store(
    studio: Studio, upload: Any, *, by: Any, title: str, part: str
) -> tuple[KeptFile, list[Application]]:
    """Put a paper into the ledger, and into the assessment that is being filled in.

    Args:
        studio: whose ledger.
        upload: the file as uploaded.
        by: the person.
        title: what it shows.
        part: which of the papers that the text asks for.

    Returns:
        The file, and the drafts it went into as well.

    Raises:
        DomainError: too many files already, or the file is not acceptable.
    """
    kept = keep(studio, Holder.LEDGER, upload, by=by, title=title, part=part)
    open_ones = Obligation.objects.filter(
        studio=studio, kind=DueKind.ASSESSMENT, application__status=Status.DRAFT
    ).select_related("application")
    drafts = [row.application for row in open_ones if row.application is not None]
    return kept, [draft for draft in drafts if bring(draft, [kept])]


def bring_all(studio: Studio, application: Application) -> None:
    """Put into a fresh draft what the ledger holds of the papers it asks for."""
    held = KeptFile.objects.filter(studio=studio, holder=Holder.LEDGER, removed_at__isnull=True)
    bring(application, held.exclude(part="").select_related("added_by"))


def bring(application: Application, files: Iterable[KeptFile]) -> int:
    """Put papers of the ledger into a draft that asks for them; returns how many went.

    One that the checklist does not take, by its kind or its number, stays in the ledger alone:
    the unit uploads another.
    """
    materials = policy_of(application.ruleset).procedure(application.procedure).materials
    items = {item.id: item for item in materials}
    asked = [(items[f"{NEED}{file.part}"], file) for file in files if f"{NEED}{file.part}" in items]
    return sum(_attach(application, item, file) for item, file in asked)


def _attach(application: Application, item: Any, file: KeptFile) -> int:
    try:
        with file.file.open("rb") as stream:
            checked = check_upload(stream, name=file.file_name, allowed=frozenset(item.kinds))
        attachments.keep(application, item, checked, name=file.file_name, by=file.added_by)
    except DomainError as error:
        logger.info("paper %s stays in the ledger: %s", file.public_id, error)
        return 0
    return 1
