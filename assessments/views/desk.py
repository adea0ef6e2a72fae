"""The officers' desk: what is due in their places, money, old studios."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from applications.models import Studio
from assessments.domain import calendar
from assessments.domain import ledger as books
from assessments.interfaces import studio_entering, studio_import
from assessments.interfaces.desk import desk as desk_page
from assessments.interfaces.forms import (
    DayForm,
    DeskFilter,
    MoneyForm,
    PayBackForm,
    UploadForm,
)
from assessments.interfaces.front import front
from assessments.interfaces.grants import clawback_facts
from assessments.queries import days, dues, reach, rows
from assessments.views.common import (
    demand,
    demand_handling,
    desk_studio_of,
    form_page,
    frame,
    person,
)
from assessments.views.registers import sheet
from jurisdictions.queries import (
    administered_by,
    current_ruleset,
    current_rulesets,
    places_of,
    policy_of,
)
from portal.accounts.models import User
from portal.common.errors import DomainError, add_to_form
from portal.common.models import Job
from portal.common.queue import enqueue
from portal.common.verdict import ALLOW, deny
from portal.common.views import reads, serves, writes

LONGEST = 60


@reads
def desk(request: HttpRequest) -> HttpResponse:
    """Show what is due, overdue and at risk in the officer's places."""
    user = person(request)
    if not reach.place_ids(user):
        raise Http404
    found = reach.of_places(user)
    form = DeskFilter(request.GET, districts=reach.districts_of(found))
    text, district = (request.GET.get(name, "")[:LONGEST] for name in ("q", "district"))
    shown = reach.searched(found, text, district)
    context = {
        **desk_page(shown, request.GET, timezone.localdate()),
        "filter": form,
        "reset": reverse("assessments:desk"),
        "crumbs": [{"label": "工作室管理", "url": ""}],
        "places": places_of(user),
        "whole": list(reach.whole_places(user)),
        **_days(user),
        "overseen": bool(reach.overseen_ids(user)),
    }
    return render(request, "assessments/desk.html", context)


@reads
def desk_studio(request: HttpRequest, studio_id: uuid.UUID) -> HttpResponse:
    """Show one studio to an officer of its place."""
    studio = desk_studio_of(request, studio_id)
    base = frame(request, studio, tab="")
    shown = front(studio, timezone.localdate(), desk=True, user=person(request),
                  handling=base["handling"])  # fmt: skip
    context = {**base, **shown, "frame": "staff.html"}
    return render(request, "assessments/studio.html", context)


@writes(methods=("GET", "POST"))
def grant(request: HttpRequest, studio_id: uuid.UUID, grant_id: uuid.UUID) -> HttpResponse:
    """Record that public money was paid."""
    studio = desk_studio_of(request, studio_id)
    row = get_object_or_404(rows.grants(studio), public_id=grant_id)
    demand_handling(request, studio)
    gone = dues.no_longer_paid(row)
    demand(deny(f"{gone}。") if gone else ALLOW)
    form = MoneyForm(request.POST or None, initial={"amount": row.amount})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            books.pay_grant(row, by=person(request), on=data["on"], amount=data["amount"])
        except DomainError as error:
            add_to_form(form, error)
        else:
            messages.success(request, "拨付已登记，并记入台账。")
            return redirect("assessments:desk_studio", studio_id)
    return _money(request, studio, form, f"登记拨付：{row.title}")


@writes(methods=("GET", "POST"))
def clawback(request: HttpRequest, studio_id: uuid.UUID, clawback_id: uuid.UUID) -> HttpResponse:
    """Record money that came back."""
    studio = desk_studio_of(request, studio_id)
    row = get_object_or_404(rows.clawbacks(studio), public_id=clawback_id)
    demand_handling(request, studio)
    known = row.payments.count()
    posted = request.POST.copy()
    form = PayBackForm(posted or None, initial={"known": known})
    if request.method == "POST" and form.is_valid():
        try:
            books.pay_back(row, by=person(request), **form.cleaned_data)
        except DomainError as error:
            add_to_form(form, error)
            # The page that comes back shows the payments as they are now.
            posted["known"] = str(known)
        else:
            messages.success(request, "到账已登记。")
            return redirect("assessments:desk_studio", studio_id)
    return _money(request, studio, form, "登记追回到账", facts=clawback_facts(row))


