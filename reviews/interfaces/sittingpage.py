"""Votes, visits and meetings as pages: for the office, for members and for the team."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone

from jurisdictions.interfaces.clauses import first_clause
from jurisdictions.models import Post
from jurisdictions.queries import active_at, policy_of
from portal.accounts.models import User
from reviews import queries
from reviews.domain import sittings, visiting, voting
from reviews.domain.work import OUTCOME_LABELS, PASS, kind_of
from reviews.enums import Choice, SittingState
from reviews.models import AgendaItem, Case, Sitting, StageRun

Part = dict[str, Any]
Typed = Mapping[str, str]


def colleagues(run: StageRun) -> list[User]:
    """People at the posts of the office, each once."""
    posts = Post.objects.filter(active_at(), office=run.office).select_related("user")
    return list({post.user_id: post.user for post in posts.order_by("pk")}.values())


def local_input(moment: Any) -> str:
    """A moment as a browser's date and time field wants it."""
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}" if moment else ""


def call_form(run: StageRun, sitting: Sitting | None, typed: Typed) -> Part:
    """Who is called, filled in from what is known."""
    known = list(sitting.people.select_related("user")) if sitting else []
    ours = colleagues(run)
    mine = {user.pk for user in ours}
    chosen = {person.user_id for person in known}
    if hasattr(typed, "getlist"):
        chosen = {int(pk) for pk in typed.getlist("chosen") if pk.isdigit()} or chosen
    others = "\n".join(
        "，".join(filter(None, (p.name, p.unit or (sittings.NO_UNIT if p.user else ""),
                                p.user.login_name if p.user else "")))
        for p in known if p.user_id not in mine
    )  # fmt: skip
    return {
        "colleagues": [{"user": user, "checked": user.pk in chosen} for user in ours],
        "people_text": typed.get("people", others),
        "starts_at": typed.get("starts_at", local_input(sitting.starts_at if sitting else None)),
        "place": typed.get("place", sitting.place if sitting else ""),
    }


def options(stage: Any, chosen: str) -> list[Part]:
    """Results an item may get."""
    return [{"value": value, "label": OUTCOME_LABELS[value], "checked": value == chosen}
            for value in kind_of(stage.kind).outcomes(stage)]  # fmt: skip


def vote(
    run: StageRun, stage: Any, sitting: Sitting | None, cases: list[Case], typed: Typed, user: Any
) -> Part:
    """The office's page of a vote."""
    part: Part = {
        "form": call_form(run, sitting, typed), "majority": stage.majority,
        "cases": [case.application for case in cases],
        "of": "全体委员" if stage.majority.of == "members" else "到会委员",
    }  # fmt: skip
    if sitting is None:
        return part
    people = list(sitting.people.select_related("user"))
    present = sum(1 for person in people if person.present)
    part |= {
        "people": people, "present": present,
        "quorate": voting.is_quorate(len(people), present, stage.majority),
        "needed": voting.votes_needed(len(people), present, stage.majority),
        "ways": [{"value": choice.value, "label": choice.label} for choice in Choice],
        "agenda": [_ballots(row, people) for row in sittings.open_agenda(sitting)],
        "mine": any(person.user_id == user.pk for person in people),
    }  # fmt: skip
    return part


def _ballots(row: AgendaItem, people: list[Any]) -> Part:
    ballots = {ballot.member_id: ballot for ballot in row.ballots.all()}
    return {
        "row": row, "title": voting.title_of(row), "application": row.case.application,
        "tally": voting.tally(row).text, "result": OUTCOME_LABELS.get(row.result, ""),
        "passed": row.result == PASS,
        "members": [{"person": person, "ballot": ballots.get(person.pk),
                     "name": f"ballot-{row.pk}-{person.pk}"}
                    for person in people if person.present],
    }  # fmt: skip


def committee(
    run: StageRun, stage: Any, sitting: Sitting | None, cases: list[Case], typed: Typed, user: Any
) -> Part:
    """The office's page of a meeting."""
    known = {row.case_id: row for row in sitting.agenda.all()} if sitting else {}
    people = "\n".join(p.name + (f"，{p.unit}" if p.unit else "") for p in sitting.people.all()) \
        if sitting else ""  # fmt: skip
    day = timezone.localdate(sitting.starts_at) if sitting and sitting.starts_at else ""
    number = sitting.minutes_number if sitting else ""
    return {
        "values": {
            "held_on": typed.get("held_on", str(day)),
            "minutes_number": typed.get("minutes_number", number),
            "people": typed.get("people", people),
            "text": typed.get("record", sitting.text if sitting else ""),
        },
        "rows": [_decided(stage, case, known.get(case.pk), typed) for case in cases],
    }


def _decided(stage: Any, case: Case, row: AgendaItem | None, typed: Typed) -> Part:
    application = case.application
    chosen = typed.get(f"result-{case.pk}", row.result if row else "")
    return {
        "pk": case.pk,
        "title": application.studio_name or application.unit_name,
        "sub": f"{application.unit_name} {application.leader_name}",
        "options": options(stage, chosen),
        "text": typed.get(f"text-{case.pk}", row.text if row else ""),
    }


