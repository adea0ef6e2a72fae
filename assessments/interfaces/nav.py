"""The pages of one studio as tabs."""

from typing import Any

from django.urls import reverse

from applications.models import Studio
from assessments.interfaces.workbooks import TITLES
from assessments.queries.policies import living_policy


def studio_tabs(studio: Studio, home: str, here: str) -> list[dict[str, Any]]:
    """The tabs a studio has under its policy.

    Args:
        studio: the studio.
        home: address of its first page, which differs for units and officers.
        here: key of the page that is shown.
    """
    rules = living_policy(studio, "registers").ruleset
    kept = rules.registers
    pages = [("", "概况", home)]
    if living_policy(studio, "ledger").ruleset.ledger is not None:
        pages.append(("ledger", "经费", _url("ledger", studio)))
    pages += [
        (register, TITLES[register], _url("register", studio, register))
        for register in TITLES
        if getattr(kept, register) is not None
    ]
    if kept.reports or kept.records:
        pages.append(("records", "报告和记录", _url("records", studio)))
    if rules.dossier is not None:
        pages.append(("dossier", "档案", _url("dossier", studio)))
    pages.append(("life", "历程", _url("life", studio)))
    return [{"label": label, "url": url, "current": key == here} for key, label, url in pages]


def _url(name: str, studio: Studio, *more: str) -> str:
    return reverse(f"assessments:{name}", args=[studio.public_id, *more])
