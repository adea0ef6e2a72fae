"""The worklist: tabs with counts, filters, lines in order of time left."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Count, F, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from applications.queries.titles import title_of
from portal.common.errors import DomainError
from portal.common.forms import PortalForm
from reviews import queries
from reviews.domain import road
from reviews.enums import CaseState
from reviews.interfaces import claims, listwork
from reviews.interfaces.casepage import stage_label
from reviews.interfaces.listwork import SOON, due_cell
from reviews.models import Case
from reviews.queries import turns

TABS = (
    ("todo", "待我办理"), ("mine", "已领取"), ("sign", "待签批"), ("returned", "补正中"),
    ("waiting", "等待名单"), ("done", "已办"),
)  # fmt: skip
#: What is at work at the office, whoever's turn it is: for those who give it out.
OFFICE_TAB = ("everyone", "机构在办")
_PER_PAGE = 20


class FilterForm(PortalForm):
    """查询条件."""

    q = forms.CharField(label="编号、单位、领办人或职业", required=False, max_length=60)
    stage = forms.ChoiceField(label="环节", required=False)
    time = forms.ChoiceField(
        label="时限", required=False,
        choices=[("", "全部"), ("late", "已超期"), ("today", "今日到期"), ("soon", "三日内到期")],
    )  # fmt: skip

    def __init__(self, *args: Any, stages: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stage"].choices = [("", "全部"), *stages]  # type: ignore[attr-defined]  # a choice field


def tabs_of(user: Any) -> dict[str, str]:
    """Tabs that a person sees, in order, with their labels."""
    tabs = dict(TABS)
    return tabs | dict([OFFICE_TAB]) if claims.may_assign(user) else tabs


def tab_condition(user: Any, tab: str) -> Q:
    """Which cases a tab shows."""
    asked = {
        "mine": queries.claimed_now,
        "sign": _to_sign,
        "returned": lambda _: Q(state=CaseState.RETURNED),
        "waiting": lambda _: Q(state=CaseState.LISTED),
        "done": queries.signed_by,
        "everyone": turns.assignable,
    }
    return asked.get(tab, _to_handle)(user)


def _to_sign(user: Any) -> Q:
    waiting = queries.waiting_at(user, ("reviewer", "approver")) & queries.unclaimed_or(user)
    return waiting | queries.for_my_bodies(user)


def _to_handle(user: Any) -> Q:
    return queries.waiting_at(user, ("handler",)) & queries.unclaimed_or(user)


def worklist(user: Any, params: QueryDict) -> dict[str, Any]:
    """Everything the page shows, in a number of queries that does not grow with the lines."""
    tabs = tabs_of(user)
    tab = params.get("tab", "todo")
    tab = tab if tab in tabs else "todo"
    cases = Case.objects.filter(pk__in=queries.visible_cases(user).values("pk"))
    counts = cases.aggregate(**{name: Count("pk", filter=tab_condition(user, name))
                                for name in tabs}, **figures(user))  # fmt: skip
    chosen = cases.filter(tab_condition(user, tab))
    labels = _stage_labels(chosen)
    form = FilterForm(params, stages=labels)
    form.is_valid()
    chosen = _filtered(chosen, form.cleaned_data)
    page = Paginator(queries.with_rows(chosen).order_by(F("due_on").asc(nulls_last=True), "pk"),
                     _PER_PAGE).get_page(params.get("page"))  # fmt: skip
    return {
        "tab": tab, "filter": form, "page": page, "reset": f"?tab={tab}",
        "page_numbers": page.paginator.get_elided_page_range(page.number),
        "tabs": [{"label": label, "url": f"?tab={name}", "count": counts[name],
                  "current": name == tab} for name, label in tabs.items()],
        "columns": [{"label": "申报件"}, {"label": "单位"}, {"label": "职业（工种）"},
                    {"label": "环节"}, {"label": "办理期限", "order": "ascending"},
                    {"label": "领取"}],
        "rows": [row(case) for case in page], "kpis": kpis(counts),
        "lists": listwork.waiting(user),
        "empty": {"title": "没有符合条件的办理件", "text": "可更换页签或清空查询条件。"},
    }  # fmt: skip


def ordered(user: Any, params: QueryDict) -> QuerySet[Case]:
    """Cases that the list shows under a filter, in its order."""
    tab = params.get("tab", "todo")
    tab = tab if tab in tabs_of(user) else "todo"
    cases = Case.objects.filter(pk__in=queries.visible_cases(user).values("pk"))
    wanted = {name: params.get(name, "") for name in ("q", "stage", "time")}
    chosen = _filtered(cases.filter(tab_condition(user, tab)), wanted)
    return chosen.order_by(F("due_on").asc(nulls_last=True), "pk")


def _stage_labels(cases: QuerySet[Case]) -> list[tuple[str, str]]:
    """Stages that occur, as officers call them."""
    found: dict[str, str] = {}
    for ruleset, procedure, stage in queries.stages_in(cases):
        with suppress(DomainError):
            found.setdefault(stage, road.stage_of(ruleset, procedure, stage).label)
    return list(found.items())


def _filtered(cases: QuerySet[Case], wanted: dict[str, str]) -> QuerySet[Case]:
    cases = queries.search(cases, wanted.get("q", ""))
    if wanted.get("stage"):
        cases = cases.filter(stage=wanted["stage"])
    today = timezone.localdate()
    when = wanted.get("time")
    if when == "late":
        return cases.filter(due_on__lt=today)
    if when == "today":
        return cases.filter(due_on=today)
    if when == "soon":
        return cases.filter(due_on__gte=today, due_on__lte=today + timedelta(days=SOON))
    return cases


def figures(user: Any) -> dict[str, Count]:
    """Figures above the list, counted with those of the tabs."""
    today = timezone.localdate()
    at_hand = queries.at_hand(user)
    return {
        "kpi_all": Count("pk", filter=at_hand),
        "kpi_late": Count("pk", filter=at_hand & Q(due_on__lt=today)),
        "kpi_today": Count("pk", filter=at_hand & Q(due_on=today)),
    }


def kpis(counts: dict[str, int]) -> list[dict[str, Any]]:
    """Figures above the list, each with the filter that shows what it counts.

    Args:
        counts: what ``figures`` and the tabs counted.
    """
    late, today = counts["kpi_late"], counts["kpi_today"]
    return [
        {"n": counts["kpi_all"], "label": "待办理和签批", "url": "?tab=todo"},
        {"n": late, "label": "已超期", "url": "?tab=todo&time=late", "tone": "red"},
        {"n": today, "label": "今日到期", "url": "?tab=todo&time=today", "tone": "gold"},
        {"n": counts["returned"], "label": "补正中", "url": "?tab=returned"},
    ]  # fmt: skip


def row(case: Case) -> dict[str, Any]:
    """One line of the list."""
    application = case.application
    url = reverse("reviews:case", args=[case.public_id])
    return {
        "id": str(case.public_id),
        "select_label": application.number,
        "cells": [
            {"th": "申报件", "text": title_of(application, nameless=application.number or ""),
             "url": url, "sub": application.number, "main": True},
            {"th": "单位", "text": application.unit_name, "sub": application.leader_name},
            {"th": "职业（工种）", "text": application.occupation},
            {"th": "环节", "text": stage_label(case), "sub": str(case.office or "")},
            due_cell(case),
            claims.cell(case),
        ],
        "actions": [{"label": "办理" if case.state == CaseState.OPEN else "查看", "url": url}],
    }  # fmt: skip
