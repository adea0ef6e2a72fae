"""The index of lists: rounds that wait for one, lists in hand and whose turn it is, closed ones."""

from datetime import date
from typing import Any

from django.urls import reverse

from jurisdictions.queries import bulky, policy_of
from reviews import queries
from reviews.domain import amending, gathering, road
from reviews.interfaces import claims, listwork
from reviews.models import Case, List


def index(user: Any) -> dict[str, Any]:
    """Lists in hand, rounds that wait for one, lists that are closed."""
    rows = (
        queries.with_clock(queries.visible_lists(user), "listing")
        .select_related("round", "office", "jurisdiction", "ruleset", "claimed_by")
        .defer(*bulky("ruleset"))
        .prefetch_related("amendments")
    )
    open_rows = [row for row in rows if row.closed_at is None]
    open_rows.sort(key=lambda row: (row.due_on or date.max, row.pk))
    turn = listwork.turn_cells(open_rows, user)
    return {
        "rounds": [{"round": call, "count": count} for call, count in queries.rounds_waiting(user)],
        "gatherings": [_gathering(*found) for found in gathering.gatherings_waiting(user)],
        "open": [line(row, turn[row.pk]) for row in open_rows],
        "closed": [line(row) for row in rows if row.closed_at is not None],
        "columns": columns(), "open_columns": columns(open_ones=True),
        "crumbs": [{"label": "名单", "url": ""}], "may_assign": claims.may_assign(user),
    }  # fmt: skip


def _gathering(case: Case, count: int) -> dict[str, Any]:
    """Cases outside rounds that wait to be decided together."""
    application = case.application
    shape = policy_of(application.ruleset).procedure(application.procedure)
    stage = road.stage_of(application.ruleset, application.procedure, case.stage)
    return {"case": case, "count": count, "label": f"{shape.label}：{stage.label}",
            "office": str(case.office)}  # fmt: skip


def columns(*, open_ones: bool = False) -> list[dict[str, Any]]:
    """Headings of the index; open lists stand by their day and say whose turn it is."""
    names = [{"label": "名单"}, {"label": "批次"}, {"label": "环节"}]
    day = {"label": "期限", "order": "ascending"} if open_ones else {"label": "期限"}
    return [*names, *([{"label": "轮到"}] if open_ones else []), day]


def line(row: List, turn: dict[str, Any] | None = None) -> dict[str, Any]:
    """One line of the index.

    Args:
        row: the list.
        turn: the cell that says whose turn it is, for an open one.
    """
    url = reverse("reviews:list", args=[row.public_id])
    label = "已办结" if row.closed_at else stage_label(row)
    return {
        "id": str(row.public_id), "select_label": row.title,
        "cells": [
            {"th": "名单", "text": row.title, "url": url, "main": True,
             "sub": amending.list_value(row, "document_number")},
            {"th": "批次", "text": str(row.round or "—")},
            {"th": "环节", "text": label, "sub": str(row.office or "")},
            *([turn] if turn else []),
            listwork.due_cell(row, "期限") if turn
            else {"th": "期限", "text": str(row.due_on or "—"), "nw": True},
        ],
        "actions": [{"label": "打开", "url": url}],
    }  # fmt: skip


def stage_label(row: List) -> str:
    """What officers call the present stage."""
    label: str = road.stage_of(row.ruleset, row.procedure, row.stage).label
    return label
