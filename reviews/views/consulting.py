"""Pages of 征求意见: letters and replies for the office that asks, a page for each asked."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from portal.accounts.reauth import reauthenticated
from portal.common.errors import DomainError
from portal.common.files import serve_file
from portal.common.views import reads, serves, writes
from reviews import queries
from reviews.domain import consulting, replying
from reviews.domain.letters import paper_of
from reviews.interfaces import consultpage, runpage
from reviews.models import Consultation, StageRun
from reviews.views import parse
from reviews.views.runs import again, back, run_of


@writes
def send(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Send letters to the offices that have none, and to others."""
    run, post = run_of(request, run_id, "consult"), request.POST
    wanted = {parse.number(pk) for pk in post.getlist("others")}
    others = list(run.office.jurisdiction.offices.filter(pk__in=wanted, is_active=True))
    try:
        rows = consulting.send(run, by=request.user, others=others,
                               due_on=parse.day(post, "due_on", "回复期限"),
                               number=post.get("number", ""))  # fmt: skip
    except DomainError as error:
        return again(request, run, error)
    messages.success(request, f"已向 {len(rows)} 个机构发函。")
    return back(run)


@writes
def handle(request: HttpRequest, run_id: uuid.UUID, reply_id: int) -> HttpResponse:
    """Deal with a reply against."""
    run, post = run_of(request, run_id, "consult"), request.POST
    reply = get_object_or_404(queries.replies_of(run), pk=reply_id)
    try:
        consulting.handle(reply, post.get(f"handling-{reply.pk}", ""),
                          post.get(f"handling-text-{reply.pk}", ""), by=request.user)  # fmt: skip
    except DomainError as error:
        return again(request, run, error)
    messages.success(request, "已登记处理情况。")
    return back(run)


def _asked(run: StageRun, consultation_id: uuid.UUID) -> Consultation:
    row: Consultation = get_object_or_404(
        run.consultations.select_related("letter__document", "office", "replied_by"),
        public_id=consultation_id,
    )
    row.run = run
    return row


@writes(methods=("GET", "POST"))
def consultation(
    request: HttpRequest, run_id: uuid.UUID, consultation_id: uuid.UUID
) -> HttpResponse:
    """One reply, for the office that asked: enter it from paper, send it back, give more time."""
    run = run_of(request, run_id, "consult")
    row = _asked(run, consultation_id)
    error = None
    if request.method == "POST":
        try:
            messages.success(request, _change(request, row))
            return back(run)
        except DomainError as found:
            error = found
    stage = runpage.stage_of(run)
    context = {
        "run": run, "row": row, "error": error, "typed": request.POST,
        "handles": run.state == "open", "lines": consultpage.reply_lines(
            row, request.POST, reveal=False),
        "crumbs": runpage.crumbs(run, stage, {"label": row.name, "url": ""}),
    }  # fmt: skip
    return render(request, "reviews/consultation.html", context,
                  status=error.status if error else 200)  # fmt: skip


def _change(request: HttpRequest, row: Consultation) -> str:
    post = request.POST
    if post.get("do") == "back":
        consulting.send_back(row, by=request.user, reason=post.get("reason", ""))
        return f"已请{row.name}补充回复。"
    if post.get("do") == "due":
        consulting.set_due(row, parse.day(post, "due_on", "回复期限"), by=request.user)
        return "已调整回复期限。"
    cover = replying.Cover(post.get("number", ""), parse.day(post, "replied_on", "回复日期"),
                           request.FILES.get("file"))  # fmt: skip
    replying.reply_from_paper(row, _answers(request), cover, by=request.user,
                              version=parse.number(post.get("version", "")))  # fmt: skip
    return f"已录入{row.name}的书面回复。"


def _answers(request: HttpRequest) -> dict[int, replying.Answer]:
    post = request.POST
    said, texts = parse.prefixed(post, "reply-"), parse.prefixed(post, "text-")
    return {
        parse.number(pk): replying.Answer(said.get(pk, ""), text, request.FILES.get(f"file-{pk}"))
        for pk, text in texts.items()
    }


@serves
def letter(request: HttpRequest, run_id: uuid.UUID, consultation_id: uuid.UUID) -> HttpResponseBase:
    """Send the letter to the office that asks."""
    return _letter(request, _asked(run_of(request, run_id, "consult"), consultation_id))


def _letter(request: HttpRequest, row: Consultation) -> HttpResponseBase:
    document = paper_of(row.letter)
    return serve_file(request, document.file.name, download_name=f"{document.title}.pdf",
                      inline=True)  # fmt: skip


@serves
def reply_file(
    request: HttpRequest, run_id: uuid.UUID, consultation_id: uuid.UUID, reply_id: int
) -> HttpResponseBase:
    """Send what came with a reply to the office that asked; 0 is the reply's own letter."""
    return _file(request, _asked(run_of(request, run_id, "consult"), consultation_id), reply_id)


def _file(request: HttpRequest, row: Consultation, reply_id: int) -> HttpResponseBase:
    holder: Any = row if reply_id == 0 else get_object_or_404(row.replies, pk=reply_id)
    if not holder.file:
        raise Http404
    return serve_file(request, holder.file.name, download_name=holder.file_name, inline=True)


def mine(request: HttpRequest, consultation_id: uuid.UUID) -> Consultation:
    """A consultation of the person's own office; others' do not exist for him."""
    return get_object_or_404(queries.consultations_of(request.user), public_id=consultation_id)


@reads
def index(request: HttpRequest) -> HttpResponse:
    """Show what the person's offices are asked."""
    if not queries.reply_offices(request.user):
        raise Http404
    rows = list(queries.consultations_of(request.user)[:200])
    return render(request, "reviews/consult_list.html", consultpage.office_index(rows))


@writes(methods=("GET", "POST"))
def reply(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Reply about each unit and leader; keep it for later, or send it."""
    row = mine(request, consultation_id)
    if request.method != "POST":
        return render(request, "reviews/consult.html", consultpage.office_page(row))
    post = request.POST
    complete = post.get("action") == "send"
    try:
        replying.reply(
            row, _answers(request), by=request.user, complete=complete,
            version=parse.number(post.get("version", "")),
            cover=replying.Cover(post.get("number", ""), None, request.FILES.get("file")),
        )  # fmt: skip
    except DomainError as error:
        context = consultpage.office_page(row, typed=post)
        return render(request, "reviews/consult.html", {**context, "error": error},
                      status=error.status)  # fmt: skip
    messages.success(request, "已回复。" if complete else "已暂存，尚未回复。")
    return redirect("reviews:consult-reply", consultation_id=consultation_id)


@serves
def my_letter(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponseBase:
    """Send the letter to the office that is asked."""
    return _letter(request, mine(request, consultation_id))


@serves
def my_file(request: HttpRequest, consultation_id: uuid.UUID, reply_id: int) -> HttpResponseBase:
    """Send a file of the office's own reply."""
    return _file(request, mine(request, consultation_id), reply_id)


@reauthenticated
@writes
def number(request: HttpRequest, consultation_id: uuid.UUID, case_id: uuid.UUID) -> HttpResponse:
    """Show a leader's whole ID number once; every look is on record."""
    row = mine(request, consultation_id)
    case = get_object_or_404(queries.asked_cases(row), public_id=case_id)
    plain = replying.show_number(row, case, by=request.user)
    response = render(request, "reviews/consult_number.html", {
        "row": row, "application": case.application, "plain": plain,
        "crumbs": consultpage.office_page(row)["crumbs"],
    })  # fmt: skip
    response.headers["Cache-Control"] = "no-store"
    return response
