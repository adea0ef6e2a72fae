"""建立名单: waiting cases of a round, or of one procedure outside rounds, decided together."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from applications.domain import events
from applications.queries.titles import title_of
from jurisdictions.models import Round
from jurisdictions.queries import policy_of
from portal.common.errors import DomainError
from portal.common.history import signed
from reviews.domain import opening, results, road
from reviews.domain.work import locked_cases
from reviews.enums import CaseState
from reviews.models import Case, List, ListItem
from reviews.permissions import can_handle, may_list
from reviews.queries import offices_by_post, waiting_cases


def _waiting_outside() -> QuerySet[Case]:
    """Cases outside rounds that wait for a list and are on none."""
    on_any = ListItem.objects.filter(case=OuterRef("pk"))
    return Case.objects.filter(
        ~Exists(on_any), application__round__isnull=True, state=CaseState.LISTED
    )


def waiting_beside(case: Case) -> QuerySet[Case]:
    """Cases that wait with this one: same procedure and version, same stage and office."""
    application = case.application
    return _waiting_outside().filter(
        application__ruleset=application.ruleset_id, application__procedure=application.procedure,
        stage=case.stage, office=case.office_id,
    )  # fmt: skip


def gatherings_waiting(user: Any) -> list[tuple[Case, int]]:
    """One case of each set that waits at an office the person handles for, with its size."""
    handled = offices_by_post(user)["handler"]
    rows = _waiting_outside().filter(office__in=handled).select_related(
        "application__ruleset", "office"
    )  # fmt: skip
    found: dict[tuple[Any, ...], tuple[Case, int]] = {}
    for case in rows.order_by("pk"):
        application = case.application
        key = (application.ruleset_id, application.procedure, case.stage, case.office_id)
        first, count = found.get(key, (case, 0))
        found[key] = (first, count + 1)
    return list(found.values())


@transaction.atomic
def create_list(round_: Round, *, by: Any, title: str = "", stage: str = "") -> List:
    """Draw up a list from the cases of a round that wait at one stage.

    Args:
        round_: the call.
        by: a handler of the office that has the cases.
        title: name of the list; made from the round unless given.
        stage: id of the stage they wait at; the earliest unless given.

    Raises:
        DomainError: nothing waits, or the person is no handler there.
    """
    Round.objects.select_for_update(of=("self",)).get(pk=round_.pk)
    cases = _still_waiting(waiting_cases(round_))
    order = [s.id for s in policy_of(round_.ruleset).stages(round_.procedure)]
    wanted = stage or min((case.stage for case in cases), key=order.index)
    chosen = [case for case in cases if case.stage == wanted]
    if not chosen:
        raise DomainError("没有等待列入该环节名单的办理件。")
    _require_handler(chosen, by)
    count = List.objects.filter(round=round_).count()
    name = title.strip() or f"{round_.title}名单{f'（第{count + 1}次）' if count else ''}"
    return enlist(_in_order(chosen), name, by=by, stage=wanted)


@transaction.atomic
def gather(case: Case, *, by: Any, title: str = "") -> List:
    """Draw up a list of all cases outside rounds that wait where one of them waits.

    Args:
        case: one of those that wait.
        by: a handler of the office that has them.
        title: name of the list; made from the procedure unless given.

    Raises:
        DomainError: nothing waits any more, or the person is no handler there.
    """
    chosen = _still_waiting(waiting_beside(case))
    first = chosen[0]
    _require_handler(chosen, by)
    application = first.application
    label = policy_of(application.ruleset).procedure(application.procedure).label
    made = List.objects.filter(
        jurisdiction=first.jurisdiction, procedure=application.procedure, round__isnull=True
    )
    name = title.strip() or f"{label}名单（第{made.count() + 1}次）"
    return enlist(_in_order(chosen), name, by=by, stage=first.stage)


def _still_waiting(waiting: Any) -> list[Case]:
    """Those that wait, locked, and asked again: somebody may have listed them meanwhile."""
    locked = locked_cases(waiting.values_list("pk", flat=True))
    left = set(waiting.values_list("pk", flat=True))
    cases = [c for c in locked if c.pk in left and c.state == CaseState.LISTED]
    if not cases:
        raise DomainError("没有等待列入名单的办理件。")
    return cases


def _require_handler(cases: list[Case], by: Any) -> None:
    """Only a handler of the office that has the cases lists them, and none of a unit among them.

    Raises:
        DomainError: he is none, or has to keep out of it.
    """
    filings = [case.application_id for case in cases]
    for verdict in (can_handle(by, cases[0].office), may_list(by, filings)):
        if not verdict:
            raise DomainError(verdict.reason, status=403)


def _in_order(cases: Iterable[Case]) -> list[Case]:
    """Where experts ranked or scored, the list begins in their order."""
    rows = list(cases)
    places, last = results.places_of(rows), len(rows) + 1
    return sorted(rows, key=lambda case: (places.get(case.pk, last),
                                          case.application.number or "", case.pk))  # fmt: skip


def list_of_one(case: Case, *, by: Any) -> List:
    """A filing outside a round gets a list of its own."""
    application = case.application
    of_studio = application.studio_id is not None
    whose = title_of(application) if of_studio else application.unit_name
    name = f"{whose} {application.number}"
    return enlist([case], name, by=by, stage=case.stage)


def enlist(
    cases: list[Case], title: str, *, by: Any, stage: str, supplements: List | None = None
) -> List:
    """Make the list of these cases, in this order, and open its stage.

    Args:
        cases: locked.
        title: name of the list.
        by: who draws it up.
        stage: id of the stage it begins with.
        supplements: the list these cases were held on.
    """
    first = cases[0].application
    listing = List(
        jurisdiction=first.jurisdiction, round=first.round, ruleset=first.ruleset,
        procedure=first.procedure, title=title[:160], supplements=supplements,
    )  # fmt: skip
    signed(listing, by=by, reason="建立名单").save()
    for position, case in enumerate(cases, 1):
        item = ListItem(listing=listing, case=case, position=position)
        signed(item, by=by, reason="列入名单").save()
        case.state = CaseState.LISTED
        case.version += 1
        signed(case, by=by, reason="列入名单").save()
        events.record(case.application, "listed", f"列入名单“{title}”", actor=by,
                      office=case.office, data={"list": str(listing.public_id)})  # fmt: skip
    opening.open_list_stage(listing, road.stage_of(listing.ruleset, listing.procedure, stage))
    return listing
