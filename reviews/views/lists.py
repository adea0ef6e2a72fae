"""Pages of lists: draw up, order, hold, strike, sign, approve, announce, end."""

import uuid
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from portal.common.errors import DomainError
from portal.common.views import reads, writes
from reviews import queries
from reviews.domain import claiming, decision, gathering, lists, objections, publicity
from reviews.domain.objections import Answer
from reviews.domain.stages import SAVE, SEND_BACK, SIGN, recall, take_action
from reviews.domain.work import need
from reviews.enums import ItemState
from reviews.interfaces import listindex, listpage, noticepage, objectionpage
from reviews.interfaces.smallforms import Refused
from reviews.models import List
from reviews.views import acted, parse

_ACTIONS = {"save": SAVE, "sign": SIGN, "send_back": SEND_BACK}
_PROPOSED = ("title", "body", "contact", "url", "document_number", "decided_on", "reason")


def list_of(request: HttpRequest, list_id: uuid.UUID) -> List:
    """The list, when the person may see it."""
    rows = queries.visible_lists(request.user).select_related(
        "ruleset", "round", "office", "jurisdiction", "supplements", "claimed_by"
    )
    return get_object_or_404(rows, public_id=list_id)


def shown_again(
    request: HttpRequest, listing: List, error: DomainError, form: str = ""
) -> HttpResponse:
    """The page once more, with what was typed and why it could not be kept.

    Args:
        request: what was sent.
        listing: the list.
        error: why it could not be kept.
        form: the small form it was typed in, empty for the form of the stage.
    """
    refused = Refused(form, request.POST, error) if form else None
    typed = None if form else request.POST
    context = listpage.list_page(listing, request.user, typed=typed, error=error, refused=refused)
    return render(request, "reviews/list.html", context, status=error.status)


def _back(listing: List) -> HttpResponse:
    return redirect("reviews:list", list_id=listing.public_id)


@reads
def index(request: HttpRequest) -> HttpResponse:
    """Show lists in hand and rounds that wait for one."""
    return render(request, "reviews/lists.html", listindex.index(request.user))


@writes
def create(request: HttpRequest, round_id: uuid.UUID) -> HttpResponse:
    """Draw up a list of the cases of a round that wait."""
    waiting = [call for call, _ in queries.rounds_waiting(request.user)]
    call = next((row for row in waiting if row.public_id == round_id), None)
    if call is None:
        raise DomainError("该批次没有等待列入名单的办理件。", status=404)
    listing = gathering.create_list(call, by=request.user, title=request.POST.get("title", ""))
    messages.success(request, "已建立名单。")
    return _back(listing)


