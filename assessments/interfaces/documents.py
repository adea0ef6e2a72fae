"""Papers of a studio as PDF: draft agreement, certificate, list of plaques."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string

from applications.models import Studio
from assessments.domain.handing_in import paper_of
from assessments.enums import DueKind
from assessments.interfaces.pages import hosts_of, leaders_of, verify_code, verify_url
from assessments.models import Obligation, Permit
from assessments.queries import handovers
from assessments.queries.policies import effect_of, founding_policy, living_policy
from jurisdictions.engine.dates import format_date
from jurisdictions.engine.policy import Policy
from jurisdictions.queries import office_for
from portal.common.errors import DomainError
from portal.common.pdf import render_pdf

STYLE_SHEET = Path(__file__).resolve().parents[1] / "static" / "assessments" / "document.css"


def drawn(template: str, context: dict[str, Any]) -> bytes:
    """A paper from its template; ``context`` holds its title."""
    html = render_to_string(f"documents/{template}.html", context)
    return render_pdf(html, stylesheets=[STYLE_SHEET], title=context["title"]).content


def agreement(row: Obligation) -> bytes:
    """The draft of an agreement: the parts the text demands, with what was written for them.

    Raises:
        DomainError: what is due is no agreement.
    """
    if row.kind != DueKind.AGREEMENT:
        raise DomainError("这项材料没有责任书样本。", status=404)
    studio, paper = row.studio, paper_of(row)
    policy = living_policy(studio, "calendar") if paper else founding_policy(studio)
    identity = policy.ruleset.identity
    context = {
        "title": paper.title if paper else row.title,
        "studio": studio,
        "unit": hosts_of(studio),
        "leader": leaders_of(studio),
        "parts": _parts(row, paper),
        "clauses": _clauses(policy, row.clauses),
        "receiver": row.receiver,
        "regulation": identity.title,
        "number": identity.document_number,
        "year": row.about or "",
    }
    return drawn("agreement", context)


def _parts(row: Obligation, paper: Any) -> list[dict[str, str]]:
    if paper is not None:
        return [{"text": part.text, "says": row.parts.get(part.id, "")} for part in paper.parts]
    item = effect_of(row.studio, "open_agreement")
    return [{"text": text, "says": ""} for text in item.parts] if item else []


def _clauses(policy: Policy, codes: list[str]) -> list[dict[str, str]]:
    known = {article.no: article.heading for article in policy.inventory.articles}
    found = []
    for code in codes:
        clause = policy.inventory.clause(code)
        if clause is not None:
            article = known.get(code.split("-")[1], "") if "-" in code else ""
            found.append({"label": article or "条款", "text": clause.text})
    return found


def certificate(studio: Studio) -> bytes:
    """The certificate of the leader, with the code that leads to its check.

    Raises:
        DomainError: the founding text gives no title, or the studio has ended.
    """
    item = effect_of(studio, "award_title")
    if item is None:
        raise DomainError("本地区文件没有规定授予称号，不制发证书。", status=404)
    if studio.ended_on is not None:
        raise DomainError("工作室已终止，不再制发证书。", status=409)
    title = studio.title or item.title
    context = {
        "title": title,
        "studio": studio,
        "leader": leaders_of(studio),
        "unit": hosts_of(studio),
        "bodies": _issuers(studio),
        "date": format_date(studio.founded_on),
        "number": f"{studio.number}-C",
        "code": verify_code(studio),
        "url": verify_url(studio),
    }
    return drawn("certificate", context)


def _issuers(studio: Studio) -> list[str]:
    """The bodies in whose names it is given: those of the plaque, else those of the text."""
    policy = founding_policy(studio)
    item = effect_of(studio, "issue_plaque")
    if item is not None and item.issuers:
        return [_body(policy, role, studio) for role in item.issuers]
    return [body.name for body in policy.ruleset.identity.issuing_bodies]


def _body(policy: Policy, role: str, studio: Studio) -> str:
    """The full name of the office that fills a role; its name in the text while none does."""
    answers = {"unit.district": studio.district, "unit.department": studio.department}
    try:
        return office_for(policy, role, answers, studio.jurisdiction).name
    except DomainError:
        return policy.ruleset.offices[role].label


def has_certificate(studio: Studio) -> bool:
    """Whether a certificate is made out for a studio."""
    return studio.ended_on is None and effect_of(studio, "award_title") is not None


def plaques(place: Any, studios: Iterable[Studio], permits: Iterable[Permit], on: dt.date) -> bytes:
    """The list of plaques, certificates and work permits of a place, each with where it is.

    Args:
        place: the jurisdiction.
        studios: living studios.
        permits: permits not handed back.
        on: the day printed.
    """
    listed, cards = list(studios), list(permits)
    out = Counter(card.studio_id for card in cards)
    held, waiting = handovers.held(listed), handovers.without_agreement(listed)
    rows = [
        {
            "n": number,
            "name": studio.name,
            "plaque": studio.plaque_text or studio.name,
            "plaque_number": studio.plaque_number or "—",
            "certificate": f"{studio.number}-C" if studio.title else "—",
            "unit": hosts_of(studio),
            "leader": leaders_of(studio),
            "permits": out[studio.pk],
            "handed": _handed(held.get(studio.pk), waits=studio.pk in waiting),
            "code": verify_code(studio),
        }
        for number, studio in enumerate(listed, 1)
    ]
    context = {
        "title": "技能大师工作室牌匾和证书清单", "place": str(place), "rows": rows,
        "date": format_date(on), "permits": permit_rows(cards),
    }  # fmt: skip
    return drawn("plaques", context)


def permit_rows(cards: Iterable[Permit]) -> list[dict[str, Any]]:
    """Work permits one by one: whose they are, and whether they were fetched."""
    return [
        {
            "number": card.number, "holder": card.holder, "studio": card.studio.name,
            "issuer": card.issuer,
            "issued": format_date(card.issued_on) if card.issued_on else "待领取",
        }
        for card in cards
    ]  # fmt: skip


def _handed(row: Any, *, waits: bool) -> str:
    """Whether a plaque is with the unit, in the words of the list."""
    if row is not None:
        return format_date(row.handed_on)
    return "责任书未备案，暂不交付" if waits else "未登记"
