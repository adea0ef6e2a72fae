"""The administrator's pages about versions of the policy and the calendar."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from jurisdictions import queries
from jurisdictions.domain import holidays
from jurisdictions.interfaces.changes import change_list
from jurisdictions.interfaces.manage_forms import HolidayForm
from jurisdictions.models import Holiday, Ruleset
from jurisdictions.views.manage import place_of, tabs
from portal.common.errors import DomainError, add_to_form
from portal.common.views import reads, writes

#: The sweep of the reviews works them out anew.
_FOLLOWS = "在办事项的工作日期限随后重新计算，有变动的另行告知。"


@reads
def rule_versions(request: HttpRequest, code: str) -> HttpResponse:
    """Show all versions of a policy, and the rounds held under each."""
    place = place_of(request, code)
    current = queries.current_ruleset(place)
    versions = queries.slim(place.rulesets.order_by("-version")).select_related("published_by")
    calls: dict[int, list[Any]] = {}
    for call in queries.rounds().filter(jurisdiction=place):
        calls.setdefault(call.ruleset_id, []).append(call)
    rows = [
        {
            "row": row,
            "current": current is not None and row.pk == current.pk,
            "calls": calls.get(row.pk, []),
        }
        for row in versions
    ]
    context = {"place": place, "tabs": tabs(place, "rules"), "rows": rows}
    return render(request, "jurisdictions/manage/rules.html", context)


@reads
def rule_changes(request: HttpRequest, code: str, old: int, new: int) -> HttpResponse:
    """Show what differs between two versions."""
    place = place_of(request, code)
    first = get_object_or_404(Ruleset, jurisdiction=place, version=old)
    second = get_object_or_404(Ruleset, jurisdiction=place, version=new)
    context = {
        "place": place,
        "first": first,
        "second": second,
        "changes": change_list(first.document, second.document),
        "texts": change_list(first.inventory, second.inventory),
        "basis_changed": first.basis_id != second.basis_id,
        "old_label": f"第{old}版",
        "new_label": f"第{new}版",
    }
    return render(request, "jurisdictions/manage/changes.html", context)


@writes(methods=("GET", "POST"))
def holiday_list(request: HttpRequest) -> HttpResponse:
    """Show and keep up the days off and make-up days; they hold for every jurisdiction."""
    _need_administrator(request)
    year = _year(request)
    form = HolidayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            holidays.set_day(data["day"], data["kind"], data["label"], by=request.user)
        except DomainError as error:
            add_to_form(form, error)
        else:
            messages.success(request, f"{data['day']} 已保存。{_FOLLOWS}")
            return redirect(f"{request.path}?year={data['day'].year}")
    context = {
        "form": form,
        "year": year,
        "years": [year - 1, year, year + 1],
        "days": queries.holidays_of(year),
        "missing": holidays.missing_year(),
    }
    return render(request, "jurisdictions/manage/holidays.html", context)


@writes
def holiday_remove(request: HttpRequest, holiday_id: int) -> HttpResponse:
    """Take a day out again."""
    _need_administrator(request)
    row = get_object_or_404(Holiday, pk=holiday_id)
    year = row.day.year
    holidays.remove_day(row, by=request.user)
    messages.success(request, f"{row.day} 已删除。{_FOLLOWS}")
    response = redirect("jurisdictions:manage_holidays")
    response["Location"] += f"?year={year}"
    return response


def _need_administrator(request: HttpRequest) -> None:
    if not queries.administered_by(request.user).exists():
        raise Http404


def _year(request: HttpRequest) -> int:
    given = request.GET.get("year", "")
    return int(given) if given.isdecimal() and len(given) == 4 else timezone.localdate().year
