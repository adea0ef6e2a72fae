"""What all kinds of stages share: the work in hand, and what a kind must say."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.utils import timezone

from applications.domain import events, recoding
from applications.models import Application
from jurisdictions.engine.policy import Policy
from jurisdictions.models import Office, Round
from jurisdictions.queries import bulky, policy_of
from portal.common.errors import DomainError
from portal.common.history import signed
from reviews.domain import proposals
from reviews.enums import ItemState
from reviews.models import Case, List, ListItem, QuotaSlot, StageRun

PASS, RETURN, REFUSE, HOLD, RESERVE = "pass", "return", "refuse", "hold", "reserve"
#: Kinds whose result is public once signed: it is corrected (更正), never recalled.
PUBLIC_KINDS = ("publicity", "decision")
OUTCOME_LABELS = {
    PASS: "通过", RETURN: "退回补正", REFUSE: "不予通过", HOLD: "暂缓", RESERVE: "候补",
}  # fmt: skip


def outcome_label(policy: Policy, procedure: str, stage: Any, outcome: str) -> str:
    """What people call an outcome of a stage; a decision with choices names its results.

    Args:
        policy: the version it is judged under.
        procedure: code of the procedure.
        stage: what the ruleset says of the stage.
        outcome: one of the outcomes of its kind.
    """
    choices = getattr(stage, "choices", ())
    if getattr(stage, "grading", None) and outcome == PASS:
        return "逐件认定"
    results = policy.procedure(procedure).results
    refusal = getattr(stage, "refusal", None)
    code = {PASS: getattr(stage, "result", ""), REFUSE: refusal}.get(outcome, outcome)
    graded = bool(getattr(stage, "grading", None))
    if (graded or ((choices or refusal) and stage.kind == "decision")) and code in results:
        return results[code].label
    return OUTCOME_LABELS.get(outcome, "")


class StaleActionError(DomainError):
    """Somebody acted on the stage since the page was shown."""


class Step(Enum):
    """What follows when the last post has signed."""

    ADVANCE = "advance"
    RETURN = "return"
    REFUSE = "refuse"
    STAY = "stay"


@dataclass
class Work:
    """A stage run in hand, everything on it locked.

    Attributes:
        run: the passage.
        stage: what the ruleset says of the stage.
        policy: the version it is judged under.
        by: who acts; None for the clock.
        case: the case, for a passage of one case.
        listing: the list, for a passage of a list.
        items: all items of the list, in order.
        paper: completed from paper.
        signer: name printed in the opinion box.
        on: day printed in the opinion box.
    """

    run: StageRun
    stage: Any
    policy: Policy
    by: Any
    case: Case | None = None
    listing: List | None = None
    items: list[ListItem] = field(default_factory=list)
    paper: bool = False
    signer: str = ""
    on: Any = None

    @property
    def data(self) -> dict[str, Any]:
        """Particulars of the kind."""
        found: dict[str, Any] = self.run.data
        return found

    @property
    def present(self) -> list[ListItem]:
        """Items that are in."""
        return [item for item in self.items if item.state == ItemState.IN]

    @property
    def concerned(self) -> list[ListItem]:
        """Items that were in when the passage ended."""
        before = self.data.get("before", {})
        return [
            item for item in self.items if before.get(str(item.pk), [item.state])[0] == ItemState.IN
        ]

    @property
    def applications(self) -> list[Application]:
        """Filings this passage is about."""
        if self.case is not None:
            return [self.case.application]
        return [item.case.application for item in self.concerned]

    @property
    def subject(self) -> Case | List:
        """The case, or the list."""
        return self.case if self.case is not None else self.listing_in_hand

    @property
    def listing_in_hand(self) -> List:
        """The list of a passage that has no case.

        Raises:
            DomainError: it is the passage of a case.
        """
        if self.listing is None:
            raise DomainError("这一步只对名单办理，请从名单页面进入。")
        return self.listing

    def result_of(self, item: ListItem) -> str:
        """Result proposed for an item; passing unless something else is said."""
        given = self.data.get("items", {}).get(str(item.pk), {})
        return str(given.get("result") or self.run.outcome or PASS)

    def label_of(self, outcome: str) -> str:
        """What people call an outcome of this passage."""
        subject: Any = self.case.application if self.case else self.listing_in_hand
        return outcome_label(self.policy, subject.procedure, self.stage, outcome)

    def text_of(self, item: ListItem) -> str:
        """What is said about an item."""
        return str(self.data.get("items", {}).get(str(item.pk), {}).get("text") or "")


def nothing(work: Work) -> None:
    """No particulars are asked."""


def judged_outcomes(stage: Any) -> tuple[str, ...]:
    """Most kinds pass or refuse; a list's items may also be held."""
    return (PASS, HOLD, REFUSE) if stage.scope == "list" else (PASS, REFUSE)


