"""What a unit may know of the review of its filing: the step, who has it, faults, letters."""

from collections.abc import Mapping, Sequence

from applications.interfaces.progress import Fault, Notice, Paper, Place
from applications.models import Application
from portal.common.errors import DomainError
from reviews.domain import road
from reviews.enums import CaseState, ItemState, LetterKind
from reviews.models import Case

#: Letters between offices stay between them.
TO_UNIT = (LetterKind.ACCEPTANCE, LetterKind.CORRECTION, LetterKind.REFUSAL)
HELD = "在核实异议或补充材料，核实后继续"


class UnitView:
    """Answers the questions of ``applications.interfaces.progress``."""

    def place_of(self, application: Application) -> Place | None:
        """Where the case is; nothing once it is closed."""
        case = _case(application)
        if case is None or case.state == CaseState.CLOSED or not case.stage:
            return None
        try:
            stage = road.stage_of(application.ruleset, application.procedure, case.stage)
        except DomainError:
            return None
        after = road.following(application, case.stage)
        return Place(
            stage=stage.id,
            doing=stage.applicant_label,
            holder=str(case.office) if case.office else "",
            since=case.arrived_at,
            until=case.due_on,
            next_step=after.applicant_label if after else "",
            held=HELD if case.items.filter(state=ItemState.HELD).exists() else "",
        )

    def notice_of(self, application: Application) -> Notice | None:
        """The last notice that waits for an answer."""
        case = _case(application)
        if case is None:
            return None
        sent = case.corrections.filter(answered_at=None, sent_at__isnull=False)
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
        notice = case.corrections.filter(answered_at=None).order_by("-number").first()
        for item in notice.items.all() if notice else ():
            if item.target in answers:
                item.answer = answers[item.target]
                item.save(update_fields=["answer"])

    def papers_of(self, application: Application) -> Sequence[Paper]:
        """Letters to the unit whose paper has been drawn."""
        case = _case(application)
        if case is None:
            return []
        letters = case.letters.filter(kind__in=TO_UNIT, document__isnull=False)
        return [
            Paper(f"{row.get_kind_display()} {row.number}".strip(), row.document, row.dated_on)
            for row in letters.select_related("document").order_by("-pk")
            if row.document is not None
        ]

    def reasons_of(self, application: Application) -> Sequence[str]:
        """What the letter of refusal says: the office's words, then each point not met."""
        case = _case(application)
        letters = case.letters.filter(kind=LetterKind.REFUSAL) if case else None
        letter = letters.order_by("-pk").first() if letters is not None else None
        if letter is None:
            return []
        points = [
            f"{row['text']}：{row['reason']}" if row.get("reason") else row["text"]
            for row in letter.body.get("reasons", [])
        ]
        return [text for text in (letter.body.get("opinion"), *points) if text]


def _case(application: Application) -> Case | None:
    return Case.objects.select_related("office").filter(application=application).first()
