"""My filings: the list, starting one, and its task list."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from applications import permissions
from applications.domain import drafts
from applications.enums import Status
from applications.interfaces import eligibility, progress, stage_words, tasks_of
from applications.interfaces.page_forms import StartForm
from applications.interfaces.standing import Standing
from applications.queries import reach, still_open
from applications.views.common import filing_or_404, frame, person
from jurisdictions.queries import is_taking_filings, open_rounds, policy_of, public_rounds
from portal.accounts.queries import enterprises_of
from portal.common.errors import DomainError, add_to_form
from portal.common.views import reads, writes


@reads
def my_filings(request: HttpRequest) -> HttpResponse:
    """List the filings of the person's units, and the calls that are open."""
    user = person(request)
    rows = list(reach.of_units(user))
    places = progress.briefs_of(rows)
    found = [stage_words.line(row, places.get(row.pk), still_open=still_open(row)) for row in rows]
    context = {
        "urgent": [line for line in found if line["urgent"]],
        "others": [line for line in found if not line["urgent"]],
        "rounds": open_rounds(),
        "units": enterprises_of(user),
        "list_crumbs": [{"label": "首页", "url": "/"}, {"label": "我的申报", "url": ""}],
    }
    return render(request, "applications/list.html", context)


@writes(methods=("GET", "POST"))
def start(request: HttpRequest, round_id: uuid.UUID) -> HttpResponse:
    """Start a filing in a call, for one of the person's units."""
    user = person(request)
    call = get_object_or_404(public_rounds(), public_id=round_id)
    units = enterprises_of(user)
    form = StartForm(request.POST or None, units=units, earlier=reach.has_earlier(units))
    if request.method == "POST" and form.is_valid():
        try:
            application = drafts.start(
                call,
                form.cleaned_data["unit"],
                by=user,
                reuse=bool(form.cleaned_data.get("reuse")),
            )
        except DomainError as error:
            add_to_form(form, error)
        else:
            messages.success(request, "已新建申报。填写的内容会自动保存，可随时退出。")
            return redirect("applications:tasks", public_id=application.public_id)
    policy = policy_of(call.ruleset)
    context = {
        "round": call,
        "form": form,
        "units": units,
        "taking": is_taking_filings(call),
        "drafts": reach.open_drafts(user, call),
        "procedure": policy.procedure(call.procedure),
        "identity": policy.ruleset.identity,
        "city_name": policy.ruleset.identity.name,
        "crumbs": [
            {"label": "我的申报", "url": reverse("applications:list")},
            {"label": "新建申报", "url": ""},
        ],
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "applications/start.html", context, status=status)


@reads
def tasks(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show the task list of a filing with its eligibility panel."""
    application = filing_or_404(request, public_id)
    standing = Standing(application)
    listed = tasks_of.task_list(standing)
    changeable = permissions.can_fill(person(request), application)
    context = {
        **frame(standing),
        "tasks": listed,
        "problems": [
            {"text": f"第 {task['n']} 项：{task['error']}", "href": f"#{task['anchor']}"}
            for task in listed["tasks"]
            if task["error"]
        ],
        "conflicts": [c for c in standing.conflicts if c.exclusive],
        "panel": eligibility.panel(standing),
        "changeable": bool(changeable) and still_open(application),
        "locked_reason": changeable.reason,
        "late": application.status == Status.DRAFT and not still_open(application),
        "notice": progress.notice_of(application)
        if application.status == Status.RETURNED
        else None,
        "may_withdraw": permissions.can_withdraw(person(request), application),
        "contact": application.round,
    }
    return render(request, "applications/tasks.html", context)
