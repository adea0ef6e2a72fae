"""Pages of the ledger."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from applications.models import Studio
from assessments.domain import ledger as books
from assessments.domain import ledger_papers
from assessments.enums import Holder
from assessments.interfaces import grants, ledger_lines, pages, workbooks
from assessments.interfaces import money as money_pages
from assessments.interfaces.forms import (
    AccountForm,
    EntryForm,
    KeptFileForm,
    ReasonForm,
    UploadForm,
)
from assessments.permissions import can_keep
from assessments.queries import dues, rows
from assessments.views.common import demand, form_page, frame, is_managing, person, studio_of
from assessments.views.registers import sheet
from portal.common.errors import DomainError, add_to_form
from portal.common.files import serve_file
from portal.common.views import reads, serves, writes


def _ledger(request: HttpRequest, studio_id: uuid.UUID) -> Studio:
    """The studio whose ledger the person may see.

    Raises:
        Http404: the policy keeps no ledger.
    """
    studio = studio_of(request, studio_id)
    if dues.ledger_rules(studio) is None:
        raise Http404
    return studio


@reads
def ledger(request: HttpRequest, studio_id: uuid.UUID) -> HttpResponse:
    """Show the ledger with balances and warnings."""
    studio = _ledger(request, studio_id)
    money = dues.money(studio, timezone.localdate())
    context = frame(request, studio, "经费台账", tab="ledger")
    files = list(rows.kept_files(studio, Holder.LEDGER))
    until = money_pages.last_year(studio, timezone.localdate())
    granted = grants.grant_rows(studio)
    entered = {row["entry"] for row in granted}
    context |= {
        **ledger_lines.table(studio, money, keeping=context["keeping"], offices=entered),
        "struck": ledger_lines.struck(studio),
        **pages.ledger_head(studio, money),
        "categories": money_pages.by_category(money),
        "years": money_pages.by_year(money, studio.founded_on.year, until),
        "papers": money_pages.paper_cards(studio, files, keeping=context["keeping"]),
        "grants": granted,
        "clawbacks": grants.clawback_rows(studio),
    }
    return render(request, "assessments/ledger.html", context)


@writes(methods=("GET", "POST"))
def entry_new(request: HttpRequest, studio_id: uuid.UUID) -> HttpResponse:
    """Enter a line."""
    studio = _ledger(request, studio_id)
    demand(can_keep(studio, managing=is_managing(request, studio)))
    form = EntryForm(request.POST or None, request.FILES or None, studio=studio)
    if request.method == "POST" and form.is_valid():
        try:
            books.enter_own(studio, by=person(request), **form.cleaned_data)
        except DomainError as error:
            add_to_form(form, error)
        else:
            messages.success(request, "已登记一笔。")
            return redirect("assessments:ledger", studio_id)
    back = reverse("assessments:ledger", args=[studio_id])
    return form_page(request, frame(request, studio, "经费台账", "登记"), form, "登记台账",
                     back=back)  # fmt: skip


@writes(methods=("GET", "POST"))
def entry_strike(request: HttpRequest, studio_id: uuid.UUID, entry_id: uuid.UUID) -> HttpResponse:
    """Strike a wrong line, with a reason."""
    studio = _ledger(request, studio_id)
    line = get_object_or_404(rows.ledger_entries(studio), public_id=entry_id)
    demand(can_keep(studio, managing=is_managing(request, studio)))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            books.strike(line, by=person(request), reason=form.cleaned_data["reason"])
        except DomainError as error:
            add_to_form(form, error)
        else:
            messages.success(request, "已冲销，不再计入合计。")
            return redirect("assessments:ledger", studio_id)
    back = reverse("assessments:ledger", args=[studio_id])
    return form_page(request, frame(request, studio, "经费台账", "冲销"), form,
                     f"冲销“{line.text}”", back=back, submit="冲销")  # fmt: skip


@writes(methods=("GET", "POST"))
def account(request: HttpRequest, studio_id: uuid.UUID) -> HttpResponse:
    """Keep the name of the separate account."""
    studio = _ledger(request, studio_id)
    demand(can_keep(studio, managing=is_managing(request, studio)))
    form = AccountForm(request.POST or None, initial={"account": pages.account_of(studio)})
    if request.method == "POST" and form.is_valid():
        books.name_account(studio, form.cleaned_data["account"], by=person(request))
        messages.success(request, "账目名称已保存。")
        return redirect("assessments:ledger", studio_id)
    back = reverse("assessments:ledger", args=[studio_id])
    return form_page(request, frame(request, studio, "经费台账", "专门账目"), form, "专门账目",
                     back=back)  # fmt: skip


@serves
def voucher(request: HttpRequest, studio_id: uuid.UUID, entry_id: uuid.UUID) -> HttpResponseBase:
    """Send the scan of a voucher."""
    studio = _ledger(request, studio_id)
    line = get_object_or_404(rows.ledger_entries(studio), public_id=entry_id)
    if not line.file:
        raise Http404
    return serve_file(request, str(line.file.name), download_name=line.file_name)


@serves
def ledger_xlsx(request: HttpRequest, studio_id: uuid.UUID) -> HttpResponse:
    """Send the ledger as a workbook."""
    return sheet(workbooks.ledger(_ledger(request, studio_id)), "ledger.xlsx")


@writes(methods=("GET", "POST"))
def ledger_import(request: HttpRequest, studio_id: uuid.UUID) -> HttpResponse:
    """Check a workbook of ledger lines, show every fault by cell, then enter them."""
    studio = _ledger(request, studio_id)
    demand(can_keep(studio, managing=is_managing(request, studio)))
    form = UploadForm(request.POST or None, request.FILES or None)
    context = {**frame(request, studio, "经费台账", "导入"), "form": form}
    if request.method == "POST" and form.is_valid():
        upload, digest = form.cleaned_data["file"], form.cleaned_data["sha256"]
        try:
            if digest:
                count = money_pages.carry_out(studio, upload, sha256=digest, by=person(request))
                messages.success(request, f"已登记 {count} 笔。")
                return redirect("assessments:ledger", studio_id)
            checked = money_pages.check(studio, upload, by=person(request))
        except DomainError as error:
            add_to_form(form, DomainError(error.message, field="file"))
        else:
            context |= {**_checked(studio, checked), "carried": form.carried()}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "assessments/ledger_import.html", context, status=status)


def _checked(studio: Studio, found: money_pages.CheckedLines) -> dict[str, Any]:
    return {
        "read": len(found.rows) + found.known,
        "known": found.known,
        "fresh": len(found.rows),
        "faults": [{"text": str(error)} for error in found.errors],
        "heads": [column.label for column in money_pages.columns_of(studio)],
        "preview": [list(row.values.values()) for row in found.rows],
        "sha256": found.sha256 if found.rows and not found.errors else "",
    }


@serves
def ledger_template(request: HttpRequest, studio_id: uuid.UUID) -> HttpResponse:
    """Send the empty workbook of the ledger."""
    return sheet(money_pages.template(_ledger(request, studio_id)), "ledger-template.xlsx")


@writes(methods=("GET", "POST"))
def ledger_paper(request: HttpRequest, studio_id: uuid.UUID, part: str) -> HttpResponse:
    """Put in a paper about the money that the text asks for."""
    studio = _ledger(request, studio_id)
    label = dict(money_pages.asked_files(studio)).get(part)
    if label is None:
        raise Http404
    demand(can_keep(studio, managing=is_managing(request, studio)))
    form = KeptFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            _, drafts = ledger_papers.store(
                studio, data["upload"], by=person(request), title=data["title"] or label, part=part
            )
        except DomainError as error:
            add_to_form(form, error)
        else:
            also = "，并已放入正在填报的考核材料" if drafts else ""
            messages.success(request, f"“{label}”已存入{also}。")
            return redirect("assessments:ledger", studio_id)
    back = reverse("assessments:ledger", args=[studio_id])
    return form_page(request, frame(request, studio, "经费台账", "存入材料"), form,
                     f"存入“{label}”", back=back)  # fmt: skip
