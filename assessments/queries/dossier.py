"""How complete a studio's archive is."""

from collections.abc import Callable
from dataclasses import dataclass

from applications.models import Studio
from assessments.enums import DueKind
from assessments.models import Activity, DossierFile, Member, Obligation
from assessments.queries.policies import living_policy
from assessments.queries.rows import reports


@dataclass(frozen=True)
class DossierLine:
    """A section of the archive and what stands in it."""

    id: str
    label: str
    source: str
    count: int
    files: tuple[DossierFile, ...]
    clauses: tuple[str, ...]

    @property
    def filled(self) -> bool:
        """Whether anything stands in it."""
        return self.count > 0


def _application(studio: Studio) -> int:
    founding = studio.founding_application
    return founding.submissions.count() if founding else 0


def _papers(studio: Studio) -> int:
    done = Obligation.objects.filter(studio=studio, done_on__isnull=False)
    return done.filter(kind__in=[DueKind.PAPER, DueKind.AGREEMENT]).count()


_COUNTS: dict[str, Callable[[Studio], int]] = {
    "application": _application,
    "decision": lambda studio: int(bool(studio.decision_number)),
    "members": lambda studio: Member.objects.filter(studio=studio, struck_at=None).count(),
    # What was reported as a major event is on record as one, whether or not the log has it too.
    "activities": lambda studio: (
        Activity.objects.filter(studio=studio, struck_at=None).count() + reports(studio).count()
    ),
    "papers": _papers,
    "reports": lambda studio: reports(studio).count(),
}


def completeness(studio: Studio) -> list[DossierLine]:
    """Every section of the archive the policy asks for; none where it asks for no archive.

    A file put in by hand counts in every section, so a studio named before the portal can
    complete its archive too.
    """
    dossier = living_policy(studio, "dossier").ruleset.dossier
    if dossier is None:
        return []
    kept = list(DossierFile.objects.filter(studio=studio, removed_at=None))
    lines = []
    for part in dossier.parts:
        files = tuple(file for file in kept if file.part == part.id)
        count = _COUNTS.get(part.source, lambda _: 0)(studio) + len(files)
        lines.append(
            DossierLine(
                part.id, part.label, part.source, count, files, part.clause or dossier.clause
            )
        )
    return lines
