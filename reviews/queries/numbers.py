"""How many filings of a call applied, or passed a stage."""

from django.db.models import F, Q

from applications.enums import Status
from applications.models import Application
from jurisdictions.models import Round
from reviews.enums import RunState
from reviews.models import StageRun

_GONE = Q(status__in=[Status.WITHDRAWN, Status.LAPSED])


def applied_in(call: Round) -> int:
    """Filings submitted in a call, without those taken back before it closed."""
    early = _GONE & Q(status_changed_at__lt=F("round__closes_at"))
    return Application.objects.filter(round=call, submitted_at__isnull=False).exclude(early).count()


def passed_in(call: Round, stage: str) -> int:
    """Filings of a call whose last passage through a stage ended well."""
    runs = StageRun.objects.filter(stage=stage, case__application__round=call).order_by("pk")
    rows = runs.values_list("case_id", "state", "outcome")
    last = {case: (state, said) for case, state, said in rows}
    return sum(1 for state, said in last.values() if state == RunState.DONE and said != "refuse")
