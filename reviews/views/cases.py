"""Pages of one case: read, judge, sign, take up, re-route, recall."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from portal.accounts.reauth import reauthenticated
from portal.common.errors import DomainError
from portal.common.sealed import unseal
from portal.common.views import reads, writes
from reviews import queries
from reviews.domain import claiming, routing, typed
from reviews.domain.stages import SAVE, SEND_BACK, SIGN, recall, take_action
from reviews.interfaces import casepage, claims, desk, filing, letterpage, typedpage
from reviews.interfaces.addresses import query_of, under, with_query
from reviews.interfaces.neighbours import neighbours
from reviews.models import Case
from reviews.permissions import can_reroute
from reviews.views import acted, parse

_ACTIONS = {"save": SAVE, "decide": SIGN, "sign": SIGN, "send_back": SEND_BACK}
_DONE = {SAVE: "已暂存。", SIGN: "已提交。", SEND_BACK: "已退回经办。"}


def case_of(request: HttpRequest, case_id: uuid.UUID) -> Case:
    """The case, when the person may see it.

    Raises:
        Http404: it does not exist for this person.
    """
    rows = queries.with_rows(queries.visible_cases(request.user))
    return get_object_or_404(rows.select_related("application__enterprise"), public_id=case_id)


def person(request: HttpRequest) -> Any:
    """Who asks; nobody gets here without having signed in."""
    return request.user


@reads
def work(request: HttpRequest) -> HttpResponse:
    """Show what is to be done; opened plainly, under the filter the person made his default."""
    first = "" if request.GET else desk.default_query(request.user)
    if first:
        return redirect(f"{reverse('reviews:worklist')}?{first}")
    return render(request, "reviews/worklist.html", desk.desk(request.user, request.GET))


@reads
def detail(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Show the filing beside the panel."""
    case = case_of(request, case_id)
    kept = typedpage.for_page(case, queries.open_run_of(case), request.user)
    fill = kept.pop("fill")
    context = casepage.case_page(
        case, request.user, typed=typedpage.single(fill) if fill else None,
        flags=fill.get("flags", []) if fill else None,
    ) | kept  # fmt: skip
    context |= claims.shown(case, request.user)
    context |= _in_list(case, request, context)
    return render(request, "reviews/case.html", context)


def _in_list(
    case: Case, request: HttpRequest, shown: dict[str, Any], page: str = "case"
) -> dict[str, Any]:
    """The filter the page was opened from, its links under that filter, and the cases before and
    after in it."""
    query = query_of(request.GET)
    kept: dict[str, Any] = {name: under(shown[name], query) for name in ("crumbs", "tabs", "links")
            if name in shown}  # fmt: skip
    return {"query": query, **kept,
            "pager": neighbours(case, request.user, request.GET, page=page)}  # fmt: skip


def _back(case: Case, request: HttpRequest, here: str) -> list[dict[str, Any]]:
    """Way back from a page of the case, into the filter."""
    return under(casepage.crumbs(case, {"label": here, "url": ""}), query_of(request.GET))


def _to(name: str, request: HttpRequest, *keys: Any) -> HttpResponse:
    """Go to a page of ours under the filter the person works in."""
    return redirect(with_query(reverse(f"reviews:{name}", args=keys), query_of(request.GET)))


