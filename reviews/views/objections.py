"""Objections: how the objector is reached, what he was told, and his own look at the outcome."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from portal.accounts.reauth import reauthenticated
from portal.common.errors import DomainError
from portal.common.limits import limited
from portal.common.views import public, reads, writes
from reviews import queries
from reviews.domain import objections
from reviews.domain.objections import Answer
from reviews.interfaces import objectionpage
from reviews.models import List, Objection
from reviews.views import parse
from reviews.views.lists import list_of, shown_again

#: Where the session keeps the number of the objection that was just taken.
RECEIPT = "objection_receipt"


def objection_of(
    request: HttpRequest, list_id: uuid.UUID, objection_id: uuid.UUID
) -> tuple[List, Objection]:
    """An objection, for whoever looks after it."""
    listing = list_of(request, list_id)
    row = get_object_or_404(queries.objections_of(listing), public_id=objection_id)
    if not objections.may_open(request.user, row):
        raise Http404
    return listing, row


@reauthenticated
@writes(methods=("GET", "POST"))
def contact(request: HttpRequest, list_id: uuid.UUID, objection_id: uuid.UUID) -> HttpResponse:
    """Ask why, then show once how the objector is reached; every look is on record."""
    listing, row = objection_of(request, list_id, objection_id)
    context, status = objectionpage.contact_page(listing, row), 200
    if request.method == "POST":
        try:
            context["plain"] = objections.open_contact(
                row, by=request.user, reason=request.POST.get("reason", "")
            )
        except DomainError as error:
            context["error"], status = error, error.status
    response = render(request, "reviews/objection_contact.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


@writes
def answer(request: HttpRequest, list_id: uuid.UUID, objection_id: uuid.UUID) -> HttpResponse:
    """Record that the objector was told what was found."""
    listing, row = objection_of(request, list_id, objection_id)
    try:
        told = Answer(parse.day(request.POST, "answered_on", "答复日期"),
                      request.POST.get("answered_way", ""))  # fmt: skip
        objections.answer_objector(row, told, by=request.user)
    except DomainError as error:
        return shown_again(request, listing, error, objectionpage.form_of(row))
    messages.success(request, "已登记答复反映人的情况。")
    return redirect("reviews:list", list_id=listing.public_id)


@public
@reads
def received(request: HttpRequest, notice_id: uuid.UUID) -> HttpResponse:
    """Show the receipt number of the objection that was just taken, to whoever made it."""
    notice = get_object_or_404(queries.public_notices(), public_id=notice_id)
    kept = request.session.get(RECEIPT, {})
    if kept.get("notice") != str(notice_id):
        return redirect("reviews:objection-lookup")
    response = render(request, "reviews/objection_received.html",
                      objectionpage.received_page(notice, kept["number"]))  # fmt: skip
    response.headers["Cache-Control"] = "no-store"
    return response


@public
@limited("objection-lookup", amount=5, seconds=3600)
@writes(methods=("GET", "POST"))
def lookup(request: HttpRequest) -> HttpResponse:
    """Tell an objector how far his objection is, by receipt number and contact."""
    context, status = objectionpage.lookup_page(request.POST), 200
    if request.method == "POST":
        row = objections.look_up(request.POST.get("number", ""), request.POST.get("contact", ""))
        if row is None:
            status = 422
            error = DomainError(
                "没有查到：受理编号与联系方式须与提出异议时一致，请核对后再查。", field="number"
            )
            context |= {"error": error, "errors": [{"text": error.message, "href": "#number"}]}
        else:
            context["found"] = objectionpage.found_page(row)
    response = render(request, "reviews/objection_lookup.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response
