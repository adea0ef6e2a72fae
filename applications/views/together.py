"""A second unit confirms a filing; a unit that is heard states its view."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from applications import permissions
from applications.domain import parties as sides
from applications.domain import statements
from applications.interfaces import summary
from applications.interfaces.page_forms import StatementForm
from applications.interfaces.standing import Standing
from applications.queries import parties_of, statement_of
from applications.views.common import demand, filing_or_404, frame, person
from jurisdictions.engine.dates import format_date
from portal.common.errors import DomainError, add_to_form
from portal.common.files import serve_file
from portal.common.limits import limited
from portal.common.views import serves, writes

_ROLES = {sides.UNIT: "申请单位", sides.NEW_UNIT: "新单位"}


@writes(methods=("GET", "POST"))
def parties(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show what both units agree on; the other unit confirms it."""
    application = filing_or_404(request, public_id)
    partner = sides.partner_of(application)
    if partner is None:
        raise Http404
    verdict = permissions.can_confirm(person(request), partner)
    if request.method == "POST":
        demand(verdict)
        sides.confirm(application, partner, by=person(request))
        messages.success(request, "已确认。对方单位现在可以提交。")
        return redirect("applications:parties", public_id=public_id)
    standing = Standing(application)
    rows = [
        {
            "party": row,
            "role": _ROLES.get(row.role, row.role),
            "waiting": "提交时确认" if row.role == sides.UNIT else "尚未确认",
        }
        for row in parties_of(application)
    ]
    writing = application.status in permissions.OPEN
    context = {
        **frame(standing, "双方确认"),
        "rows": rows,
        "sections": summary.section_cards(standing),
        "may_confirm": bool(verdict) and writing and partner.confirmed_at is None,
        "reason": "" if partner.confirmed_at else verdict.reason,
    }
    return render(request, "applications/parties.html", context)


@limited("upload", amount=150, seconds=600)
@writes(methods=("GET", "POST"))
def statement(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show what the unit is told; it states its view once."""
    application = filing_or_404(request, public_id)
    row = statement_of(application)
    if row is None:
        raise Http404
    verdict = permissions.can_state(person(request), application)
    form = StatementForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        demand(verdict)
        if form.is_valid():
            try:
                statements.give(application, by=person(request), **form.cleaned_data)
            except DomainError as error:
                add_to_form(form, error)
            else:
                messages.success(request, "陈述申辩已提交。")
                return redirect("applications:statement", public_id=public_id)
    standing = Standing(application)
    context = {
        **frame(standing, "陈述申辩"),
        "form": form,
        "late": statements.is_late(row),
        "sections": summary.section_cards(standing),
        "may_state": bool(verdict) and application.status == "submitted",
        "reason": verdict.reason or "该事项不在办理中，不能再陈述。",
        "facts": [
            {"label": "告知机构", "value": str(row.office)},
            {"label": "告知日期", "value": format_date(row.asked_on)},
            {"label": "陈述期限", "value": format_date(row.due_on)},
        ],
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "applications/statement.html", context, status=status)


@serves
def statement_file(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Send the unit the file it gave with its statement."""
    row = statement_of(filing_or_404(request, public_id))
    if row is None or not row.file:
        raise Http404
    return serve_file(request, str(row.file.name), download_name=row.file_name)