@writes
def act(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Save, sign or send back; on a fault the page comes back with everything typed."""
    case = case_of(request, case_id)
    run, post = queries.open_run_of(case), request.POST
    if run is None:
        raise DomainError("该件现在没有办理中的环节，请刷新页面查看最新情况。")
    action = _ACTIONS.get(post.get("action", ""), SAVE)
    try:
        take_action(
            run, action, by=request.user, version=parse.number(post.get("version", "")),
            outcome=post.get("decision", ""), opinion=post.get("opinion", ""),
            note=post.get("note"), data=parse.case_data(post), verdicts=parse.verdicts(post),
        )  # fmt: skip
    except DomainError as error:
        context = casepage.case_page(
            case, request.user, typed=post.dict(), flags=post.getlist("flags"), error=error
        )
        context |= claims.shown(case, request.user)
        context |= _in_list(case, request, context)
        context["draft_version"] = typedpage.for_page(case, run, request.user)["draft_version"]
        return render(request, "reviews/case.html", context, status=error.status)
    typed.forget(typed.place_of_run(run), by=request.user)
    acted.say(request, run, _DONE[action])
    if action == SAVE:
        return _to("case", request, case.public_id)
    return _to("worklist", request)


@writes
def claim(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Take the case up for half an hour."""
    case = case_of(request, case_id)
    claiming.claim(case, by=request.user)
    messages.success(request, "已领取，30 分钟内他人不能办理；每次操作自动续期。")
    return _to("case", request, case.public_id)


@writes
def release(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Put the case back."""
    case = case_of(request, case_id)
    claiming.release(case, by=request.user)
    messages.success(request, "已放回待办。")
    return _to("worklist", request)


@reads
def timeline(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Show the whole record, letters and corrections."""
    case = case_of(request, case_id)
    rows = casepage.submissions_of(case)
    context: dict[str, Any] = {
        "case": case, "header": casepage.header(case, None, rows[0] if rows else None),
        "crumbs": casepage.crumbs(case, {"label": "办理记录", "url": ""}),
        "tabs": casepage.tabs(case, rows, "timeline"), "events": casepage.events(case),
        "letters": letterpage.letters_of(case), "result_read": letterpage.result_receipt(case),
        "corrections": case.corrections.prefetch_related("items"),
        "sheets": casepage.sign_off_sheets(case, request.user),
        "papers": [paper for run in case.runs.prefetch_related("papers__entered_by")
                   for paper in run.papers.all()],
    }  # fmt: skip
    context |= _in_list(case, request, context, "timeline")
    return render(request, "reviews/timeline.html", context)


@reads
def compare(request: HttpRequest, case_id: uuid.UUID, one: int, two: int) -> HttpResponse:
    """Show what differs between two submissions."""
    case = case_of(request, case_id)
    rows = {row.number: row for row in casepage.submissions_of(case)}
    if one not in rows or two not in rows:
        raise Http404
    policy = casepage.policy_of(case.application.ruleset)
    context: dict[str, Any] = {
        "case": case, "header": casepage.header(case, None, rows[two]),
        "crumbs": casepage.crumbs(case, {"label": "版本比对", "url": ""}),
        "tabs": casepage.tabs(case, list(rows.values()), "compare"),
        "rows": filing.changes(policy, rows[one], rows[two]), "one_text": str(one),
        "two_text": str(two),
        "numbers": sorted(rows),
    }  # fmt: skip
    context |= _in_list(case, request, context)
    return render(request, "reviews/compare.html", context)


@reauthenticated
@writes(methods=("GET", "POST"))
def reveal(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Ask why, then show a full number once; every look is on record."""
    case = case_of(request, case_id)
    path = request.GET.get("path", "")
    rows = casepage.submissions_of(case)
    sealed = filing.sealed_at(rows[0], path) if rows else None
    if sealed is None:
        raise Http404
    context: dict[str, Any] = {
        "case": case, "crumbs": casepage.crumbs(case, {"label": "查看完整号码", "url": ""}),
        "shown": sealed.get("shown", ""), "path": path,
        "back": reverse("reviews:case", args=[case.public_id]),
    }  # fmt: skip
    status = 200
    if request.method == "POST" and "reason" in request.POST:
        try:
            context["plain"] = unseal(
                str(sealed["sealed"]), by=person(request), reason=str(request.POST["reason"])
            )
        except DomainError as error:
            context["error"], status = error, error.status
    response = render(request, "reviews/reveal.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


@writes(methods=("GET", "POST"))
def reroute(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Send the case to another office, with a reason."""
    case = case_of(request, case_id)
    run = queries.open_run_of(case)
    if run is None or not can_reroute(request.user, run):
        raise DomainError("该件现在不能改派。", status=403)
    offices = case.jurisdiction.offices.filter(is_active=True).exclude(pk=run.office_id)
    context = {"case": case, "run": run, "offices": offices, "typed": request.POST,
               "crumbs": _back(case, request, "改派")}  # fmt: skip
    if request.method == "POST":
        office = get_object_or_404(offices, pk=parse.number(request.POST.get("office", "")))
        try:
            routing.reroute(run, office, by=request.user, reason=request.POST.get("reason", ""))
        except DomainError as error:
            return render(request, "reviews/reroute.html", {**context, "error": error},
                          status=error.status)  # fmt: skip
        messages.success(request, f"已改派至{office}。")
        return _to("worklist", request)
    return render(request, "reviews/reroute.html", context)


@writes(methods=("GET", "POST"))
def take_back(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Recall the last signature while the next stage has not acted."""
    case = case_of(request, case_id)
    run = casepage.recallable(case, request.user)
    if run is None:
        raise DomainError("现在没有您可以撤回的签批。", status=403)
    if request.method == "POST":
        recall(run, by=request.user)
        messages.success(request, "已撤回，请重新签批。")
        return _to("case", request, case.public_id)
    crumbs = _back(case, request, "撤回签批")
    return render(request, "reviews/recall.html", {
        "case": case, "run": run, "crumbs": crumbs, "back": crumbs[-2]["url"],
    })  # fmt: skip


@writes(methods=("GET", "POST"))
def phrases(request: HttpRequest) -> HttpResponse:
    """Keep a person's own sentences."""
    context: dict[str, Any] = {"crumbs": [{"label": "常用语", "url": ""}]}
    status, text = 200, request.POST.get("text", "")
    if request.method == "POST":
        try:
            if "drop" in request.POST:
                claiming.drop_phrase(parse.number(request.POST["drop"]), by=request.user)
            else:
                claiming.keep_phrase(text, by=request.user)
            return redirect("reviews:phrases")
        except DomainError as error:
            fault = {"text": error.message, "href": f"#{error.field}" if error.field else ""}
            context |= {"error": error, "errors": [fault], "typed": text}
            status = error.status
    context["phrases"] = queries.phrases_of(request.user)
    return render(request, "reviews/phrases.html", context, status=status)
