"""征求意见 as pages: for the office that asks, and for those that are asked."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from jurisdictions.models import Office
from jurisdictions.queries import policy_of
from reviews.domain import consulting
from reviews.domain.work import HOLD, OUTCOME_LABELS, PASS, REFUSE
from reviews.enums import Handling, ReplyResult, RunState
from reviews.models import Case, Consultation, ConsultReply, StageRun

Part = dict[str, Any]
Typed = Mapping[str, str]
_WEIGHT = {Handling.DROP: REFUSE, Handling.HOLD: HOLD, Handling.EXPLAIN: PASS}


def lead_part(run: StageRun, stage: Any, cases: list[Case], typed: Typed) -> Part:
    """Letters, replies and what is against, for the office that asks."""
    subject: Any = run.case.application if run.case else run.listing
    policy = policy_of(subject.ruleset)
    rows = list(run.consultations.select_related("office", "letter", "replied_by"))
    sent = {row.role for row in rows if row.role}
    missing = [ask for ask in consulting.to_ask(run, stage, policy) if ask.role not in sent]
    asked = {ask.office.pk for ask in missing if ask.office}
    here = {case.pk for case in cases}
    negative = [reply for row in rows for reply in _against(row) if reply.case_id in here]
    return {
        "rows": [_row(run, row) for row in rows],
        "missing": missing,
        "others": _others(run, rows, asked) if stage.others_allowed else [],
        "against": [_negative(reply, typed, single=run.case is not None) for reply in negative],
        "ticked": _many(typed, "others"),
        "due_on": typed.get("due_on", ""), "number": typed.get("number", ""),
        "outcome": _outcome(run, negative),
    }  # fmt: skip


def _many(typed: Typed, field: str) -> list[str]:
    """Everything that was ticked in a field."""
    return list(typed.getlist(field)) if isinstance(typed, QueryDict) else []


def _against(row: Consultation) -> list[ConsultReply]:
    if row.replied_at is None:
        return []
    found = row.replies.filter(result=ReplyResult.AGAINST)
    return list(found.select_related("case__application", "consultation", "handled_by"))


def _outcome(run: StageRun, negative: list[ConsultReply]) -> str:
    if run.case is None:
        return PASS
    dropped = any(reply.handling == Handling.DROP for reply in negative)
    return REFUSE if dropped else PASS


def _row(run: StageRun, row: Consultation) -> Part:
    late = row.replied_at is None and row.due_on < timezone.localdate()
    negative = len(_against(row))
    if row.replied_at is None:
        tag = {"label": "逾期未回复" if late else "待回复", "tone": "red" if late else "gold"}
    else:
        tag = {"label": f"有异议 {negative} 条" if negative else "无异议",
               "tone": "red" if negative else "green"}  # fmt: skip
    return {
        "row": row, "tag": tag,
        "url": reverse("reviews:run-consultation", args=[run.public_id, row.public_id]),
        "letter": reverse("reviews:run-consult-letter", args=[run.public_id, row.public_id]),
    }  # fmt: skip


def _others(run: StageRun, rows: list[Consultation], asked: set[int]) -> list[Office]:
    """Offices that may be asked besides: not those that are asked anyway, nor the one that asks."""
    taken = {row.office_id for row in rows} | {run.office_id} | asked
    offices = Office.objects.filter(jurisdiction=run.office.jurisdiction, is_active=True)
    return list(offices.exclude(pk__in=[pk for pk in taken if pk]))


def _negative(reply: ConsultReply, typed: Typed, *, single: bool) -> Part:
    chosen = typed.get(f"handling-{reply.pk}", reply.handling)
    return {
        "reply": reply, "name": consulting.name_of(reply),
        "unit": reply.case.application.unit_name,
        "text": typed.get(f"handling-text-{reply.pk}", reply.handling_text),
        "result": OUTCOME_LABELS[_WEIGHT[Handling(reply.handling)]] if reply.handling else "",
        "options": [{"value": way.value, "label": way.label, "checked": way.value == chosen}
                    for way in Handling if not (single and way == Handling.HOLD)],
    }  # fmt: skip


def reply_lines(row: Consultation, typed: Typed, *, reveal: bool) -> list[Part]:
    """What is asked of an office, and what it has said so far.

    Args:
        row: the consultation.
        typed: what was typed just now and could not be kept.
        reveal: whether whole ID numbers may be looked at.
    """
    found = []
    replies = row.replies.select_related("case__application").order_by("pk")
    for number, reply in enumerate(replies, 1):
        application = reply.case.application
        chosen = typed.get(f"reply-{reply.pk}", reply.result)
        person = reply.subject == "leader"
        found.append({
            "n": number, "reply": reply, "name": consulting.name_of(reply), "person": person,
            "field": f"reply-{reply.pk}",
            "unit": application.unit_name, "uscc": "" if person else application.unit_uscc,
            "text": typed.get(f"text-{reply.pk}", reply.text),
            "options": [{"value": r.value, "label": r.label, "checked": r.value == chosen}
                        for r in ReplyResult],
            "number_url": reverse("reviews:consult-number",
                                  args=[row.public_id, reply.case.public_id])
            if person and reveal and consulting.leader_number(reply.case) else "",
        })  # fmt: skip
    return found


def office_page(row: Consultation, *, typed: Typed | None = None) -> Part:
    """The page of an office that is asked: its own question and reply, nothing else."""
    waiting = row.replied_at is None and row.run.state == RunState.OPEN
    return {
        "row": row, "waiting": waiting, "deadline": row.due_on if waiting else None,
        "about": row.letter.body.get("filing", ""),
        "lines": reply_lines(row, typed or {}, reveal=waiting), "typed": typed or {},
        "crumbs": [{"label": "征求意见", "url": reverse("reviews:consult")},
                   {"label": row.letter.body.get("filing", ""), "url": ""}],
    }  # fmt: skip


def office_index(rows: list[Consultation]) -> Part:
    """Consultations of the offices a person replies for."""
    today = timezone.localdate()
    return {
        "rows": [{"row": row, "about": row.letter.body.get("filing", ""),
                  "late": row.replied_at is None and row.due_on < today,
                  "over": row.replied_at is None and row.run.state != RunState.OPEN}
                 for row in rows],
        "crumbs": [{"label": "征求意见", "url": ""}],
    }  # fmt: skip
