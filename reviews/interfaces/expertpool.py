"""The pool of experts as pages: list, form, history."""

import re
from typing import Any

from django import forms
from django.urls import reverse

from jurisdictions.models import Jurisdiction
from jurisdictions.queries import current_ruleset, policy_of
from portal.common.forms import PortalForm
from reviews.domain.experts import Profile
from reviews.models import Expert
from reviews.queries import experts as pool_of

_SEPARATORS = "，,;；、\n\t "


def sources_in(place: Jurisdiction) -> list[str]:
    """Sources that the panels of the policy in force ask for."""
    ruleset = current_ruleset(place)
    if ruleset is None:
        return []
    policy = policy_of(ruleset)
    seats = [
        stage.seats
        for code in policy.procedures
        for stage in policy.stages(code)
        if hasattr(stage, "seats")
    ]
    return list(dict.fromkeys(source for row in seats for source in row.sources))


class ExpertForm(PortalForm):
    """What is entered of an expert.

    Args:
        place: whose pool; gives offices and usual sources.
        expert: the row that is changed; None enters a new one.
    """

    name = forms.CharField(label="姓名", max_length=60)
    login = forms.CharField(
        label="邮箱或手机号码", max_length=254,
        help_text="已有账号的填登录名；没有账号的填邮箱，系统建立账号并发送邀请。",
    )  # fmt: skip
    employer = forms.CharField(label="工作单位", max_length=200)
    employer_uscc = forms.CharField(
        label="单位统一社会信用代码", max_length=18, help_text="用于回避同一单位的申报件。"
    )
    source = forms.CharField(label="来源", max_length=40)
    title = forms.CharField(label="职务或职称", max_length=80, required=False)
    specialities = forms.CharField(label="专业领域", max_length=200, required=False)
    office = forms.ChoiceField(
        label="代表机构", required=False, help_text="由机构派出参加评审的，选择该机构。"
    )
    id_number = forms.CharField(
        label="身份证号码", max_length=32, required=False,
        help_text="加密保存，只用于核对是否为申报件中的人员；不登记的，遇同名人员一律回避。",
    )  # fmt: skip
    related = forms.CharField(
        label="有利害关系的单位", required=False, widget=forms.Textarea({"rows": 2}),
        help_text="填统一社会信用代码，多个的用顿号或换行分隔。",
    )  # fmt: skip
    relatives = forms.CharField(
        label="亲属", required=False, widget=forms.Textarea({"rows": 3}),
        help_text="有亲属从事技能工作或在可能申报的单位任职的，一行填一人：姓名，单位（不清楚的可不填）。"
                  "只用于回避：抽取时避开，指定时提示。",
    )  # fmt: skip
    reason = forms.CharField(label="变更理由", max_length=200, required=False)

    def __init__(
        self, *args: Any, place: Jurisdiction, expert: Expert | None = None, **kwargs: Any
    ) -> None:
        if expert is not None:
            kwargs.setdefault("initial", _initial(expert))
        super().__init__(*args, **kwargs)
        self.offices = {str(row.public_id): row for row in place.offices.filter(is_active=True)}
        choices = [("", "不代表机构"), *((key, row.name) for key, row in self.offices.items())]
        office = self.fields["office"]
        if isinstance(office, forms.ChoiceField):
            office.choices = choices
        usual = sources_in(place)
        if usual:
            self.fields["source"].help_text = f"评审专家须有的来源：{'、'.join(usual)}。"
        if expert is not None:
            del self.fields["login"]
            self.fields["reason"].required = True
            shown = expert.id_shown or "未登记"
            self.fields["id_number"].help_text = f"现登记：{shown}。不改的留空。"
        else:
            del self.fields["reason"]

    def profile(self) -> Profile:
        """What was entered."""
        data = self.cleaned_data
        related = data["related"]
        for mark in _SEPARATORS:
            related = related.replace(mark, "、")
        return Profile(
            name=data["name"], employer=data["employer"], employer_uscc=data["employer_uscc"],
            source=data["source"], login=data.get("login", ""), title=data["title"],
            specialities=data["specialities"], office=self.offices.get(data["office"]),
            id_number=data["id_number"],
            related=tuple(code for code in related.split("、") if code),
            relatives=_read_relatives(data["relatives"]),
        )  # fmt: skip


def _read_relatives(text: str) -> tuple[tuple[str, str], ...]:
    """Lines of a name and, after a comma or a space, a unit."""
    found = []
    for line in text.splitlines():
        parts = re.split(r"[，,；;、\s]+", line.strip(), maxsplit=1)
        if parts[0]:
            found.append((parts[0], parts[1] if len(parts) > 1 else ""))
    return tuple(found)


def _initial(expert: Expert) -> dict[str, Any]:
    plain = ("name", "employer", "employer_uscc", "source", "title", "specialities")
    found: dict[str, Any] = {name: getattr(expert, name) for name in plain}
    found["office"] = str(expert.office.public_id) if expert.office else ""
    found["related"] = "、".join(expert.related)
    found["relatives"] = "\n".join(
        "，".join(filter(None, (row["name"], row["unit"]))) for row in expert.relatives
    )
    return found


def crumbs(place: Jurisdiction, *more: dict[str, str]) -> list[dict[str, str]]:
    """Way back."""
    return [
        {"label": "专家库", "url": reverse("reviews:expert-places")},
        {"label": f"{place}专家库", "url": reverse("reviews:experts", args=[place.code])},
        *more,
    ]


def pool_page(place: Jurisdiction, text: str, sources: str) -> dict[str, Any]:
    """The list, narrowed by a word and a source."""
    rows = pool_of.experts_in(place)
    if text.strip():
        rows = pool_of.matching(rows, text.strip())
    if sources:
        rows = rows.filter(source=sources)
    everybody = pool_of.experts_in(place)
    return {
        "place": place, "crumbs": crumbs(place), "text": text, "source": sources,
        "sources": sorted(set(everybody.values_list("source", flat=True))),
        "active": [row for row in rows if row.is_active],
        "ended": [row for row in rows if not row.is_active],
    }  # fmt: skip


def history(expert: Expert) -> list[dict[str, Any]]:
    """Who changed what was entered, and why; the newest first."""
    rows = expert.history.select_related("history_user").order_by("-history_id")[:50]
    return [
        {"title": row.history_change_reason or "变更", "who": str(row.history_user or "系统"),
         "when": row.history_date, "state": "good" if row.is_active else "bad"}
        for row in rows
    ]  # fmt: skip