@writes
def gather(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Draw up a list of the cases outside rounds that wait with one of them."""
    waiting = [case for case, _ in gathering.gatherings_waiting(request.user)]
    case = next((row for row in waiting if row.public_id == case_id), None)
    if case is None:
        raise DomainError("没有等待列入名单的办理件，请刷新名单页面。", status=404)
    listing = gathering.gather(case, by=request.user, title=request.POST.get("title", ""))
    messages.success(request, "已建立名单。")
    return _back(listing)


@reads
def detail(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """Show a list."""
    listing = list_of(request, list_id)
    return render(request, "reviews/list.html", listpage.list_page(listing, request.user))


@writes
def claim(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """Take the list up for half an hour."""
    listing = list_of(request, list_id)
    claiming.claim(listing, by=request.user)
    messages.success(request, "已领取，30 分钟内他人不能办理；每次操作自动续期。")
    return _back(listing)


@writes
def release(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """Put the list back."""
    listing = list_of(request, list_id)
    claiming.release(listing, by=request.user)
    messages.success(request, "已放回待办。")
    return _back(listing)


@writes
def order(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """Put the items into the order of the numbers typed."""
    listing = list_of(request, list_id)
    places = parse.prefixed(request.POST, "place-")
    wanted = sorted(places, key=lambda key: (parse.number(places[key], 9999), parse.number(key)))
    try:
        lists.reorder(listing, [parse.number(key) for key in wanted], by=request.user,
                      version=parse.number(request.POST.get("version", "")))  # fmt: skip
    except DomainError as error:
        return shown_again(request, listing, error)
    messages.success(request, "已调整顺序。")
    return _back(listing)


@writes
def item(request: HttpRequest, list_id: uuid.UUID, item_id: int) -> HttpResponse:
    """Hold, strike, choose or put back an item."""
    listing = list_of(request, list_id)
    row = get_object_or_404(listing.items, pk=item_id)
    what, reason = request.POST.get("do", ""), request.POST.get("reason", "")
    states = {"hold": ItemState.HELD, "strike": ItemState.STRUCK, "reserve": ItemState.HELD,
              "in": ItemState.IN}  # fmt: skip
    try:
        if what == "choose":
            lists.choose(row, by=request.user)
        elif what == "hold_objected":
            objections.hold_objected(row, by=request.user, reason=reason)
        elif what in states:
            lists.set_item(row, states[what], by=request.user, reason=reason,
                           reserve=what == "reserve")  # fmt: skip
    except DomainError as error:
        return shown_again(request, listing, error, f"item-{row.pk}")
    messages.success(request, "已更新名单，原有审定须重新作出。")
    return _back(listing)


@writes
def act(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """Save, sign or send back the stage of a list, or show what was chosen without keeping it."""
    listing, post = list_of(request, list_id), request.POST
    if post.get("action") == "preview":
        return render(request, "reviews/list.html",
                      listpage.list_page(listing, request.user, typed=post))  # fmt: skip
    action = _ACTIONS.get(post.get("action", ""), SAVE)
    try:
        run = take_action(
            decision.open_run(listing), action, by=request.user,
            version=parse.number(post.get("version", "")), outcome=post.get("outcome", "pass"),
            opinion=post.get("opinion", ""), data=_proposal(post),
        )  # fmt: skip
    except DomainError as error:
        return shown_again(request, listing, error)
    acted.say(request, run, {SAVE: "已暂存。", SIGN: "已签署。"}.get(action, "已退回经办。"))
    return _back(listing)


def _proposal(post: Any) -> dict[str, Any]:
    found: dict[str, Any] = {name: post[name].strip() for name in _PROPOSED if name in post}
    if found.get("decided_on"):
        found["decided_on"] = parse.iso(found["decided_on"], "decided_on")
    results = parse.item_results(post)
    return found | ({"items": results} if results else {})


@writes
def take_back(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """Recall the last signature of the list while the next stage has not acted."""
    listing = list_of(request, list_id)
    run = listing.runs.filter(state="done").order_by("-pk").first()
    if run is None:
        raise DomainError("现在没有可以撤回的签批。")
    recall(run, by=request.user)
    messages.success(request, "已撤回，请重新签批。")
    return _back(listing)


@writes
def approve(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """A body approves the list as it was shown."""
    listing, post = list_of(request, list_id), request.POST
    try:
        decision.approve(
            listing,
            post.get("role", ""),
            by=request.user,
            digest=post.get("digest", ""),
            opinion=post.get("opinion", ""),
        )
    except DomainError as error:
        return shown_again(request, listing, error)
    messages.success(request, "已审定。名单如有变动须重新审定。")
    return _back(listing)


@writes
def announce(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """Record the announcement to the public."""
    listing, post = list_of(request, list_id), request.POST
    try:
        on: date = parse.day(post, "on", "公布日期")
        decision.announce(listing, by=request.user, on=on, where=post.get("where", ""),
                          url=post.get("url", ""))  # fmt: skip
    except DomainError as error:
        return shown_again(request, listing, error, "announce")
    messages.success(request, "已登记公布情况。")
    return _back(listing)


@writes
def end_notice(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """End the notice, or take it down for a mistake."""
    listing = list_of(request, list_id)
    try:
        if request.POST.get("do") == "withdraw":
            notice = publicity.running(listing)
            if notice is None:
                raise DomainError("没有正在进行的公示。")
            publicity.withdraw(notice, by=request.user, reason=request.POST.get("reason", ""))
            messages.success(request, "已撤下，请更正后重新签批发布，公示期重新计算。")
        else:
            publicity.close(listing, by=request.user)
            messages.success(request, "公示已结束。")
    except DomainError as error:
        return shown_again(request, listing, error, request.POST.get("do", ""))
    return _back(listing)


@writes
def objection(request: HttpRequest, list_id: uuid.UUID, objection_id: uuid.UUID) -> HttpResponse:
    """Write down what was found about an objection."""
    listing = list_of(request, list_id)
    row = get_object_or_404(queries.objections_of(listing), public_id=objection_id)
    try:
        need(request.POST.get("upheld", ""), "请选择核实结果：异议成立或者不成立。", "upheld")
        told_on = parse.later(request.POST, "answered_on")
        objections.decide_objection(
            row, upheld=request.POST.get("upheld") == "yes",
            finding=request.POST.get("finding", ""), by=request.user,
            faults=parse.faults(request.POST), due_on=parse.later(request.POST, "due_on"),
            answer=Answer(told_on, request.POST.get("answered_way", "")) if told_on else None,
        )  # fmt: skip
    except DomainError as error:
        return shown_again(request, listing, error, objectionpage.form_of(row))
    messages.success(request, "已写入核实结论。")
    return _back(listing)


@writes
def enter_objection(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """Enter an objection that came on paper."""
    listing, post = list_of(request, list_id), request.POST
    row = get_object_or_404(listing.items, pk=parse.number(post.get("item", "")))
    try:
        taken = objections.object_to(
            row, name=post.get("name", ""), contact=post.get("contact", ""),
            text=post.get("text", ""), evidence=request.FILES.get("evidence"), by=request.user,
            received_on=parse.day(post, "received_on", "收到日期"),
        )  # fmt: skip
    except DomainError as error:
        return shown_again(request, listing, error, "enter")
    messages.success(request, f"已登记异议，受理编号 {taken.number}，可告知反映人。")
    return _back(listing)


@reads
def preview_notice(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """Show the notice in its final form before the last post signs."""
    context = noticepage.preview_page(list_of(request, list_id))
    return render(request, "reviews/notice_preview.html", context)


@writes
def supplement(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """Send cleared items on with a list of their own."""
    listing, reserve = list_of(request, list_id), request.POST.get("what") == "reserve"
    row = lists.supplement(listing, by=request.user, reserve=reserve)
    messages.success(request, "已建立补充名单，其他各件的时间不受影响。")
    return _back(row)