def _money(
    request: HttpRequest, studio: Studio, form: MoneyForm, title: str, **more: Any
) -> HttpResponse:
    back = reverse("assessments:desk_studio", args=[studio.public_id])
    context = {**frame(request, studio, title), "frame": "staff.html"}
    return form_page(request, context, form, title, back=back, **more)


def _days(user: User) -> dict[str, Any]:
    """Places with a paper whose day the person's office sets, and days it has not set."""
    found = list(reach.handled_places(user))
    rulesets, roles = current_rulesets(found), reach.roles_in(user, found)
    open_days = days.unset({row: rulesets[row.pk] for row in found}, timezone.localdate(), roles)
    return {
        "settable": [
            row for row in found if days.settable(rulesets[row.pk], roles.get(row.pk, set()))
        ],
        "unset": [
            {"text": str(row), "link": {"label": "设定报送日期", "url": reverse(
                "assessments:set_day", args=[row.place.code])}}
            for row in open_days
        ],
    }  # fmt: skip


@writes(methods=("GET", "POST"))
def set_day(request: HttpRequest, code: str) -> HttpResponse:
    """Set the day of a yearly paper, by the office that the text leaves it to."""
    place = get_object_or_404(reach.handled_places(person(request)), code=code)
    ruleset = current_ruleset(place)
    roles = reach.roles_in(person(request), [place]).get(place.pk, set())
    settable = [(paper.id, paper.title) for paper in days.settable(ruleset, roles)]
    if ruleset is None or not settable:
        raise Http404
    form = DayForm(request.POST or None, items=settable)
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["day"]
        try:
            calendar.set_day(place, policy_of(ruleset), form.cleaned_data["item"], day.year, day,
                             by=person(request))  # fmt: skip
        except DomainError as error:
            add_to_form(form, error)
        else:
            enqueue("assessments.tasks.open_calendar")
            messages.success(request, "到期日已设定，将列入各工作室的待办。")
            return redirect("assessments:desk")
    context: dict[str, Any] = {"frame": "staff.html", "crumbs": _crumbs("设定到期日")}
    return form_page(request, context, form, "设定年度材料的到期日", back=reverse(
        "assessments:desk"))  # fmt: skip


def _crumbs(here: str) -> list[dict[str, str]]:
    return [{"label": "工作室管理", "url": reverse("assessments:desk")},
            {"label": here, "url": ""}]  # fmt: skip


@writes(methods=("GET", "POST"))
def import_studios(request: HttpRequest, code: str) -> HttpResponse:
    """Check a workbook of studios named before the portal, then import it."""
    place = get_object_or_404(administered_by(person(request)), code=code)
    ruleset = current_ruleset(place)
    if ruleset is None:
        raise DomainError("政策尚未发布，不能补录工作室。")
    form = UploadForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {
        "place": place, "crumbs": _crumbs("补录工作室"), "form": form,
        "desk": {"url": reverse("assessments:desk"), "label": "查看工作室管理"},
    }  # fmt: skip
    if request.method == "POST" and form.is_valid():
        upload, digest = form.cleaned_data["file"], form.cleaned_data["sha256"]
        given: dict[str, Any] = {"by": person(request), "today": timezone.localdate()}
        try:
            if digest:
                done = studio_entering.carry_out(place, ruleset, upload, sha256=digest, **given)
                if isinstance(done, Job):
                    return redirect("common:job", job_id=done.pk)
                messages.success(request, done.says)
                return redirect("assessments:desk")
            checked = studio_import.check(place, ruleset, upload, **given)
            again = studio_entering.before(place, checked.sha256)
            context |= {"checked": checked, "carried": form.carried(), "again": again}
        except DomainError as error:
            add_to_form(form, DomainError(error.message, field="file"))
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "assessments/import.html", context, status=status)


@serves
def import_template(request: HttpRequest, code: str) -> HttpResponse:
    """Send the empty workbook of the import."""
    get_object_or_404(administered_by(person(request)), code=code)
    return sheet(studio_import.template(), "studios.xlsx")
