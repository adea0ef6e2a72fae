"""Pages of votes: called and counted by the office, cast by each member on his own device."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from portal.common.errors import DomainError
from portal.common.views import reads, writes
from reviews import queries
from reviews.domain import sittings, voting
from reviews.interfaces import sittingpage
from reviews.models import Sitting, StageRun
from reviews.views import parse
from reviews.views.runs import again, back, run_of, sitting_of


@reads
def meetings(request: HttpRequest) -> HttpResponse:
    """Show the sittings a person was called to."""
    return render(request, "reviews/meetings.html", sittingpage.meetings(request.user))


def people_in(post: Any, run: StageRun) -> list[sittings.Person]:
    """People chosen from the office and typed."""
    wanted = {parse.number(pk) for pk in post.getlist("chosen")}
    chosen = [user for user in sittingpage.colleagues(run) if user.pk in wanted]
    return sittings.read_people(post.get("people", ""), chosen)


@writes
def convene(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Call the members."""
    run, post = run_of(request, run_id, "vote"), request.POST
    version = post.get("sitting_version", "")
    try:
        sittings.convene(
            run, by=request.user, people=people_in(post, run), place=post.get("place", ""),
            starts_at=parse.moment(post.get("starts_at", ""), "starts_at", "表决会时间"),
            version=parse.number(version) if version else None,
        )  # fmt: skip
    except DomainError as error:
        return again(request, run, error)
    messages.success(request, "已召集，并通知有账号的委员。")
    return back(run)


@writes
def attendance(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Record who came."""
    run, post = run_of(request, run_id, "vote"), request.POST
    sitting = sitting_of(run)
    here = set(post.getlist("present"))
    reasons = {parse.number(k): text for k, text in parse.prefixed(post, "absent-").items()}
    try:
        voting.set_attendance(
            sitting, {person.pk: str(person.pk) in here for person in sitting.people.all()},
            reasons, by=request.user,
        )  # fmt: skip
    except DomainError as error:
        return again(request, run, error)
    messages.success(request, "已登记到会情况。")
    return back(run)


@writes
def ballots(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Open the vote, enter ballots from paper, or end the vote."""
    run, post = run_of(request, run_id, "vote"), request.POST
    sitting, what = sitting_of(run), post.get("do", "")
    try:
        if what == "open":
            voting.open_ballot(sitting, by=request.user)
            messages.success(request, "表决开始，到会委员可在各自设备上投票。")
        elif what == "close":
            voting.close_ballot(sitting, by=request.user)
            messages.success(request, "表决结束，票已锁定。")
        else:
            voting.enter_ballots(sitting, _entered(post), by=request.user)
            messages.success(request, "已录入纸质票。")
    except DomainError as error:
        return again(request, run, error)
    return back(run)


def _entered(post: Any) -> dict[tuple[int, int], str]:
    found = {}
    for key, choice in parse.prefixed(post, "ballot-").items():
        item, _, member = key.partition("-")
        if choice:
            found[parse.number(item), parse.number(member)] = choice
    return found


def my_sitting(request: HttpRequest, run_id: uuid.UUID, kind: str) -> Sitting:
    """The sitting a person was called to; for anybody else it does not exist."""
    rows = queries.sittings_of(request.user).filter(kind=kind)
    return get_object_or_404(rows, run__public_id=run_id)


@writes(methods=("GET", "POST"))
def ballot(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """A member signs in and votes."""
    sitting = my_sitting(request, run_id, "vote")
    if request.method != "POST":
        return render(request, "reviews/ballot.html",
                      sittingpage.ballot_page(sitting, request.user))  # fmt: skip
    post = request.POST
    try:
        if post.get("do") == "check_in":
            voting.check_in(sitting, by=request.user)
            messages.success(request, "已签到。")
        else:
            said = {parse.number(pk): way
                    for pk, way in parse.prefixed(post, "ballot-").items() if way}  # fmt: skip
            voting.cast(sitting, said, by=request.user)
            messages.success(request, "表决已提交。表决结束前可以更改，更改留有记录。")
    except DomainError as error:
        context = sittingpage.ballot_page(sitting, request.user, typed=post)
        return render(request, "reviews/ballot.html", {**context, "error": error},
                      status=error.status)  # fmt: skip
    return redirect("reviews:run-ballot", run_id=run_id)