def finish_judged(work: Work) -> Step:
    """Refuse the case, or strike and hold items of the list; then go on."""
    if work.case is not None:
        return Step.REFUSE if work.run.outcome == REFUSE else Step.ADVANCE
    apply_items(work)
    return Step.ADVANCE


@dataclass(frozen=True)
class Kind:
    """One kind of stage.

    Attributes:
        name: as in the ruleset.
        interactive: may be proposed and signed here; every kind may be completed from paper.
        own_page: is worked on and signed on a page of its own, not on that of the case or list.
        outcomes: what may be concluded.
        check: refuses an incomplete proposal of officers.
        check_paper: refuses incomplete particulars from paper.
        finish: what the last signature does.
    """

    name: str
    interactive: bool = False
    own_page: bool = False
    outcomes: Callable[[Any], tuple[str, ...]] = judged_outcomes
    check: Callable[[Work], None] = nothing
    check_paper: Callable[[Work], None] = nothing
    finish: Callable[[Work], Step] = finish_judged


#: Kind name to its code; filled by the package ``stages``.
KINDS: dict[str, Kind] = {}


def kind_of(name: str) -> Kind:
    """The code of a kind."""
    return KINDS[name]


def apply_items(work: Work) -> None:
    """Strike or hold items as proposed, remembering what they were for a recall."""
    work.run.data["before"] = {
        str(item.pk): [item.state, item.reserve, item.reason] for item in work.items
    }
    for item in work.present:
        result = work.result_of(item)
        if result == REFUSE:
            move_item(item, ItemState.STRUCK, work.text_of(item), work)
        elif result in (HOLD, RESERVE):
            item.reserve = result == RESERVE
            move_item(item, ItemState.HELD, work.text_of(item), work)


def move_item(item: ListItem, state: str, reason: str, work: Work) -> None:
    """Change the state of an item; one that leaves the list gives its place back, and is not
    returned from it any more. Whatever is done to it afterwards, it left at the stage it left."""
    if item.state == ItemState.IN and state != ItemState.IN:
        item.held_stage = work.stage.id
    item.state, item.reason = state, reason[:300]
    if state != ItemState.IN:
        QuotaSlot.objects.filter(item=item).delete()
        proposals.lapse_returns([item], by=work.by)
    signed(item, by=work.by, reason=reason[:100] or "名单调整").save()


def is_emptied(work: Work) -> bool:
    """Whether nothing is left on a list that nothing of is public: its units took their filings
    back, or it was struck. There is nothing to judge; signed by its posts, the list ends."""
    return work.listing is not None and not work.present and not work.data.get("phase")


def is_returned(work: Work) -> bool:
    """Whether it is proposed to send a case back to the unit for correction."""
    return work.case is not None and work.run.outcome == RETURN and not work.paper


def may_return(stage: Any, *, of_case: bool) -> bool:
    """Whether a stage may ask the unit for corrections: any of a case, a check as it says."""
    return of_case and (stage.kind != "check" or RETURN in stage.outcomes)


def need(value: Any, message: str, name: str) -> None:
    """Refuse when something asked for is empty.

    Raises:
        DomainError: with the message.
    """
    if value in (None, "", [], {}, ()):
        raise DomainError(message, field=name, status=422)


