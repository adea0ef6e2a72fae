"""Opening stages: the next one for a case or a list, with office, posts and time limit."""

from typing import Any

from django.utils import timezone

from applications.domain import events, visibility
from applications.models import Application, SheetEntry, Submission
from applications.queries import last_submission
from jurisdictions.models import Office
from jurisdictions.queries import policy_of
from portal.common.history import signed
from reviews.domain import arriving, asking, claiming, clock, grading, road
from reviews.enums import CaseState, RunState
from reviews.models import Case, List, StageRun


def write_box(
    application: Application, box: str, *, office: str, text: str, name: str = "", on: Any = None
) -> SheetEntry:
    """An opinion into a box of the sheet; the sheet prints the newest of a box."""
    return SheetEntry.objects.create(
        application=application,
        box=box,
        office=office[:80],
        text=text,
        name=name[:60],
        date=on or timezone.localdate(),
    )


def write_skipped(application: Application, after: str | None, until: str | None) -> None:
    """The texts of stages that do not apply, into their boxes and the record."""
    for stage in road.skipped_between(application, after, until):
        if stage.box and stage.box_skipped:
            write_box(application, stage.box, office="", text=stage.box_skipped)
        events.record(application, "stage_skipped", f"{stage.label}：不适用",
                      data={"stage": stage.id})  # fmt: skip


def open_stage(
    case: Case,
    stage: Any,
    *,
    submission: Submission | None = None,
    previous: StageRun | None = None,
    office: Office | None = None,
) -> StageRun:
    """Open a stage for one case.

    Args:
        case: locked.
        stage: the stage.
        submission: what is judged; the newest by default.
        previous: the passage that ended in a correction; attempt and clock go on from it.
        office: where it goes; by the role of the stage unless given.

    Raises:
        DomainError: no office fills the role.
    """
    application = case.application
    frozen = submission or last_submission(application)
    where = office or road.office_of_stage(application, stage.office)
    attempt = case.runs.filter(stage=stage.id).count() + 1
    run = StageRun(
        case=case, stage=stage.id, kind=stage.kind, attempt=attempt, submission=frozen,
        office=where, waiting_for=stage.signoff[0], opened_at=timezone.now(),
        data=arriving.late_at(application, stage),
    )  # fmt: skip
    clock.start(run, stage.limit, previous)
    if closing := arriving.due_before(application, stage):
        clock.fix(run, closing)
    signed(run, by=None, reason="环节开始").save()
    copy_to_case(case, run)
    _show(application, stage)
    events.record(application, "stage_opened", f"进入“{stage.label}”，由{where}办理",
                  office=where, applicant_text=f"进入“{stage.applicant_label}”环节",
                  data={"stage": stage.id, "run": str(run.public_id)})  # fmt: skip
    asking.ask_bodies(case, run)
    return run


def _show(application: Application, stage: Any) -> None:
    """The unit sees a procedure against it from the stage the ruleset names.

    Where it is heard it is told by the office, with the day until which it may answer.
    """
    if getattr(stage, "hears_unit", False) or application.shown_to_unit:
        return
    if visibility.reaches_unit(application, stage.id):
        visibility.show_to_unit(application, by=None)


def copy_to_case(case: Case, run: StageRun) -> None:
    """Copy stage, office and due day of the open run, so that a worklist is one query."""
    case.state, case.stage, case.stage_kind = CaseState.OPEN, run.stage, run.kind
    case.office, case.waiting_for, case.due_on = run.office, run.waiting_for, run.due_on
    case.arrived_at = run.opened_at
    claiming.drop(case)
    case.version += 1
    signed(case, by=None, reason="进入环节").save()


def wait_for_list(case: Case, stage: Any) -> None:
    """The case waits until its round's list is drawn up for a stage."""
    case.state, case.stage, case.stage_kind = CaseState.LISTED, stage.id, stage.kind
    case.office = road.office_of_stage(case.application, stage.office)
    case.waiting_for, case.due_on, case.arrived_at = "", None, timezone.now()
    claiming.drop(case)
    case.version += 1
    signed(case, by=None, reason="等待列入名单").save()
    events.record(case.application, "awaiting_list", f"等待列入名单（{stage.label}）",
                  office=case.office,
                  applicant_text=f"进入“{stage.applicant_label}”环节，等待统一办理",
                  data={"stage": stage.id})  # fmt: skip


def open_list_stage(listing: List, stage: Any) -> StageRun:
    """Open a stage for a list."""
    policy = policy_of(listing.ruleset)
    first = listing.items.select_related("case__application").first()
    office = (
        road.office_of_stage(first.case.application, stage.office)
        if first is not None
        else road.body_office(policy, stage.office, listing.jurisdiction)
    )
    run = StageRun(
        listing=listing, stage=stage.id, kind=stage.kind,
        attempt=listing.runs.filter(stage=stage.id).count() + 1, office=office,
        waiting_for=stage.signoff[0], opened_at=timezone.now(),
        data=grading.carried_over(listing, stage),
    )  # fmt: skip
    clock.start(run, stage.limit)
    signed(run, by=None, reason="环节开始").save()
    listing.stage, listing.stage_kind, listing.office = stage.id, stage.kind, office
    listing.due_on, listing.version = run.due_on, listing.version + 1
    claiming.drop(listing)
    signed(listing, by=None, reason="进入环节").save()
    on_list = Case.objects.filter(items__listing=listing, items__state="in").order_by("pk")
    on_list.update(stage=stage.id, stage_kind=stage.kind, office=office)
    for item in listing.items.filter(state="in").select_related("case__application__jurisdiction"):
        _show(item.case.application, stage)
        events.record(item.case.application, "stage_opened",
                      f"名单“{listing.title}”进入“{stage.label}”", office=office,
                      applicant_text=f"进入“{stage.applicant_label}”环节",
                      data={"stage": stage.id, "list": str(listing.public_id)})  # fmt: skip
    asking.ask_bodies(listing, run)
    return run


def close_run(run: StageRun, state: str = RunState.DONE, *, by: Any = None) -> None:
    """End a passage; whatever stops its clock ends with it."""
    clock.go_on(run, by=by)
    run.state, run.closed_at, run.waiting_for = state, timezone.now(), ""
    run.version += 1
    signed(run, by=by, reason=RunState(state).label).save()
