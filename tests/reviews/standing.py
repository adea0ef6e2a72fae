"""Cases and lists brought to a stage of a wanted kind by the portal's own code."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from jurisdictions.queries import policy_of
from reviews.domain import choosing, gathering, returning
from reviews.models import Case, ItemReturn, List, ListItem, StageRun
from tests.assessments.assessed import lines
from tests.reviews import factories as make
from tests.reviews.test_walks import issue, show_and_close

SIGNED = {"check", "recommend"}


def case_at(city: make.City, case: Case, kind: str) -> StageRun:
    """The passage of a case through the first stage of a kind."""
    for _ in range(12):
        run = make.run_of(case)
        if run.kind == kind:
            return run
        if run.kind in SIGNED:
            make.pass_check(city, run)
        else:
            make.from_paper(city, run)
    raise AssertionError(f"no {kind}")


def waiting(city: make.City, case: Case) -> Case:
    """A case that waits for a list."""
    for _ in range(12):
        case = Case.objects.get(pk=case.pk)
        if case.state == "listed":
            return case
        run = make.run_of(case)
        (make.pass_check if run.kind in SIGNED else make.from_paper)(city, run)
    raise AssertionError("never listed")


def list_at(city: make.City, cases: list[Case], kind: str) -> StageRun:
    """The passage of a list of these cases through the first stage of a kind."""
    ready = [waiting(city, case) for case in cases]
    listing = gathering.create_list(city.round, by=city.person(ready[0].office))
    for _ in range(12):
        listing = List.objects.get(pk=listing.pk)
        run = make.list_run(listing)
        if run.kind == kind:
            return run
        if run.kind == "shortlist":
            make.sign_all(city, run, outcome="pass", opinion="同意列入。")
        elif run.kind == "publicity":
            show_and_close(city, listing)
        elif run.kind == "decision":
            issue(city, listing)
        else:
            make.from_paper(city, run)
    raise AssertionError(f"no {kind}")


def return_item(city: make.City, item: ListItem, target: str, text: str) -> ItemReturn | None:
    """One filing of a list goes back: all posts of the stage sign."""
    run = make.list_run(item.listing)
    row = returning.return_item(
        item, faults=[{"target": target, "text": text}], reason="请核对",
        due_on=timezone.localdate() + timedelta(days=10), by=handler(city, run),
    )  # fmt: skip
    for post in make.stage_shape(city, run).signoff[1:]:
        assert row is not None
        row = returning.decide(row, approve=True, by=city.person(run.office, post))
    return row


def fresh(run: StageRun) -> StageRun:
    """The passage read again."""
    return StageRun.objects.select_related("office", "case", "listing").get(pk=run.pk)


def handler(city: make.City, run: StageRun) -> Any:
    """The handler of the office that has a passage."""
    return city.person(run.office)


def soon() -> Any:
    """A moment today that has passed."""
    return timezone.now() - timedelta(minutes=5)


def sheet_of(run: StageRun, shape: Any) -> dict[str, Any]:
    """What an expert writes: an opinion, or four fifths of the points of the table."""
    if getattr(shape, "mode", "score") != "score":
        return {"verdict": "pass", "text": "条件具备。"}
    subject: Any = run.case.application if run.case else run.listing
    table = policy_of(subject.ruleset).ruleset.score_tables[shape.score_table]
    return {"lines": lines(table, table.total * 4 / 5), "text": "条件具备。"}


def chosen(shape: Any, run: StageRun) -> dict[str, Any]:
    """Where a decision knows several results, the first for each item of the list."""
    if run.kind != "decision" or len(choosing.possible(shape)) < 2:
        return {}
    return {str(item.pk): {"result": "pass"} for item in run.listing.items.filter(state="in")}


def graded(shape: Any, run: StageRun) -> dict[str, Any]:
    """Where grades are given, the grade in the middle for each item of the list; where a decision
    knows several results, the first."""
    if run.listing is None or not getattr(shape, "grading", None):
        return chosen(shape, run)
    codes = [code for code in (getattr(shape, "result", None), *shape.choices) if code]
    until = (timezone.localdate() + timedelta(days=30)).isoformat()
    said = {"result": codes[len(codes) // 2], "text": "会议研究认定", "until": until}
    return {str(item.pk): said for item in run.listing.items.all()}
