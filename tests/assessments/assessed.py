"""An assessment driven all the way: opened by the clock, filed, scored, graded, decided."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from django.utils import timezone

from applications.domain import attachments, drafts, submission
from applications.models import Application, Studio
from assessments.domain import assessing, calendar
from assessments.models import Obligation
from jurisdictions.engine.dates import add_months
from jurisdictions.engine.derived import selfscore
from jurisdictions.engine.scoring import full_marks
from jurisdictions.queries import policy_of
from jurisdictions.schema.scoring import Judged, ScoreTable
from portal.accounts.models import User
from reviews.domain import gathering, seating, sheets
from reviews.domain.decision import announce
from reviews.domain.stages import SIGN, take_action
from reviews.models import Case, Expert, List, Seat, StageRun
from tests.assessments.factories import id_number, member_of, old_studio
from tests.factories import make_uscc
from tests.reviews import factories as make
from tests.reviews import panel_factories as panel

ASSESSED = {
    "yuzhong": "biennial", "rongchang": "biennial", "ziyang": "acceptance", "urumqi": "final",
    "chaoyang": "biennial",
}  # fmt: skip


def studio_in(city: make.City, number: int = 1, **changes: Any) -> Studio:
    """A studio named two years ago, less a day: its assessment has opened or opens today."""
    founded = add_months(timezone.localdate(), -24)
    given: dict[str, Any] = {
        "name": f"示例{number}号工作室", "number": f"OLD-{number:03d}", "founded_on": founded,
        "unit_name": f"示例{number}号有限公司", "unit_uscc": make_uscc(f"91500103MA5{number:06d}"),
        "leader_name": f"领办{number}", "leader_id": id_number(f"500103197503{number:02d}001"),
    }  # fmt: skip
    return old_studio(city.code, city.ruleset, **{**given, **changes})


def opened(studio: Studio, on: dt.date | None = None) -> Application:
    """The clock has run: the assessment of a studio is open."""
    today = on or timezone.localdate()
    calendar.open_for(studio, today)
    assessing.open_all(today)
    code = ASSESSED[studio.jurisdiction.code]
    row = Obligation.objects.get(studio=studio, kind="assessment", item=code, period=1)
    assert row.application is not None
    return row.application


def table_of(application: Application) -> tuple[str, ScoreTable]:
    """Code and table of the assessment of a filing."""
    ruleset = policy_of(application.ruleset).ruleset
    code = ruleset.assessments[ASSESSED[application.jurisdiction.code]].table or ""
    return code, ruleset.score_tables[code]


def self_scores(application: Application) -> dict[str, Any]:
    """The best self-score, answer by answer."""
    code, table = table_of(application)
    found: dict[str, Any] = {}
    for _, item in selfscore.items(table):
        best = full_marks(table)[item.id]
        path = selfscore.line_path(code, item.id)
        if isinstance(best, dict):
            found |= {f"{path}.{key}": value for key, value in _stored(best).items()}
        else:
            found[path] = _stored(best)
        found[selfscore.evidence_path(code, item.id)] = "见附件"
    return found


def _typed(value: Any) -> Any:
    return f"{value:f}" if isinstance(value, Decimal) else value


def _stored(best: Any) -> Any:
    """An input as the sheet keeps it."""
    return {k: _typed(v) for k, v in best.items()} if isinstance(best, dict) else _typed(best)


def write(application: Application, answers: dict[str, Any], by: User) -> None:
    """Save every section of a form."""
    policy = policy_of(application.ruleset)
    for section in policy.procedure(application.procedure).form.sections:
        raw = {use.field: answers[use.field] for use in section.fields if use.field in answers}
        drafts.save_section(application, section, raw, version=0, by=by)


def upload_required(application: Application, by: User) -> None:
    """Every paper that must be there."""
    for item in policy_of(application.ruleset).procedure(application.procedure).materials:
        if item.need == "required":
            attachments.add(application, item.id, make.paper_file("报告.pdf"), by=by)


def filed(studio: Studio, by: User | None = None) -> Case:
    """The unit has filed its self-score."""
    application = opened(studio)
    user = by or member_of(studio, f"u{studio.pk}@example.com")
    write(application, self_scores(application), user)
    upload_required(application, user)
    submission.submit(application, by=user, idempotency_key=uuid.uuid4())
    return Case.objects.get(application=application)


def report(application: Application, by: User) -> Case:
    """The unit has reported what it mended."""
    write(application, {"mending.report": "问题已逐项整改"}, by)
    submission.submit(application, by=by, idempotency_key=uuid.uuid4())
    return Case.objects.get(application=application)


def assessors(city: make.City) -> list[Expert]:
    """One expert for each office that takes part, or one alone."""
    code = ASSESSED[city.code]
    rules = policy_of(city.ruleset).ruleset.assessments[code]
    roles = (rules.by, *rules.team.roles) if rules.team else (rules.by,)
    return [
        panel.expert(city, number, office=city.office(role)) for number, role in enumerate(roles)
    ]


def lines(table: ScoreTable, total: Decimal) -> dict[str, Any]:
    """Verified lines that come to a total: points are taken off judged lines, then off others."""
    found: dict[str, Any] = {key: _stored(best) for key, best in full_marks(table).items()}
    left = table.total - total
    items = [item for _, item in selfscore.items(table)]
    for item in sorted(items, key=lambda one: not isinstance(one, Judged)):
        off = min(item.max, left)
        if off > 0:
            found[item.id] = {"points": f"{item.max - off:f}", "reason": "核实后扣减"}
            left -= off
    return found


def score(seats: list[Seat], total: str) -> None:
    """Every assessor signs a sheet of the same total."""
    for seat in seats:
        row = Seat.objects.get(pk=seat.pk)
        _, table = table_of(row.case.application)
        said = {"lines": lines(table, Decimal(total)), "text": "已核实"}
        sheets.sign(row, said, by=row.expert.user, version=row.sheet.version)


def scored(city: make.City, case: Case, total: str, people: list[Expert]) -> Case:
    """Check passed and score sheets signed: the case waits for its grade."""
    make.pass_check(city, make.run_of(case))
    run = make.run_of(case)
    seats = seating.appoint(run, people, by=city.person(run.office))
    score([seating.declare(s, by=s.expert.user, clear=True) for s in seats], total)
    make.sign_all(city, StageRun.objects.get(pk=run.pk), outcome="pass", opinion="")
    case.refresh_from_db()
    return case


def gathered(city: make.City, case: Case) -> List:
    """The list of all that wait with a case."""
    return gathering.gather(case, by=city.person(case.office))


def said(listing: List, results: dict[int, dict[str, Any]], **more: Any) -> dict[str, Any]:
    """Particulars of a grading: case pk to what is proposed."""
    items = {str(item.pk): results.get(item.case_id, {}) for item in listing.items.all()}
    return {"items": items, **more}


def propose(city: make.City, listing: List, **data: Any) -> StageRun:
    """The handler proposes and signs the stage a list is in."""
    run = make.list_run(listing)
    return take_action(run, SIGN, by=city.person(run.office), version=run.version, outcome="pass",
                       data=data)  # fmt: skip


def graded(
    city: make.City, listing: List, results: dict[int, dict[str, Any]] | None = None, **more: Any
) -> List:
    """Grades proposed, signed and decided today; announced where the text asks for it."""
    run = make.list_run(listing)
    if run.kind == "shortlist":
        make.sign_all(city, run, outcome="pass", data=said(listing, results or {}, **more))
        run = make.list_run(listing)
    today = timezone.localdate()
    given = said(listing, results, **more) if results and not run.data.get("items") else {}
    make.sign_all(city, run, outcome="pass", data={**given, "decided_on": today.isoformat()})
    run.refresh_from_db()
    if run.data.get("phase") == "announce":
        announce(listing, by=city.person(run.office), on=today, where="门户网站")
    listing.refresh_from_db()
    return listing
