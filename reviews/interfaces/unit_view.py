"""What a unit may know of the review of its filing: the step, who has it, faults, letters."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.urls import reverse

from applications.enums import Status
from applications.interfaces.progress import Fault, Notice, Paper, Place, Reading
from applications.models import Application, Document
from jurisdictions.models import Office
from jurisdictions.queries import bulky
from portal.common.errors import DomainError
from reviews.domain import clock, letters, reading, road
from reviews.domain.releasing import TO_UNIT
from reviews.enums import CaseState, ItemState, LetterKind, ReadWay, ReleaseState
from reviews.models import Case, Correction, Letter, ListItem, ReadReceipt
from reviews.queries import OPEN_RUNS, visible_cases, with_clock

_SLIM = bulky("application__ruleset")
_OPEN_NOTICES = Prefetch(
    "corrections",
    Correction.objects.filter(answered_at=None, ended_at=None, sent_at__isnull=False).order_by(
        "-number"
    ),
)
HELD = "在核实异议或补充材料，核实后继续"


class UnitView:
    """Answers the questions of ``applications.interfaces.progress``."""

    def place_of(self, application: Application) -> Place | None:
        """Where the case is; nothing once it is closed."""
        case = _case(application)
        place = _place(case) if case else None
        if case is None or place is None:
            return None
        after = road.following(application, case.stage)
        since, until, until_label, words = _days(case)
        return replace(place, since=since, until=until, until_label=until_label, until_words=words,
                       next_step=after.applicant_label if after else "")  # fmt: skip

    def briefs_of(self, applications: Sequence[Application]) -> Mapping[int, Place]:
        """Where the cases are; while one is returned, until when the unit may answer."""
        cases = _cases().filter(application__in=[row.pk for row in applications])
        found = {}
        for case in cases.prefetch_related(_OPEN_NOTICES):
            place = _place(case)
            if place is None:
                continue
            notices = list(case.corrections.all())
            returned = case.application.status == Status.RETURNED
            until = (notices[0].due_on if notices else None) if returned else place.until
            found[case.application_id] = replace(place, until=until)
        return found

    def addresses_of(self, applications: Sequence[Application], user: Any) -> Mapping[int, str]:
        """Cases among those the person may see."""
        cases = visible_cases(user).filter(application__in=[row.pk for row in applications])
        return {key: reverse("reviews:case", args=[public_id])
                for key, public_id in cases.values_list("application", "public_id")}  # fmt: skip

    def notice_of(self, application: Application) -> Notice | None:
        """The last notice that waits for an answer."""
        case = _case(application)
        if case is None:
            return None
        sent = case.corrections.filter(answered_at=None, ended_at=None, sent_at__isnull=False)
        found = sent.select_related("run__office").order_by("-number").first()
        if found is None:
            return None
        faults = tuple(
            Fault(item.target, item.label, item.text, tuple(item.clauses), item.answer)
            for item in found.items.all()
        )
        office = str(found.run.office)
        return Notice(found.number, office, found.sent_at, found.due_on, found.note, faults)

    def answer_notice(self, application: Application, answers: Mapping[str, str]) -> None:
        """Keep what the unit says about each fault of the open notice."""
        case = _case(application)
        if case is None:
            return
        notice = (
            case.corrections.filter(answered_at=None, ended_at=None).order_by("-number").first()
        )
        for item in notice.items.all() if notice else ():
            if item.target in answers:
                item.answer = answers[item.target]
                item.save(update_fields=["answer"])

    def papers_of(self, application: Application) -> Sequence[Paper]:
        """Letters that were sent to the unit and whose paper has been drawn."""
        case = _case(application)
        if case is None:
            return []
        rows = _letters(case).select_related("document").prefetch_related("receipts__user")
        return [
            Paper(f"{row.get_kind_display()} {row.number}".strip(), row.document, row.dated_on,
                  _reading(next(iter(row.receipts.all()), None)))
            for row in rows.order_by("-pk")
            if row.document is not None
        ]  # fmt: skip

    def refused_at(self, application: Application) -> str | None:
        """Where the case stood when it was refused, once its letter was sent.

        What was struck from a list stays where it was struck; its letter comes with the decision.
        """
        letter = _refusal(application)
        return letter.case.stage if letter is not None and letter.case is not None else None

    def result_reading(self, application: Application) -> Reading | None:
        """Who acknowledged the result."""
        rows = ReadReceipt.objects.filter(case__application=application, letter=None)
        return _reading(rows.select_related("user").first())

    def note_reading(
        self, application: Application, document: Document | None, by: Any, *, opened: bool
    ) -> None:
        """Note that a member knows a letter, or the result where no document is named."""
        case = _case(application)
        if case is None:
            return
        way = ReadWay.DOWNLOAD if opened else ReadWay.CONFIRM
        if document is None:
            reading.note(case, None, by=by, way=way)
            return
        letter = _letters(case).filter(document=document).first()
        if letter is not None:
            reading.note(case, letter, by=by, way=way)

    def office_of(self, application: Application) -> Office | None:
        """The office of the case."""
        case = _case(application)
        return case.office if case else None

    def reasons_of(self, application: Application) -> Sequence[str]:
        """What the letter of refusal says: the office's words, then each point not met."""
        letter = _refusal(application)
        if letter is None:
            return []
        said = (letter.body.get("opinion"), *letters.points_in_words(letter.body))
        return [text for text in said if text]


