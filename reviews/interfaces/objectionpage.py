"""Objections as officers see them, and as whoever objected sees his own."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from jurisdictions.queries import policy_of
from portal.common.templatetags.portal_ui import cn_date
from reviews import queries
from reviews.domain import objections, road
from reviews.domain.corrections import targets_of
from reviews.enums import AnswerWay, ObjectionState
from reviews.interfaces import smallforms
from reviews.models import List, Objection, Publicity

ACCEPTED, LOOKED_INTO, FOUND = "已受理", "核实中", "已有结论"
_OUTCOMES = {
    ObjectionState.UPHELD: "经核实，您反映的情况成立，主办机关已依照规定处理。",
    ObjectionState.UNFOUNDED: "经核实，您反映的情况不成立。",
}


def lines(
    listing: List, user: Any, refused: smallforms.Refused | None = None
) -> list[dict[str, Any]]:
    """Objections to a list that a person may read, each with whether he looks after it.

    Args:
        listing: the list.
        user: who looks at it.
        refused: a form of the page that could not be kept; shown again at its objection.
    """
    rows = list(queries.objections_of(listing))
    of_run = {row.publicity.run_id: row for row in rows}
    read = {run for run, row in of_run.items() if objections.may_read(user, row)}
    mine = {run: objections.may_open(user, of_run[run]) for run in read}
    return [
        _line(row, refused)
        | {"mine": mine[row.publicity.run_id], **_if_upheld(listing, row.publicity.run.stage)}
        for row in rows
        if row.publicity.run_id in read
    ]


def _if_upheld(listing: List, stage: str) -> dict[str, Any]:
    """What follows from an upheld objection, and what may be opened for correction then.

    As the stage of the notice says, wherever the list is by now: a filing that is held is looked
    into while the list goes on, and after it is closed.
    """
    shape = road.stage_of(listing.ruleset, listing.procedure, stage)
    upheld = shape.objections.upheld
    known = targets_of(policy_of(listing.ruleset), listing.procedure) if upheld == "return" else {}
    targets = [{"name": name, "label": label} for name, (label, _) in known.items()]
    return {"upheld": upheld, "targets": targets}


def _line(row: Objection, refused: smallforms.Refused | None) -> dict[str, Any]:
    again = smallforms.of(refused, form_of(row))
    return {"o": row, "form": form_of(row), "refused": again,
            "flagged": again.many("flags") if again is not None else []}  # fmt: skip


def form_of(row: Objection) -> str:
    """The name of the form in which an objection is worked on."""
    return f"objection-{row.pk}"


def ways() -> list[tuple[str, str]]:
    """Ways to tell an objector what was found."""
    return [(str(way), str(way.label)) for way in AnswerWay]


def contact_page(listing: List, row: Objection) -> dict[str, Any]:
    """The question why somebody must know how an objector is reached."""
    back = reverse("reviews:list", args=[listing.public_id])
    return {
        "listing": listing, "objection": row, "back": back,
        "crumbs": [{"label": "名单", "url": reverse("reviews:lists")},
                   {"label": listing.title, "url": back}, {"label": "查看联系方式", "url": ""}],
    }  # fmt: skip


def state_of(row: Objection) -> str:
    """How far an objection is, in the words of whoever objected."""
    if row.state != ObjectionState.OPEN:
        return FOUND
    return LOOKED_INTO if row.taken_up_at is not None else ACCEPTED


def outcome_of(row: Objection) -> str:
    """What came of an objection, in a sentence; empty while nothing is found."""
    if row.state == ObjectionState.OPEN:
        return ""
    said = _OUTCOMES[ObjectionState(row.state)]
    if row.answered_on is not None:
        way = row.get_answered_way_display()
        said += f"主办机关已于{cn_date(row.answered_on)}以{way}方式答复您。"
    return said


def _crumbs(label: str) -> list[dict[str, str]]:
    return [{"label": "首页", "url": "/"}, {"label": "公示公告", "url": reverse("reviews:notices")},
            {"label": label, "url": ""}]  # fmt: skip


def lookup_page(typed: Any) -> dict[str, Any]:
    """The form in which an objector looks up his objection."""
    return {"typed": typed, "crumbs": _crumbs("异议办理查询")}


def found_page(row: Objection) -> dict[str, Any]:
    """How far an objection is: nothing of what it says, nor of whom it is about."""
    return {
        "number": row.number, "state": state_of(row), "outcome": outcome_of(row),
        "received": cn_date(timezone.localdate(row.received_at)),
    }  # fmt: skip


def received_page(notice: Publicity, number: str) -> dict[str, Any]:
    """The receipt of an objection."""
    return {"notice": notice, "number": number, "crumbs": _crumbs("异议已收到")}
