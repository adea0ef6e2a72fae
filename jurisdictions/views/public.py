"""What anybody may read: open calls, policies, guides, the quick check."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from jurisdictions import queries
from jurisdictions.engine.policy import Policy
from jurisdictions.interfaces.clauses import anchor, article_of
from jurisdictions.interfaces.entries import carried_by_clause
from jurisdictions.interfaces.forms import ROW_ACTION
from jurisdictions.interfaces.glance import glance
from jurisdictions.interfaces.guide import guide_parts, moment
from jurisdictions.interfaces.selfcheck import check, quick_form, quick_rules
from jurisdictions.models import Jurisdiction, Round, RoundAttachment, Ruleset
from portal.common.files import serve_file
from portal.common.limits import limited
from portal.common.views import public, reads, serves, writes

HOW = (
    ("看条件", "选择地区，阅读办事指南，用“能不能报”先自测，不需要登录。"),
    ("注册单位并填报", "由单位经办人注册填报，可随时保存退出，负责人确认后提交。"),
    ("受理和评审", "受理机关核对材料，需要补正的一次告知；专家评审、公示等环节全程可查。"),
    ("公布结果", "结果和公示在本平台公布，命名后在平台上办理责任书、考核等事项。"),
)


@public
@reads
def home(request: HttpRequest) -> HttpResponse:
    """Show open calls of all cities, the jurisdictions and how it works."""
    calls = list(queries.announced_rounds())
    busy = {call.jurisdiction_id for call in calls}
    cards = [_call_card(call) for call in calls]
    idle = list(queries.places().exclude(pk__in=busy))
    rulesets = queries.current_rulesets(idle)
    cards += [_place_card(place, rulesets[place.pk]) for place in idle]
    how = [{"title": title, "text": text} for title, text in HOW]
    return render(
        request, "jurisdictions/home.html", {"cards": cards, "how": how, "open": len(calls)}
    )


def _call_card(call: Round) -> dict[str, Any]:
    policy = queries.policy_of(call.ruleset)
    now = timezone.now()
    last_day = queries.closing_day(policy, call.closes_at)
    guide = reverse("jurisdictions:guide", args=[call.public_id])
    links = [
        {"label": "办事指南", "url": guide},
        {"label": "政策全文", "url": reverse("jurisdictions:policy", args=[policy.code])},
    ]
    if quick_rules(policy, call.procedure):
        own = reverse("jurisdictions:check", args=[call.public_id])
        links.insert(0, {"label": "能不能报", "url": own})
    is_open = call.opens_at <= now
    return {
        **_identity(policy),
        "programme": call.title,
        "state": "open" if is_open else "soon",
        "days": (last_day - timezone.localdate()).days,
        "closes": f"{moment(call.closes_at)} 截止",
        "text": f"{moment(call.opens_at)}开始申报",
        "url": guide,
        "links": links,
    }


def _place_card(place: Jurisdiction, ruleset: Ruleset | None) -> dict[str, Any]:
    url = reverse("jurisdictions:policy", args=[place.code])
    if ruleset is None:
        return {"name": place.name, "state": "closed", "text": "政策尚未发布", "url": url}
    policy = queries.policy_of(ruleset)
    return {
        **_identity(policy),
        "programme": policy.ruleset.identity.programme,
        "state": "closed",
        "text": "当前没有开放的批次",
        "url": url,
        "links": [{"label": "政策全文", "url": url}],
    }


def _identity(policy: Policy) -> dict[str, Any]:
    identity = policy.ruleset.identity
    tags = [{"label": "试行", "tone": "gray"}] if identity.trial else []
    tags += [{"label": identity.pending, "tone": "draft"}] if identity.pending else []
    return {"name": identity.name, "number": identity.document_number, "tags": tags}


@public
@reads
def policy_page(request: HttpRequest, code: str) -> HttpResponse:
    """Show the full text by article, and what the software does for each clause."""
    place = get_object_or_404(Jurisdiction, code=code, is_active=True)
    ruleset = _chosen(place, request.GET.get("version"))
    policy = queries.policy_of(ruleset)
    identity = policy.ruleset.identity
    context = {
        "city_name": identity.short_name,
        "place": place,
        "identity": identity,
        "ruleset": ruleset,
        "effective_from": ruleset.effective_from or place.effective_from_entered,
        "versions": queries.slim(place.rulesets.order_by("-version")),
        "articles": _articles(policy),
        "calls": queries.announced_rounds().filter(jurisdiction=place),
    }
    return render(request, "jurisdictions/policy.html", context)


def _chosen(place: Jurisdiction, version: str | None) -> Ruleset:
    if version is None:
        found = queries.current_ruleset(place)
    else:
        known = place.rulesets.filter(version=version) if version.isdecimal() else None
        found = queries.slim(known).first() if known is not None else None
    if found is None:
        raise Http404
    return found


def _articles(policy: Policy) -> list[dict[str, Any]]:
    carried = carried_by_clause(policy)
    own = {f"art-{article.no}" for article in policy.inventory.articles}
    clauses: dict[str, list[dict[str, Any]]] = {}
    for clause in policy.inventory.clauses:
        article = article_of(policy, clause.id)
        entries = carried.get(clause.id, [])
        place = anchor(policy, clause.id)
        clauses.setdefault(article.no if article else "", []).append(
            {
                # An article without parts has the anchor already.
                "anchor": "" if place in own else place,
                "id": clause.id,
                "text": clause.text,
                "entries": _short(entries),
                "assumptions": list(dict.fromkeys(e.assumption for e in entries if e.assumption)),
                "does": clause.check != "none",
            }
        )
    return [
        {
            "anchor": f"art-{article.no}",
            "heading": article.heading,
            "chapter": article.chapter,
            "paragraphs": article.text.splitlines(),
            "clauses": clauses.get(article.no, []),
        }
        for article in policy.inventory.articles
    ]


def _short(entries: list[Any]) -> list[dict[str, str]]:
    """Kind and title, the same one only once."""
    seen = dict.fromkeys((entry.kind, entry.title) for entry in entries)
    return [{"kind": kind, "title": title} for kind, title in seen]


def _public_round(public_id: uuid.UUID) -> Round:
    return get_object_or_404(queries.public_rounds(), public_id=public_id)


@public
@reads
def guide(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show the guide of a call, made from its version of the policy."""
    call = _public_round(public_id)
    policy = queries.policy_of(call.ruleset)
    identity = policy.ruleset.identity
    context = {
        "city_name": identity.short_name,
        "call": call,
        "identity": identity,
        "procedure": policy.procedure(call.procedure),
        "glance": glance(policy, call.procedure, call),
        "parts": guide_parts(policy, call.procedure, call),
        "attachments": call.attachments.all(),
        "is_open": queries.is_taking_filings(call),
        "has_check": bool(quick_rules(policy, call.procedure)),
    }
    return render(request, "jurisdictions/guide.html", context)


@public
@limited("self_check", amount=120, seconds=600)
@writes(methods=("GET", "POST"))
def self_check(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask just what the quick rules need and say whether it would do; nothing is stored."""
    call = _public_round(public_id)
    policy = queries.policy_of(call.ruleset)
    if not quick_rules(policy, call.procedure):
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = quick_form(policy, call.procedure, data, call.reference_date)
    verdict = None
    if data is not None and form.is_valid() and ROW_ACTION not in data:
        verdict = check(policy, call.procedure, data, call.reference_date)
    context = {
        "city_name": policy.ruleset.identity.short_name,
        "call": call,
        "identity": policy.ruleset.identity,
        "form": form,
        "verdict": verdict,
    }
    return render(request, "jurisdictions/self_check.html", context)


@public
@serves
def attachment(request: HttpRequest, public_id: uuid.UUID, file_id: uuid.UUID) -> HttpResponseBase:
    """Send a file published with a call."""
    call = _public_round(public_id)
    row = get_object_or_404(RoundAttachment, round=call, public_id=file_id)
    return serve_file(request, str(row.file.name), download_name=f"{row.title}.{row.kind}")
