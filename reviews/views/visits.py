"""Pages of visits: appointed by the office, written down on the spot on a phone."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from portal.common.errors import DomainError
from portal.common.views import writes
from reviews import queries
from reviews.domain import visiting
from reviews.interfaces import sittingpage
from reviews.models import AgendaItem
from reviews.views import parse
from reviews.views.runs import again, back, run_of, sitting_of
from reviews.views.voting import people_in


@writes
def appoint(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Name the team and appoint the visits."""
    run, post = run_of(request, run_id, "visit"), request.POST
    version = post.get("sitting_version", "")
    places = parse.prefixed(post, "place-")
    try:
        appointments = {
            parse.number(pk): visiting.Appointment(
                parse.moment(text, f"starts-{pk}", "考察时间"), places.get(pk, "")
            )
            for pk, text in parse.prefixed(post, "starts-").items()
        }
        visiting.appoint(
            run, by=request.user, people=people_in(post, run), appointments=appointments,
            version=parse.number(version) if version else None,
        )  # fmt: skip
    except DomainError as error:
        return again(request, run, error)
    messages.success(request, "已安排考察，并通知申报单位和考察人员。")
    return back(run)


@writes
def close(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Conclude the visit."""
    run, post = run_of(request, run_id, "visit"), request.POST
    texts = parse.prefixed(post, "text-")
    version = post.get("sitting_version", "")
    try:
        visiting.close_visit(
            sitting_of(run),
            {parse.number(pk): (result, texts.get(pk, ""))
             for pk, result in parse.prefixed(post, "result-").items()},
            {parse.number(pk) for pk in post.getlist("went")}, by=request.user,
            version=parse.number(version) if version else None,
        )  # fmt: skip
    except DomainError as error:
        return again(request, run, error)
    messages.success(request, "考察已结束，请打印记录签名，然后提交签批。")
    return back(run)


def item_of(request: HttpRequest, run_id: uuid.UUID, item_id: uuid.UUID) -> AgendaItem:
    """What is visited, for the team and the handlers of the office.

    Raises:
        Http404: it does not exist for this person.
    """
    item = get_object_or_404(queries.visits(), public_id=item_id, sitting__run__public_id=run_id)
    if item.sitting.state == "annulled" or not visiting.can_record(request.user, item.sitting):
        raise Http404
    return item


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _said(post: Any) -> dict[str, visiting.Said]:
    verdicts = parse.prefixed(post, "point-")
    reasons, seen = parse.prefixed(post, "reason-"), parse.prefixed(post, "seen-")
    return {
        name: visiting.Said(verdicts.get(name, ""), reason, seen.get(name, ""))
        for name, reason in reasons.items()
    }


@writes(methods=("GET", "POST"))
def item(request: HttpRequest, run_id: uuid.UUID, item_id: uuid.UUID) -> HttpResponse:
    """Write down what is seen; the script sends the same form again and again."""
    row = item_of(request, run_id, item_id)
    if request.method != "POST":
        return render(request, "reviews/visit_item.html",
                      sittingpage.visit_page(row, request.user))  # fmt: skip
    try:
        # The note first: it is kept even where somebody else has judged a point meanwhile.
        visiting.write_note(row, request.POST.get("note", ""), by=request.user)
        refused = visiting.judge(row, _said(request.POST), by=request.user)
    except DomainError as error:
        return _refused(request, row, [error.message], error.status)
    if refused:
        return _refused(request, row, refused, 409)
    if _wants_json(request):
        return JsonResponse({"saved_at": f"{timezone.localtime():%H:%M:%S}", "seen": _seen(row)})
    messages.success(request, "已保存现场记录。")
    return redirect("reviews:run-visit-item", run_id=run_id, item_id=item_id)


def _seen(row: AgendaItem) -> dict[str, str]:
    return {name: visiting.token_of(said) for name, said in visiting.verdicts_of(row).items()}


def _refused(
    request: HttpRequest, row: AgendaItem, sentences: list[str], status: int
) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse({"error": "；".join(sentences)}, status=status)
    context = sittingpage.visit_page(row, request.user, typed=request.POST)
    errors = [{"text": sentence, "href": ""} for sentence in sentences]
    return render(request, "reviews/visit_item.html", {**context, "errors": errors}, status=status)


@writes
def photos(request: HttpRequest, run_id: uuid.UUID, item_id: uuid.UUID) -> HttpResponse:
    """Keep photos; the script sends one at a time with a key of its own."""
    row, keys = item_of(request, run_id, item_id), request.POST.getlist("key")
    files: list[Any] = request.FILES.getlist("photo") or [None]
    kept = None
    try:
        for number, upload in enumerate(files):
            key = _uuid(keys[number]) if number < len(keys) else None
            kept = visiting.add_photo(row, upload, by=request.user, key=key)
    except DomainError as error:
        return _refused(request, row, [error.message], error.status)
    if _wants_json(request) and kept is not None:
        address = reverse("reviews:run-file", args=[run_id, kept.public_id])
        return JsonResponse({"name": kept.name, "url": address})
    messages.success(request, f"已上传 {len(files)} 张照片。")
    return redirect("reviews:run-visit-item", run_id=run_id, item_id=item_id)


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


@writes
def drop_photo(
    request: HttpRequest, run_id: uuid.UUID, item_id: uuid.UUID, file_id: uuid.UUID
) -> HttpResponse:
    """Take a photo out."""
    row = item_of(request, run_id, item_id)
    photo = get_object_or_404(row.files, public_id=file_id, role="photo")
    try:
        visiting.remove_photo(photo, by=request.user)
    except DomainError as error:
        return _refused(request, row, [error.message], error.status)
    messages.success(request, "已移除照片。")
    return redirect("reviews:run-visit-item", run_id=run_id, item_id=item_id)
