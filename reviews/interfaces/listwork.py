"""名单待办: lists that wait for a person or his body, and whose turn each open one is."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from jurisdictions.enums import PostKind
from portal.common.templatetags.portal_ui import days_until
from reviews.domain import claiming, clock, road
from reviews.domain.decision import ANNOUNCE
from reviews.domain.publicity import RUNNING
from reviews.interfaces import claims
from reviews.models import List, StageRun
from reviews.queries import heldwork, offices_by_post, turns

#: Days within which something is soon due.
SOON = 3
_BODY = "机构审定"
#: What is asked while something is shown to the public, whoever's turn it is.
_PHASES = {RUNNING: "结束公示或核实异议", ANNOUNCE: "登记公布"}


def waiting(user: Any) -> dict[str, Any]:
    """Lists that wait for the person, as a table above the worklist; its rows may be empty."""
    held = offices_by_post(user)
    asked = turns.lists_to_approve(held["approver"])
    paused = {row.pk: row for row in heldwork.held_lists(user)} if held["handler"] else {}
    mine = [(run, wanted(run, held, asked), paused.pop(run.listing_id or 0, None))
            for run in turns.list_turns(user)]  # fmt: skip
    return {
        "caption": "名单待办，按期限升序",
        "columns": [{"label": "名单"}, {"label": "环节"}, {"label": "待办"},
                    {"label": "期限", "order": "ascending"}, {"label": "领取"}],
        "rows": [*(_row(run, "、".join([said, *_of_held(row)])) for run, said, row in mine),
                 *(_held_row(row) for row in paused.values())],
    }  # fmt: skip


def _of_held(row: Any | None) -> list[str]:
    """What the held filings of a list want of a person."""
    if row is None:
        return []
    named = ((row.objected, "核实暂缓件的异议"), (row.cleared, "暂缓件转补充名单"))
    return [text for wants, text in named if wants]


def _held_row(row: Any) -> dict[str, Any]:
    """A list that waits for nothing else of the person, closed or not."""
    url = reverse("reviews:list", args=[row.public_id])
    return {
        "id": str(row.public_id), "select_label": row.title,
        "cells": [
            {"th": "名单", "text": row.title, "url": url, "main": True,
             "sub": str(row.round or "")},
            {"th": "环节", "text": "已办结" if row.closed_at else "已转入后续环节",
             "sub": str(row.office)},
            {"th": "待办", "text": "、".join(_of_held(row)), "nw": True},
            {"th": "期限", "text": "未规定"},
            claims.cell(row),
        ],
        "actions": [{"label": "办理", "url": url}],
    }  # fmt: skip


def count(user: Any) -> int:
    """How many lists wait for the person."""
    return len(turns.list_turns(user))


def wanted(run: StageRun, held: dict[str, set[int]], asked: set[int]) -> str:
    """What a passage of a list wants of a person.

    Args:
        run: the passage.
        held: his offices by post.
        asked: lists that one of his bodies has to approve.
    """
    said = []
    if run.office_id in held.get(run.waiting_for, ()):
        said.append(_PHASES.get(run.data.get("phase", "")) or PostKind(run.waiting_for).label)
    if run.listing_id in asked:
        said.append(_BODY)
    return "、".join(said)


def _row(run: StageRun, said: str) -> dict[str, Any]:
    listing: Any = run.listing
    url = reverse("reviews:list", args=[listing.public_id])
    label = road.stage_of(listing.ruleset, listing.procedure, run.stage).label
    return {
        "id": str(listing.public_id), "select_label": listing.title,
        "cells": [
            {"th": "名单", "text": listing.title, "url": url, "main": True,
             "sub": str(listing.round or "")},
            {"th": "环节", "text": label, "sub": str(run.office)},
            {"th": "待办", "text": said, "nw": True},
            due_cell(run, "期限"),
            claims.cell(listing),
        ],
        "actions": [{"label": "办理", "url": url}],
    }  # fmt: skip


def due_cell(row: Any, name: str = "办理期限") -> dict[str, Any]:
    """Days left, in words first and colour second.

    Args:
        row: a case or a list, as ``with_clock`` gives it, or a passage.
        name: heading of the column.
    """
    left = days_until(row.due_on)
    if left is None:
        return {"th": name, "text": clock.words(row) or "未规定"}
    tone = "red" if left < 0 else "gold" if left <= SOON else "gray"
    words = f"超期 {-left} 天" if left < 0 else "今日到期" if left == 0 else f"剩 {left} 天"
    return {"th": name, "tag": {"label": words, "tone": tone}, "sub": str(row.due_on), "nw": True}


def turn_cells(rows: Iterable[List], user: Any) -> dict[int, dict[str, Any]]:
    """Key of each open list to the cell that says whose turn it is.

    The reader's own turn is marked; bodies that have not approved are named.
    """
    lists = list(rows)
    runs = {run.listing_id: run for run in turns.open_list_runs().filter(listing__in=lists)}
    missing = turns.missing_bodies(lists)
    mine, held = {run.listing_id for run in turns.list_turns(user)}, offices_by_post(user)
    asked = turns.lists_to_approve(held["approver"])
    found = {}
    for row in lists:
        run = runs.get(row.pk)
        names = "、".join(office.name for _, office in missing.get(row.pk, ()))
        holder = claiming.holder(row)
        said = [f"{holder}已领取" if holder else "", f"尚未审定：{names}" if names else ""]
        cell: dict[str, Any] = {
            "th": "轮到",
            "text": _turn(run),
            "sub": "，".join(filter(None, said)),
        }
        if run is not None and row.pk in mine:
            cell["tag"] = {"label": f"待您办理：{wanted(run, held, asked)}", "tone": "gold"}
        found[row.pk] = cell
    return found


def _turn(run: StageRun | None) -> str:
    """The post, or what is shown to the public."""
    if run is None or not run.waiting_for:
        return "—"
    if run.data.get("phase") == RUNNING:
        return "公示中"
    return str(PostKind(run.waiting_for).label)
