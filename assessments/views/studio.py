"""Pages of one studio: overview, what is due, the archive."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from applications.models import Studio
from assessments.domain import assessing, handing_in, receiving, registers
from assessments.enums import DueKind
from assessments.interfaces import graded, pages
from assessments.interfaces.forms import DossierForm, PaperForm, SettleForm, TakeOverForm
from assessments.interfaces.front import front
from assessments.models import Obligation
from assessments.permissions import can_hand_in, can_keep, can_receive, can_settle
from assessments.queries import dues, reach, rows
from assessments.queries.dossier import completeness
from assessments.views.common import (
    demand,
    desk_studio_of,
    frame,
    is_handling,
    is_managing,
    is_mine,
    person,
    studio_of,
)
from portal.common.errors import DomainError, add_to_form
from portal.common.files import serve_file
from portal.common.forms import PortalForm
from portal.common.verdict import Verdict, deny
from portal.common.views import reads, serves, writes


@reads
def mine(request: HttpRequest) -> HttpResponse:
    """Show the studios of the person's units and what they owe."""
    found = list(reach.of_units(person(request)))
    counts = dues.open_counts([studio.pk for studio in found], timezone.localdate())
    cards = [
        {"studio": studio, "tag": pages.status_tag(studio), "facts": pages.facts_of(studio),
         "due": counts.get(studio.pk, 0)}
        for studio in found
    ]  # fmt: skip
    crumbs = [{"label": "我的工作室", "url": ""}]
    return render(request, "assessments/mine.html", {"cards": cards, "crumbs": crumbs})


@reads
def studio(request: HttpRequest, studio_id: uuid.UUID) -> HttpResponse:
    """Show one studio to its unit."""
    found = get_object_or_404(reach.of_units(person(request)), public_id=studio_id)
    context = {
        **frame(request, found, tab=""),
        **front(found, timezone.localdate(), desk=False, user=person(request)),
    }
    return render(request, "assessments/studio.html", context)


@writes(methods=("GET", "POST"))
def obligation(request: HttpRequest, studio_id: uuid.UUID, due_id: uuid.UUID) -> HttpResponse:
    """Show what is due; the unit hands in its papers, an office settles its own."""
    found = studio_of(request, studio_id)
    row = get_object_or_404(rows.obligations(found), public_id=due_id)
    paper = handing_in.paper_of(row)
    by_unit = row.party == "unit"
    allowed = (
        can_hand_in(row, managing=is_managing(request, found))
        if by_unit
        else can_settle(row, handling=is_handling(request, found))
    )
    form: PaperForm | SettleForm = (
        PaperForm(request.POST or None, request.FILES or None, paper=paper)
        if by_unit
        else SettleForm(request.POST or None)
    )
    if request.method == "POST":
        demand(allowed)
        if form.is_valid() and _act(request, row, form):
            messages.success(request, f"{row.title}已登记。")
            return redirect(frame(request, found)["home"])
    return obligation_page(request, found, row, form, allowed)


def obligation_page(
    request: HttpRequest, found: Studio, row: Obligation, form: PortalForm | None,
    allowed: Verdict, taking: TakeOverForm | None = None,
) -> HttpResponse:  # fmt: skip
    """The page of what is due, with the form that was sent.

    Args:
        request: what was asked for.
        found: the studio.
        row: what is due.
        form: the paper of the unit or the word of an office.
        allowed: whether the person may hand it in.
        taking: the form in which an office takes it forward, when that was sent.
    """
    mine = is_mine(request, found)
    context = {
        **frame(request, found, row.title),
        "row": row,
        "facts": pages.obligation_facts(row, timezone.localdate(), for_unit=mine),
        "parts": pages.obligation_parts(row, handing_in.paper_of(row)),
        "allowed": bool(allowed) and row.done_on is None,
        "reason": allowed.reason,
        "form": form,
        "taking": taking or TakeOverForm(),
        **_after(row, handling=is_handling(request, found)),
        **graded.under_way(row, person(request), mine=mine),
    }
    wrong = any(sent is not None and sent.is_bound and sent.errors for sent in (form, taking))
    return render(request, "assessments/obligation.html", context, status=422 if wrong else 200)


def _after(row: Obligation, *, handling: bool) -> dict[str, Any]:
    """What happens to a paper beside handing it in: draft, receipt, opinions."""
    allowed = bool(can_receive(row, handling=handling))
    return {
        "drafted": row.kind == DueKind.AGREEMENT,
        "receivable": allowed and row.received_on is None,
        "opinion": receiving.opinion_rule(row),
        "opinions": list(rows.opinions(row)),
        "may_opine": allowed,
    }


def _act(request: HttpRequest, row: Obligation, form: PaperForm | SettleForm) -> bool:
    today, user = timezone.localdate(), person(request)
    try:
        if isinstance(form, SettleForm):
            handing_in.settle(row, by=user, on=today, text=form.cleaned_data["text"])
        else:
            handing_in.hand_in(
                row, by=user, on=today, text=form.cleaned_data.get("text", ""),
                parts=form.parts, upload=form.cleaned_data.get("upload"),
            )  # fmt: skip
    except DomainError as error:
        add_to_form(form, error)
        return False
    return True


@serves
def paper_file(request: HttpRequest, studio_id: uuid.UUID, due_id: uuid.UUID) -> HttpResponseBase:
    """Send the file of a paper."""
    row = get_object_or_404(rows.obligations(studio_of(request, studio_id)), public_id=due_id)
    if not row.file:
        raise Http404
    return serve_file(request, str(row.file.name), download_name=row.file_name)


@writes(methods=("GET", "POST"))
def dossier(request: HttpRequest, studio_id: uuid.UUID) -> HttpResponse:
    """Show how full the archive is; the unit adds files."""
    found = studio_of(request, studio_id)
    lines = completeness(found)
    if not lines:
        raise Http404
    form = DossierForm(
        request.POST or None, request.FILES or None, parts=[(x.id, x.label) for x in lines]
    )
    if request.method == "POST":
        demand(can_keep(found, managing=is_managing(request, found)))
        if form.is_valid():
            data = form.cleaned_data
            try:
                registers.add_file(
                    found, data["part"], data["title"], data["upload"], by=person(request)
                )
            except DomainError as error:
                add_to_form(form, error)
            else:
                messages.success(request, "文件已存入档案。")
                return redirect("assessments:dossier", studio_id=studio_id)
    context = {**frame(request, found, "档案", tab="dossier"), "lines": lines, "form": form}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "assessments/dossier.html", context, status=status)


@serves
def dossier_file(
    request: HttpRequest, studio_id: uuid.UUID, file_id: uuid.UUID
) -> HttpResponseBase:
    """Send a file of the archive."""
    row = get_object_or_404(rows.dossier_files(studio_of(request, studio_id)), public_id=file_id)
    return serve_file(request, str(row.file.name), download_name=row.file_name)


@writes
def take_over(request: HttpRequest, studio_id: uuid.UUID, due_id: uuid.UUID) -> HttpResponse:
    """The assessing office takes forward what the unit does not file."""
    found = desk_studio_of(request, studio_id)
    row = get_object_or_404(rows.obligations(found), public_id=due_id)
    form = TakeOverForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            assessing.take_over(row, by=person(request), on=timezone.localdate(), reason=reason)
        except DomainError as error:
            add_to_form(form, error)
        else:
            messages.success(request, f"{row.title}已代为发起，转入考核办理。")
            return redirect("assessments:obligation", studio_id, due_id)
    return obligation_page(request, found, row, None, deny(""), form)
