"""The signed score sheets of a filing, for whoever works them out again."""

from applications.models import Application
from applications.queries.verified import SignedSheet, Verified
from jurisdictions.engine.scoring import plain
from jurisdictions.queries import policy_of
from reviews.domain import results, road
from reviews.models import Case, Seat, StageRun


def sheets_of(application: Application) -> list[Verified]:
    """Sheets that count in the newest passage of each stage with a score table."""
    case = Case.objects.filter(application=application).first()
    if case is None:
        return []
    policy = policy_of(application.ruleset)
    newest: dict[str, StageRun] = {}
    for run in StageRun.objects.filter(case=case).order_by("pk"):
        newest[run.stage] = run
    found = []
    for run in newest.values():
        stage = road.stage_of(application.ruleset, application.procedure, run.stage)
        code: str = getattr(stage, "score_table", None) or ""
        seats = results.counted(run, case) if code else []
        if seats:
            exact = results.judged(policy, stage, seats, case).score
            said = "" if exact is None else plain(exact)
            found.append(Verified(stage.label, code, tuple(map(_signed, seats)), said))
    return found


def _signed(seat: Seat) -> SignedSheet:
    total = "" if seat.sheet.total is None else plain(seat.sheet.total)
    return SignedSheet(str(seat.expert), dict(seat.sheet.lines), total)
