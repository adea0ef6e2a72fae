"""Pages of passages whose kind has a page of its own: frame, signing, papers, filing."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from portal.common.errors import DomainError
from portal.common.files import CONTENT_TYPES, serve_file
from portal.common.views import reads, serves, writes
from reviews import queries
from reviews.domain import decision, meeting, minutes, remarks, sittings
from reviews.domain.stages import SAVE, SEND_BACK, SIGN, take_action
from reviews.domain.work import kind_of
from reviews.interfaces import runpage
from reviews.interfaces.addresses import query_of, under, with_query
from reviews.interfaces.smallforms import Refused
from reviews.models import Sitting, StageRun
from reviews.views import acted, parse

_ACTIONS = {"save": SAVE, "sign": SIGN, "send_back": SEND_BACK}
_DONE = {SAVE: "已保存。", SIGN: "已签署。", SEND_BACK: "已退回经办。"}
_FILING = ("sent_on", "to", "receipt")


def run_of(request: HttpRequest, run_id: uuid.UUID, *kinds: str) -> StageRun:
    """The passage, when the person may see it and its kind has this page.

    Raises:
        Http404: it does not exist for this person.
    """
    run = get_object_or_404(queries.runs_with_pages(request.user), public_id=run_id)
    if not kind_of(run.kind).own_page or (kinds and run.kind not in kinds):
        raise Http404
    return run


def sitting_of(run: StageRun) -> Sitting:
    """The sitting of a passage that counts.

    Raises:
        Http404: none was called.
    """
    sitting = sittings.current(run)
    if sitting is None:
        raise Http404
    sitting.run = run
    return sitting


def again(request: HttpRequest, run: StageRun, error: DomainError, form: str = "") -> HttpResponse:
    """The page once more, with what was typed and why it could not be kept.

    Args:
        request: what was sent.
        run: the passage.
        error: why it could not be kept.
        form: the small form it was typed in, empty for one of the great ones.
    """
    return _shown(request, run, error, form)


def _shown(
    request: HttpRequest, run: StageRun, error: DomainError | None = None, form: str = ""
) -> HttpResponse:
    """The page; of one case, its way back leads into the filter of the worklist."""
    refused = Refused(form, request.POST, error) if error and form else None
    typed: Any = {"speciality": request.GET.get("speciality", "")}
    if error is not None:
        typed = {} if form else request.POST
    context = runpage.run_page(run, request.user, typed=typed, error=error, refused=refused)
    if run.case is not None:
        query = query_of(request.GET)
        context["crumbs"] = under(context["crumbs"], query)
        context["back"] = with_query(context["back"], query)
    return render(request, "reviews/run.html", context, status=error.status if error else 200)


def back(run: StageRun) -> HttpResponse:
    """To the page of the passage."""
    return redirect("reviews:run", run_id=run.public_id)


@reads
def detail(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Show a passage."""
    return _shown(request, run_of(request, run_id))


@writes
def sign(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Save, sign or send back."""
    run, post = run_of(request, run_id), request.POST
    action = _ACTIONS.get(post.get("action", ""), SAVE)
    try:
        take_action(run, action, by=request.user, version=parse.number(post.get("version", "")),
                    outcome=post.get("outcome", ""), opinion=post.get("opinion", ""),
                    data=_particulars(post))  # fmt: skip
    except DomainError as error:
        return again(request, run, error)
    acted.say(request, run, _DONE[action])
    if action == SAVE:
        return back(run)
    return redirect(runpage.back_of(run))


def _particulars(post: Any) -> dict[str, Any]:
    found: dict[str, Any] = {name: post[name].strip() for name in _FILING if name in post}
    if found.get("sent_on"):
        found["sent_on"] = parse.iso(found["sent_on"], "sent_on")
    return found


@writes
def annul(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Declare the sitting void."""
    run = run_of(request, run_id, "vote", "visit", "committee")
    try:
        sittings.annul(sitting_of(run), by=request.user, reason=request.POST.get("reason", ""))
    except DomainError as error:
        return again(request, run, error, "annul")
    messages.success(request, "已作废，可以重新召集；作废的记录仍然保留。")
    return back(run)


@writes
def upload_minutes(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Keep the signed minutes."""
    run = run_of(request, run_id, "vote", "visit", "committee")
    try:
        sittings.attach_minutes(sitting_of(run), request.FILES.get("minutes"), by=request.user)
    except DomainError as error:
        return again(request, run, error, "signed")
    messages.success(request, "已上传签字的纪要。")
    return back(run)


@serves
def minutes_pdf(request: HttpRequest, run_id: uuid.UUID) -> HttpResponseBase:
    """Send the minutes to be printed and signed."""
    run = run_of(request, run_id, "vote", "visit", "committee")
    document = minutes.paper_of(sitting_of(run))
    return serve_file(request, document.file.name, download_name=f"{document.title}.pdf",
                      inline=True)  # fmt: skip


@serves
def file(request: HttpRequest, run_id: uuid.UUID, file_id: uuid.UUID) -> HttpResponseBase:
    """Send a photo or signed minutes, also to the team that made them."""
    run = queries.runs_with_pages(request.user).filter(public_id=run_id).first()
    if run is None:
        run = get_object_or_404(queries.sittings_of(request.user), run__public_id=run_id).run
    row = get_object_or_404(queries.sitting_files(run), public_id=file_id)
    return serve_file(request, row.file.name, download_name=row.name, inline=True)


@writes
def record_meeting(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Enter what a meeting decided, with its minutes."""
    run, post = run_of(request, run_id, "committee"), request.POST
    version = post.get("sitting_version", "")
    texts = parse.prefixed(post, "text-")
    try:
        sitting = meeting.record(
            run, by=request.user, held_on=parse.day(post, "held_on", "会议日期"),
            minutes_number=post.get("minutes_number", ""), text=post.get("record", ""),
            people=sittings.read_people(post.get("people", "")),
            results={parse.number(pk): (result, texts.get(pk, ""))
                     for pk, result in parse.prefixed(post, "result-").items()},
            version=parse.number(version) if version else None,
        )  # fmt: skip
        if request.FILES.get("minutes"):
            sittings.attach_minutes(sitting, request.FILES["minutes"], by=request.user)
    except DomainError as error:
        return again(request, run, error)
    messages.success(request, "已登记会议结果。")
    return back(run)


@writes
def approve(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """A body approves list or filing as it stands, or says what it wants changed."""
    run, post = run_of(request, run_id, "joint_decision"), request.POST
    role = post.get("role", "")
    try:
        if post.get("do") == "remark":
            remarks.remark(run, role, post.get("remark", ""), by=request.user)
            messages.success(request, "已提出修改意见，并告知主办机构。")
        else:
            subject: Any = run.case or run.listing
            decision.approve(subject, role, by=request.user, digest=post.get("digest", ""),
                             opinion=post.get("opinion", "").strip())  # fmt: skip
            what = "申报" if run.case else "名单"
            messages.success(request, f"已审定现有{what}。{what}再有变动时须重新审定。")
    except DomainError as error:
        return again(request, run, error)
    return back(run)


@serves
def studios(request: HttpRequest, run_id: uuid.UUID) -> HttpResponseBase:
    """Send the named studios as a workbook to be reported above."""
    run = run_of(request, run_id, "filing")
    response = HttpResponse(runpage.studio_file(run), content_type=CONTENT_TYPES["xlsx"])
    response["Content-Disposition"] = 'attachment; filename="filing.xlsx"'
    return response
