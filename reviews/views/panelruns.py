"""The panel on the page of a passage: appoint, draw, head, seats, schedule, propose, papers."""

import uuid
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render

from jurisdictions.permissions import works_for
from portal.common.errors import DomainError
from portal.common.files import CONTENT_TYPES, serve_file
from portal.common.views import reads, serves, writes
from reviews import queries
from reviews.domain import hearings, panelpaper, seating, sheets, sittings
from reviews.domain.panels import CASE_KEY
from reviews.domain.stages import SAVE, SIGN, take_action
from reviews.domain.work import PASS
from reviews.interfaces import panelpage, runpage
from reviews.models import StageRun
from reviews.views import acted, parse
from reviews.views.runs import again, back, run_of

KINDS = seating.KINDS


def _run(request: HttpRequest, run_id: uuid.UUID) -> StageRun:
    return run_of(request, run_id, *KINDS)


def _try(
    request: HttpRequest, run: StageRun, act: Callable[[], object], done: str, form: str = ""
) -> HttpResponse:
    """Do something and show the page; on a fault the page with what was typed."""
    try:
        act()
    except DomainError as error:
        return again(request, run, error, form)
    acted.say(request, run, done)
    return back(run)


@writes
def appoint(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Give the chosen experts their seats."""
    run, chosen = _run(request, run_id), set(request.POST.getlist("experts"))
    experts = [row for row in seating.pool(run) if str(row.public_id) in chosen]
    despite = request.POST.get("despite", "")
    return _try(request, run,
                lambda: seating.appoint(run, experts, by=request.user, despite=despite),
                "已安排，并已通知专家。")  # fmt: skip


@writes
def draw(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Draw experts by lot."""
    run, count = _run(request, run_id), parse.number(request.POST.get("count", ""), 0)
    word = request.POST.get("speciality", "")
    return _try(request, run,
                lambda: seating.draw(run, count, by=request.user, speciality=word),
                "已抽取，并已通知专家。")  # fmt: skip


@writes
def chair(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Make an expert the head of the panel."""
    run, key = _run(request, run_id), request.POST.get("chair", "")
    expert = next((row for row in seating.pool(run) if str(row.public_id) == key), None)
    if expert is None:
        raise Http404
    return _try(request, run, lambda: seating.set_chair(run, expert, by=request.user),
                "已确定组长。")  # fmt: skip


@writes
def seat(request: HttpRequest, run_id: uuid.UUID, seat_id: uuid.UUID) -> HttpResponse:
    """Take a seat back, register a late 回避, or open a signed sheet again."""
    run = _run(request, run_id)
    row = get_object_or_404(queries.seats_on(run), public_id=seat_id)
    acts = {"release": (seating.release, "已撤换。"), "recuse": (sheets.recuse, "已登记回避。"),
            "unlock": (sheets.unlock, "已解锁。")}  # fmt: skip
    act, done = acts.get(request.POST.get("do", ""), (None, ""))
    if act is None:
        raise DomainError("请选择办理事项。", status=422)
    reason = request.POST.get("reason", "")
    return _try(request, run, lambda: act(row, by=request.user, reason=reason), done,
                panelpage.seat_form(row))  # fmt: skip


@writes
def schedule(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Fix day, place and order of a hearing."""
    run, post = run_of(request, run_id, "hearing"), request.POST
    version = post.get("sitting_version", "")
    return _try(
        request, run,
        lambda: hearings.schedule(
            run, by=request.user, place=post.get("place", ""),
            starts_at=parse.moment(post.get("starts_at", ""), "starts_at", "开始时间"),
            version=parse.number(version) if version else None,
        ), "已保存答辩安排。",
    )  # fmt: skip


@writes
def propose(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Keep what the office proposes after the panel, or sign it."""
    run, post = _run(request, run_id), request.POST
    chosen, texts = parse.prefixed(post, "result-"), parse.prefixed(post, "text-")
    reasons = {key: text for key, text in parse.prefixed(post, "why-").items() if text}
    data: dict[str, Any]
    if run.case_id is not None:
        outcome, opinion = chosen.get(CASE_KEY, ""), texts.get(CASE_KEY, "")
        data = {"deviations": reasons}
    else:
        outcome, opinion = PASS, run.opinion
        data = {"deviations": reasons, "items": parse.item_results(post)}
    action = SIGN if post.get("action") == "sign" else SAVE
    return _try(
        request, run,
        lambda: take_action(run, action, by=request.user, outcome=outcome, opinion=opinion,
                            version=parse.number(post.get("version", "")), data=data),
        "已提交签署。" if action == SIGN else "已暂存。",
    )  # fmt: skip


@reads
def timer(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Show the order of a hearing with a clock for each."""
    run = run_of(request, run_id, "hearing")
    sitting = sittings.current(run)
    if sitting is None:
        raise Http404
    stage = runpage.stage_of(run)
    return render(request, "reviews/panel/timer.html", {
        "run": run, "sitting": sitting, "agenda": hearings.agenda(sitting),
        "minutes_each": stage.minutes_each,
        "crumbs": runpage.crumbs(run, stage, {"label": "答辩计时", "url": ""}),
    })  # fmt: skip


def _office_run(request: HttpRequest, run_id: uuid.UUID) -> StageRun:
    """The passage, for the office that holds it: what single experts gave is for nobody else.

    Raises:
        DomainError: another office, or an overseer.
    """
    run = _run(request, run_id)
    verdict = works_for(request.user, run.office)
    if not verdict:
        raise DomainError(verdict.reason, status=403)
    return run


@serves
def summary(request: HttpRequest, run_id: uuid.UUID) -> HttpResponseBase:
    """Send the summary to be printed and signed."""
    run = _office_run(request, run_id)
    document = panelpaper.paper_of(run, runpage.cases_of(run))
    return serve_file(request, document.file.name, download_name=f"{document.title}.pdf",
                      inline=True)  # fmt: skip


@serves
def workbook(request: HttpRequest, run_id: uuid.UUID) -> HttpResponseBase:
    """Send results and sheets as a workbook."""
    run = _office_run(request, run_id)
    cases, stage = runpage.cases_of(run), runpage.stage_of(run)
    panelpaper.require_complete(run, cases)
    response = HttpResponse(panelpage.workbook(run, stage, cases),
                            content_type=CONTENT_TYPES["xlsx"])  # fmt: skip
    response.headers["Content-Disposition"] = 'attachment; filename="panel.xlsx"'
    return response
