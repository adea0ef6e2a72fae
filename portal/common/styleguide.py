"""The style guide of a demonstration: every component with sample data, page by page."""

import datetime as dt
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from portal.common.forms import (
    ChineseDateField,
    CounterTextarea,
    DeclarationCheckbox,
    PortalForm,
    YearMonthField,
)
from portal.common.views import public, reads

PAGES = (
    "parts", "home", "tasks", "form", "queue", "review", "score", "notice", "guide", "figures",
)  # fmt: skip
_SAMPLE = Path(__file__).with_name("styleguide.yaml")
_GRADES = [("senior", "高级技师"), ("skilled", "技师"), ("worker", "高级工")]
_KINDS = [("a", "技术攻关"), ("b", "带徒传艺"), ("c", "成果推广"), ("d", "技术交流"), ("e", "其他")]


class SampleFilter(PortalForm):
    """Search fields above a list."""

    q = forms.CharField(label="关键字", required=False)
    check = forms.ChoiceField(
        label="系统核查",
        required=False,
        choices=[("", "全部"), ("ok", "全部符合"), ("no", "有疑点")],
    )
    due = forms.ChoiceField(
        label="办理时限",
        required=False,
        choices=[("", "全部"), ("late", "已超期"), ("soon", "近期到期")],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.attrs["placeholder"] = "编号、单位、领办人、工种"


class SampleForm(PortalForm):
    """One field of each kind."""

    name = forms.CharField(label="领办人姓名", help_text="与身份证件一致。")
    id_number = forms.CharField(label="身份证号", help_text="保存后只显示前 6 位和后 4 位。")
    grade = forms.ChoiceField(label="职业技能等级", choices=[("", "请选择"), *_GRADES])
    started = YearMonthField(label="参加工作时间")
    issued = ChineseDateField(label="证书发证日期")
    area = forms.DecimalField(label="工作室面积")
    sex = forms.ChoiceField(
        label="性别", choices=[("m", "男"), ("f", "女")], widget=forms.RadioSelect
    )
    kinds = forms.MultipleChoiceField(
        label="主要工作方向", choices=_KINDS, widget=forms.CheckboxSelectMultiple, required=False
    )
    deeds = forms.CharField(
        label="主要事迹",
        help_text="写清时间、做法和效果，数字要有出处。",
        widget=CounterTextarea(most=300, least=50),
    )
    address = forms.CharField(label="工作室地点", required=False)
    promise = forms.BooleanField(
        label="本单位承诺所填内容真实，材料与原件一致。", widget=DeclarationCheckbox
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name", "id_number", "started", "issued", "grade", "area"):
            self.fields[name].half = True  # type: ignore[attr-defined]  # read by field.html
        self.fields["area"].unit = "平方米"  # type: ignore[attr-defined]  # read by field.html
        self.fields["grade"].clause = "第七条（一）"  # type: ignore[attr-defined]  # read by field.html
        self.fields["address"].asked = (  # type: ignore[attr-defined]  # read by field.html
            "请写明楼层和房间号。"
        )


class SampleRow(PortalForm):
    """One row of a repeating table."""

    name = forms.CharField(label="姓名")
    grade = forms.ChoiceField(label="职业技能等级", choices=_GRADES)
    deed = forms.CharField(label="突出业绩", required=False)


@lru_cache(maxsize=1)
def _sample() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(_SAMPLE.read_text(encoding="utf-8"))
    return loaded


def _row(identity: str, values: dict[str, str] | None = None) -> dict[str, Any]:
    form = SampleRow(initial=values, prefix=f"team-{identity}")
    # Django joins prefix and name with a hyphen, which is the naming of repeating rows.
    return {"id": identity, "cells": list(form)}


def _form_context() -> dict[str, Any]:
    wrong = SampleForm({"name": "张建国", "grade": "", "sex": "m", "deeds": "从事数控加工 20 年。"})
    rows = [_row(r["id"], r["values"]) for r in _sample()["team_rows"]]
    return {"form": wrong, "team": rows, "team_blank": _row("__row__")["cells"]}


def _queue_context(request: HttpRequest) -> dict[str, Any]:
    pages = Paginator(range(37), 10)
    page = pages.get_page(request.GET.get("page", "1"))
    return {
        "filter": SampleFilter(request.GET or None),
        "page": page,
        "page_numbers": list(pages.get_elided_page_range(page.number)),
    }


@public
@reads
def styleguide(request: HttpRequest, page: str = "parts") -> HttpResponse:
    """Show one page of the style guide; outside a demonstration there is none."""
    if not settings.DEMO or page not in PAGES:
        raise Http404
    context = {**_sample(), "page_name": page, "pages_all": PAGES}
    context["deadline"] = timezone.now() + dt.timedelta(days=22)
    context["deadline_soon"] = timezone.now() + dt.timedelta(days=2)
    if page == "form":
        context |= _form_context()
    if page == "queue":
        context |= _queue_context(request)
    return render(request, f"styleguide/{page}.html", context)