def _days(case: Case) -> tuple[datetime | None, date | None, str, str]:
    """Since when and until when the present step runs; on a list the list's days count."""
    label = "办理期限"
    item = case.items.filter(state=ItemState.IN).select_related("listing").last()
    run = None
    if item is not None and item.listing.closed_at is None:
        run = item.listing.runs.filter(state__in=OPEN_RUNS).first()
    if run is None:
        return case.arrived_at, case.due_on, label, clock.words(case)
    notice = run.publicities.filter(withdrawn_at=None).order_by("last_day").last()
    if notice is not None:
        return run.opened_at, notice.last_day, "公示截止日", ""
    return run.opened_at, run.due_on, label, clock.words(run)


def _letters(case: Case) -> QuerySet[Letter]:
    """Letters of a case that reached the unit."""
    sent = case.letters.filter(kind__in=TO_UNIT, release=ReleaseState.SENT)
    return sent.filter(document__isnull=False)


def _refusal(application: Application) -> Letter | None:
    """The letter of refusal that was sent, with its case."""
    rows = Letter.objects.filter(
        case__application=application, kind=LetterKind.REFUSAL, release=ReleaseState.SENT
    )
    return rows.select_related("case").order_by("-pk").first()


def _reading(row: ReadReceipt | None) -> Reading | None:
    return Reading(str(row.user), row.at) if row is not None else None


def _place(case: Any) -> Place | None:
    """Where an open case is, without what follows."""
    application = case.application
    if case.state == CaseState.CLOSED or not case.stage:
        return None
    try:
        stage = road.stage_of(application.ruleset, application.procedure, case.stage)
    except DomainError:
        return None
    return Place(
        stage=stage.id,
        doing=stage.applicant_label,
        holder=str(case.office) if case.office else "",
        since=case.arrived_at,
        until=case.due_on,
        until_words=clock.words(case),
        next_step="",
        held=HELD if case.is_held else "",
    )


def _cases() -> Any:
    """Cases with what units are told of them."""
    # Who is in reserve waits for nothing of his own, and is not told before the result is.
    held = ListItem.objects.filter(case=OuterRef("pk"), state=ItemState.HELD, reserve=False)
    rows = with_clock(Case.objects.select_related("office", "application__ruleset"))
    return rows.defer(*_SLIM).annotate(is_held=Exists(held))


def _case(application: Application) -> Any:
    return _cases().filter(application=application).first()


def case_page(application: Application) -> str:
    """The page on which offices read the review of a filing; empty before it was handed in."""
    case = _case(application)
    return reverse("reviews:case", args=[case.public_id]) if case is not None else ""