def visit(
    run: StageRun, stage: Any, sitting: Sitting | None, cases: list[Case], typed: Typed, user: Any
) -> Part:
    """The office's page of a visit."""
    known = {row.case_id: row for row in sitting.agenda.all()} if sitting else {}
    part: Part = {
        "form": call_form(run, sitting, typed),
        "appointments": [_appointment(case, known.get(case.pk), typed) for case in cases],
        "agenda": [], "people": [],
    }  # fmt: skip
    if sitting is None:
        return part
    rows = sittings.open_agenda(sitting)
    went = {int(pk) for pk in typed.getlist("went") if pk.isdigit()} \
        if hasattr(typed, "getlist") and typed.getlist("went") else None  # fmt: skip
    part["people"] = [
        {"person": person, "checked": person.pk in went if went is not None
         else person.present is not False}
        for person in sitting.people.all()
    ]  # fmt: skip
    part["agenda"] = [_visited(run, stage, row, typed) for row in rows]
    return part


def _appointment(case: Case, row: AgendaItem | None, typed: Typed) -> Part:
    application = case.application
    return {
        "pk": case.pk,
        "title": application.studio_name or application.unit_name,
        "unit": application.unit_name,
        "starts_at": typed.get(f"starts-{case.pk}", local_input(row.starts_at if row else None)),
        "place": typed.get(f"place-{case.pk}", row.place if row else ""),
    }


def _visited(run: StageRun, stage: Any, row: AgendaItem, typed: Typed) -> Part:
    said = visiting.verdicts_of(row)
    return {
        "row": row, "title": voting.title_of(row), "photos": visiting.photos_of(row),
        "points": [{"text": point.text, "said": said.get(point.id)} for point in stage.points],
        "done": len(said), "all": len(stage.points),
        "notes": list(row.notes.exclude(text="").select_related("by")),
        "result": OUTCOME_LABELS.get(row.result, ""),
        "options": options(stage, typed.get(f"result-{row.pk}", row.result)),
        "text": typed.get(f"text-{row.pk}", row.text),
        "url": reverse("reviews:run-visit-item", args=[run.public_id, row.public_id]),
    }  # fmt: skip


def visit_page(item: AgendaItem, user: Any, *, typed: Typed | None = None) -> Part:
    """The page one of the team uses on the spot."""
    run, given = item.sitting.run, typed or {}
    subject: Any = run.case.application if run.case else run.listing
    policy, stage = policy_of(subject.ruleset), voting.stage_of(item.sitting)
    said = visiting.verdicts_of(item)
    note = item.notes.filter(by=user).first()
    points = []
    for point in stage.points:
        row = said.get(point.id)
        points.append({
            "id": point.id, "name": f"point-{point.id}", "label": point.text,
            "clause": first_clause(policy, point.clause), "seen": visiting.token_of(row),
            "value": given.get(f"point-{point.id}", row.verdict if row else ""),
            "reason": given.get(f"reason-{point.id}", row.reason if row else ""),
            "by": str(row.by) if row and row.by_id != user.pk else "",
        })  # fmt: skip
    return {
        "item": item, "run": run, "stage": stage, "application": item.case.application,
        "title": voting.title_of(item), "points": points, "photos": visiting.photos_of(item),
        "note": given.get("note", note.text if note else ""), "least": stage.photos,
        "others": list(item.notes.exclude(by=user).exclude(text="").select_related("by")),
        "going_on": item.sitting.state in visiting.GOING_ON,
        "crumbs": [{"label": "我的会议", "url": reverse("reviews:meetings")},
                   {"label": stage.label, "url": ""}],
    }  # fmt: skip


def ballot_page(sitting: Sitting, user: Any, *, typed: Typed | None = None) -> Part:
    """A member's own page: the items and his ballot on each."""
    person, given = voting.member_of(sitting, user), typed or {}
    items = []
    for row in sittings.open_agenda(sitting):
        mine = next((b for b in row.ballots.all() if b.member_id == person.pk), None)
        chosen = given.get(f"ballot-{row.pk}", mine.choice if mine else "")
        items.append({
            "row": row, "title": voting.title_of(row), "application": row.case.application,
            "ballot": mine, "locked": mine is not None and mine.from_paper,
            "options": [{"value": c.value, "label": c.label, "checked": c.value == chosen}
                        for c in Choice],
        })  # fmt: skip
    stage = voting.stage_of(sitting)
    return {
        "sitting": sitting, "person": person, "items": items, "stage": stage,
        "open": sitting.state == SittingState.OPEN,
        "planned": sitting.state == SittingState.PLANNED,
        "left": sum(1 for item in items if item["ballot"] is None),
        "crumbs": [{"label": "我的会议", "url": reverse("reviews:meetings")},
                   {"label": stage.label, "url": ""}],
    }  # fmt: skip


def meetings(user: Any) -> Part:
    """Sittings a person was called to."""
    rows = []
    for sitting in queries.sittings_of(user)[:100]:
        run = sitting.run
        subject: Any = run.listing or (run.case.application if run.case else "")
        found: Part = {
            "sitting": sitting, "stage": voting.stage_of(sitting), "subject": str(subject),
            "links": [],
        }  # fmt: skip
        if sitting.kind == "vote":
            address = reverse("reviews:run-ballot", args=[sitting.run.public_id])
            found["links"] = [{"label": "签到和表决", "url": address}]
        if sitting.kind == "visit":
            found["links"] = [
                {"label": f"现场记录：{voting.title_of(row)}", "row": row,
                 "url": reverse("reviews:run-visit-item",
                                args=[sitting.run.public_id, row.public_id])}
                for row in sittings.open_agenda(sitting)
            ]  # fmt: skip
        rows.append(found)
    return {"rows": rows, "crumbs": [{"label": "我的会议", "url": ""}]}
