"""What an expert sees: his seats, the statement, one filing beside his own sheet."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from applications.models import Attachment
from applications.queries import last_submission
from applications.queries.titles import title_of
from jurisdictions.engine.scoring import plain, score
from portal.common.errors import DomainError
from reviews import queries
from reviews.domain import panels, results, road, sheets
from reviews.domain.seating import live_seats
from reviews.domain.work import OUTCOME_LABELS, PASS, REFUSE
from reviews.enums import SeatState
from reviews.interfaces import beside, filing, sheetform, smallforms
from reviews.interfaces.smallforms import Refused
from reviews.models import Seat

_OPINIONS = {PASS: "同意", REFUSE: "不同意"}


def crumbs(*more: dict[str, str]) -> list[dict[str, str]]:
    """Way back."""
    return [{"label": "专家评审", "url": reverse("reviews:panel")}, *more]


def index(user: Any) -> dict[str, Any]:
    """Seats of a person: what is to be done first. No word of a filing before the statement."""
    rows = list(queries.seats_of(user).order_by("-created_at"))
    waiting = [row for row in rows if row.run.state in queries.OPEN_RUNS]
    return {
        "crumbs": [{"label": "专家评审", "url": ""}],
        "open": [_line(row, number) for number, row in enumerate(waiting, 1)],
        "done": [_line(row, number) for number, row in enumerate(
            [row for row in rows if row.run.state not in queries.OPEN_RUNS], 1)],
    }  # fmt: skip


def _line(seat: Seat, number: int) -> dict[str, Any]:
    known = seat.state == SeatState.SEATED and seat.run.state in queries.OPEN_RUNS
    application = seat.case.application
    nameless = application.number or ""
    title = title_of(application, nameless=nameless) if known else f"评审件 {number}"
    key = [seat.public_id]
    if seat.state == SeatState.PENDING:
        state, url, verb = "待签回避声明", reverse("reviews:panel-coi", args=key), "签署声明"
    else:
        signed = seat.sheet.signed_at is not None
        state, verb = ("已签署", "查看") if signed else ("待评审", "评审")
        url = reverse("reviews:panel-seat", args=key)
    return {
        "title": title,
        "sub": application.unit_name if known else "",
        "stage": sheets.stage_of(seat.run).label, "office": str(seat.run.office),
        "due": seat.run.due_on, "state": state, "verb": verb, "chair": seat.chair,
        "url": url if seat.run.state in queries.OPEN_RUNS else "",
    }  # fmt: skip


def statement(seat: Seat, typed: Mapping[str, str], error: DomainError | None) -> dict[str, Any]:
    """Whom the filing is about, and nothing else of it: without names no relation is known."""
    application = seat.case.application
    parties = application.parties.select_related("enterprise")
    units = [application.unit_name, *(party.enterprise.name for party in parties)]
    return {
        "seat": seat, "typed": typed, "error": error, "stage": sheets.stage_of(seat.run),
        "crumbs": crumbs({"label": "回避声明", "url": ""}),
        "units": list(dict.fromkeys(filter(None, units))), "leader": application.leader_name,
    }  # fmt: skip


def seat_page(
    seat: Seat,
    *,
    said: Mapping[str, Any] | None = None,
    error: DomainError | None = None,
    refused: Refused | None = None,
) -> dict[str, Any]:
    """The filing on the left, the expert's own sheet on the right.

    Args:
        seat: with the statement signed.
        said: what was typed just now and could not be kept.
        error: why it could not be kept.
        refused: the small form in which it was sent, if it was one.
    """
    application, stage = seat.case.application, sheets.stage_of(seat.run)
    title = title_of(application)
    context = {
        "seat": seat, "stage": stage, "error": error, "title": title,
        "errors": smallforms.faults(error, refused),
        "crumbs": crumbs({"label": application.number or title, "url": ""}),
        "meta": [{"label": application.unit_name, "icon": "building"},
                 {"label": str(seat.run.office), "icon": "building-community"}],
        "readonly": seat.sheet.signed_at is not None, "sheet": seat.sheet,
        "version": seat.sheet.version, "opinions": _OPINIONS.items(),
    }  # fmt: skip
    return context | _filing(seat) | _sheet(seat, stage, said) | _others(seat, stage, refused)


def _filing(seat: Seat) -> dict[str, Any]:
    application = seat.case.application
    submission = seat.run.submission or last_submission(application)
    if submission is None:
        return {"sections": [], "groups_of_files": []}
    policy, facts = sheets.policy_for(seat.case), road.facts_of(application, submission)
    sections = filing.sections_of(seat.case, policy, facts, submission, None, {})
    for section in sections:
        for row in section["rows"]:
            row["reveal"] = None
        for table in section["tables"]:
            for line in table["rows"]:
                for cell in line["cells"]:
                    cell["reveal"] = None
    groups = filing.files_of(seat.case, policy, submission, None, {}, link=_link(seat))
    return {"sections": sections, "groups_of_files": groups}


def files_to_read(seat: Seat) -> QuerySet[Attachment]:
    """Attachments of the submission that is judged, and of no other."""
    submission = seat.run.submission or last_submission(seat.case.application)
    frozen = [row["id"] for row in submission.materials] if submission else []
    return seat.case.application.attachments.filter(public_id__in=frozen)


def _link(seat: Seat) -> Any:
    def address(file: Attachment) -> str:
        return reverse("reviews:panel-file", args=[seat.public_id, file.public_id])

    return address


def _sheet(seat: Seat, stage: Any, said: Mapping[str, Any] | None) -> dict[str, Any]:
    policy = sheets.policy_for(seat.case)
    table = results.table_of(policy, stage)
    found: dict[str, Any] = {
        "verdict": said["verdict"] if said else seat.sheet.verdict,
        "text": said["text"] if said else seat.sheet.text, "table": table,
    }  # fmt: skip
    if table is None:
        return found
    lines, worked = seat.sheet.lines, sheets.worked_out(seat)
    if said is not None:
        lines = {**lines, **said["lines"]}
    elif not seat.sheet.version and not lines:
        lines = beside.filled(seat, stage.score_table, table)
        worked = score(table, lines)
    told = beside.of_seat(seat, policy, stage.score_table, table)
    return found | {
        "groups": sheetform.groups(policy, table, lines, worked, told) if worked else [],
        "live": sheetform.all_by_hand(table), "draft_note": table.draft_note,
        "total": plain(worked.total) if worked else "", "total_max": plain(table.total),
    }  # fmt: skip


def others_visible(seat: Seat) -> bool:
    """Whether an expert may see what the others gave.

    Never before he has signed himself; then, unless he heads the panel, only when all have.
    """
    if seat.sheet.signed_at is None or seat.sheet.voided_at is not None:
        return False
    return seat.chair or panels.all_signed(live_seats(seat.run, seat.case))


def _others(seat: Seat, stage: Any, refused: Refused | None) -> dict[str, Any]:
    if not others_visible(seat):
        return {"shows_others": False}
    rows = [row for row in results.counted(seat.run, seat.case) if row.pk != seat.pk]
    complete = panels.all_signed(live_seats(seat.run, seat.case))
    found = results.judged(sheets.policy_for(seat.case), stage,
                           results.counted(seat.run, seat.case), seat.case)  # fmt: skip
    return {
        "shows_others": True, "others": [_other(row, refused) for row in rows],
        "judged": found if complete else None, "complete": complete,
        "score": plain(found.score) if complete and found.score is not None else "",
        "suggested": OUTCOME_LABELS.get(
            results.suggested(sheets.policy_for(seat.case), stage, found), "") if complete else "",
        # For the head of the panel alone.
        "deviation": found.deviation if seat.chair else None,
    }  # fmt: skip


def _other(seat: Seat, refused: Refused | None) -> dict[str, Any]:
    """What another expert gave, and the form in which the head opens his sheet again."""
    sheet, form = seat.sheet, f"unlock-{seat.public_id}"
    said = _OPINIONS.get(sheet.verdict, "") if sheet.total is None else f"{plain(sheet.total)} 分"
    return {
        "name": seat.expert.name, "key": seat.public_id, "text": sheet.text, "said": said,
        "form": form, "refused": smallforms.of(refused, form),
    }  # fmt: skip
