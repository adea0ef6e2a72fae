"""The unit is told and heard before it is decided against."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from applications.domain import statements
from portal.common.errors import DomainError
from portal.common.views import writes
from reviews import queries
from reviews.interfaces.casepage import hearing_page
from reviews.views import parse
from reviews.views.cases import case_of


@writes(methods=("GET", "POST"))
def heard(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Show what the unit was told and said; give it a day."""
    case = case_of(request, case_id)
    context = hearing_page(case, request.user)
    if not context["may"] and context["statement"] is None and not context["reason"]:
        raise Http404
    if request.method != "POST":
        return render(request, "reviews/heard.html", context)
    run = queries.open_run_of(case)
    if not context["may"] or run is None:
        raise DomainError(context["reason"] or "现在不能告知，请刷新页面查看。", status=403)
    try:
        due = parse.day(request.POST, "due_on", "陈述期限")
        statements.ask(case.application, by=request.user, office=run.office, due_on=due)
    except DomainError as error:
        context |= {"error": error, "typed": request.POST}
        return render(request, "reviews/heard.html", context, status=error.status)
    messages.success(request, "已告知单位，单位可在期限内陈述申辩。")
    return redirect("reviews:heard", case_id=case.public_id)
