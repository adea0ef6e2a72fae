"""A sample panel: experts seated, one waiting for the statement, one writing, one has signed."""

from jurisdictions.models import Office, Post
from portal.accounts.models import User
from portal.common.clock import Clock
from reviews.domain import road, seating, sheets
from reviews.domain.work import PASS
from reviews.interfaces.demo.plan import PlannedSeat
from reviews.models import Expert, Seat, StageRun


def seat(run: StageRun, planned: tuple[PlannedSeat, ...], clock: Clock) -> None:
    """Seat the experts of the plan, by lot where the ruleset lets, and bring each as far as said.

    Args:
        run: the passage of one case through a panel.
        planned: who sits, and how far he has come.
        clock: goes on as they work.

    Raises:
        DomainError: the ruleset's needs are not met by these experts.
    """
    application = run.case.application if run.case else None
    if application is None or not planned:
        return
    by = _handler(run.office)
    experts = list(Expert.objects.filter(user__email__in=[one.expert for one in planned]))
    stage = road.stage_of(application.ruleset, application.procedure, run.stage)
    clock.catch_up(1)
    if stage.seats.appoint == "appoint":
        seating.appoint(run, experts, by=by)
    else:
        seating.draw(run, len(experts), by=by, seed=f"示例-{application.number}")
    seats = {row.expert.user.email: row for row in Seat.objects.filter(run=run)}
    for one in planned:
        _bring(seats[one.expert], one, by, clock)


def _handler(office: Office) -> User:
    return Post.objects.select_related("user").filter(office=office, kind="handler")[0].user


def _bring(row: Seat, planned: PlannedSeat, handler: User, clock: Clock) -> None:
    expert = row.expert
    if planned.chair:
        seating.set_chair(row.run, expert, by=handler)
    if planned.state == "pending":
        return
    clock.catch_up(1)
    seating.declare(row, by=expert.user, clear=True)
    said = {"verdict": PASS, "text": planned.text}
    act = sheets.sign if planned.state == "signed" else sheets.save
    act(Seat.objects.get(pk=row.pk), said, by=expert.user, version=0)