def names_in(text: Any) -> list[str]:
    """Names typed in one line, separated by any usual mark."""
    if isinstance(text, list):
        return [str(name).strip() for name in text if str(name).strip()]
    plain = str(text or "")
    for mark in "，,;；\n\t ":
        plain = plain.replace(mark, "、")
    return [name for name in plain.split("、") if name]


def tell(work: Work, kind: str, text: str, applicant_text: str = "", **data: Any) -> None:
    """Write a line for every filing of the passage."""
    office: Office = work.run.office
    for application in work.applications:
        events.record(
            application,
            kind,
            text,
            actor=work.by,
            office=office,
            applicant_text=applicant_text,
            data={"stage": work.stage.id, "run": str(work.run.public_id), **data},
        )


def open_work(run: StageRun, *, by: Any) -> Work:
    """The work on a run with everything locked in the house order.

    Args:
        run: the passage; read again here.
        by: who acts.
    """
    if run.case_id is not None:
        case = lock_case(run.case_id)
        listing: List | None = None
        items: list[ListItem] = []
        subject: Any = case.application
    else:
        case = None
        listing, items = lock_list(run.listing_id or 0)
        subject = listing
    recoding.lock_together([case.application] if case else [i.case.application for i in items])
    fresh = StageRun.objects.select_for_update(of=("self",)).select_related("office").get(pk=run.pk)
    fresh.case, fresh.listing = case, listing
    policy = policy_of(subject.ruleset)
    stage = next(s for s in policy.stages(subject.procedure) if s.id == fresh.stage)
    return Work(fresh, stage, policy, by, case, listing, items,
                signer=str(by) if by else "", on=timezone.localdate())  # fmt: skip


def lock_case(pk: int) -> Case:
    """A case, locked, with its filing."""
    return (
        Case.objects.select_for_update(of=("self",))
        .select_related("application__ruleset", "application__jurisdiction", "jurisdiction")
        .defer(*bulky("application__ruleset"))
        .get(pk=pk)
    )


def lock_list(pk: int) -> tuple[List, list[ListItem]]:
    """A list with its round and all its cases, locked in order."""

    round_id = List.objects.values_list("round_id", flat=True).get(pk=pk)
    if round_id:
        Round.objects.select_for_update(of=("self",)).get(pk=round_id)
    listing = (
        List.objects.select_for_update(of=("self",))
        .select_related("ruleset", "jurisdiction", "round")
        .defer(*bulky("ruleset"))
        .get(pk=pk)
    )
    items = list(ListItem.objects.filter(listing=listing).order_by("position", "pk"))
    cases = {case.pk: case for case in locked_cases(item.case_id for item in items)}
    for item in items:
        item.listing, item.case = listing, cases[item.case_id]
    return listing, items


def lock_lists(pks: Iterable[int]) -> None:
    """Several lists at once: all their rounds, then the lists, then all their cases.

    One list after the other would hold the cases of the first while it waits for the second,
    and whoever has the second may wait for a case that is on both.
    """
    keys = list(pks)
    calls = Round.objects.select_for_update(of=("self",)).order_by("pk")
    list(calls.filter(pk__in=List.objects.filter(pk__in=keys).values("round")).only("pk"))
    rows = List.objects.select_for_update(of=("self",)).order_by("pk")
    list(rows.filter(pk__in=keys).only("pk"))
    on_them = ListItem.objects.filter(listing__in=keys)
    locked_cases(on_them.values_list("case", flat=True).distinct())


def locked_cases(ids: Iterable[int]) -> list[Case]:
    """Cases locked by primary key, with their filings."""
    return list(
        Case.objects.select_for_update(of=("self",))
        .select_related("application__ruleset", "application__jurisdiction", "jurisdiction")
        .defer(*bulky("application__ruleset"))
        .filter(pk__in=list(ids))
        .order_by("pk")
    )


def lock_filings(items: Iterable[ListItem]) -> None:
    """Lock the filings of list items by primary key, then the studios they are about.

    Args:
        items: all of a list that is decided or told as a whole; their cases are locked.
    """
    ids = [item.case.application_id for item in items]
    rows = Application.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    recoding.lock_studios(list(rows))
