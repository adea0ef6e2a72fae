"""The page on which any stage is completed from paper: the fields its kind asks."""

from collections.abc import Callable
from functools import partial
from typing import Any

from jurisdictions.queries import policy_of
from reviews.domain import lists, road, weighing
from reviews.domain.work import kind_of, outcome_label
from reviews.interfaces import optionalpart
from reviews.models import StageRun
from reviews.queries import items_in

Field = dict[str, Any]


def _field(name: str, label: str, kind: str = "text", **more: Any) -> Field:
    return {"name": name, "label": label, "kind": kind, **more}


def fields_for(stage: Any, *, total: bool) -> list[Field]:
    """What the kind asks besides result, opinion, signature and file; ``total``: a score too."""
    known: dict[str, list[Field]] = {
        "panel": [_field("held_on", "评审日期", "date"),
                  _field("experts", "评审专家", "lines", help="每行一人：姓名、来源")],
        "vote": [_field("held_on", "表决日期", "date"),
                 _field("members", "全体委员", "lines", help="姓名之间用顿号或换行分隔"),
                 _field("present", "到会委员", "lines", help="姓名之间用顿号或换行分隔")],
        "visit": [_field("held_on", "考察日期", "date"), _field("place", "考察地点"),
                  _field("team", "考察人员", "lines", help="姓名之间用顿号分隔")],
        "hearing": [_field("held_on", "答辩日期", "date")],
        "committee": [_field("held_on", "会议日期", "date"),
                      _field("minutes_number", "会议纪要编号或会议名称届次")],
        "filing": [_field("sent_on", "报送日期", "date"),
                   _field("receipt", "备案回执", help="编号或说明")],
        "publicity": [_field("published_on", "公示发布日期", "date"),
                      _field("last_day", "公示截止日", "date")],
        "decision": [_field("document_number", "文号", help="如 某人社发〔2026〕8号"),
                     _field("decided_on", "发文日期", "date")],
        "recommend": [_field("number", "推荐函文号"), _field("dated_on", "推荐函日期", "date")],
        "shortlist": [_field("reason", "超出原则性名额的理由（如有）")],
        "check": [_field("paper_received_on", "纸质材料收到日期", "date"),
                  _field("paper_copies", "纸质材料份数")],
    }  # fmt: skip
    found = list(known.get(stage.kind, []))
    if total:
        found.append(_field("total", "核定总分", help="多人评分的，填写合成后的得分"))
    if stage.kind == "decision" and not stage.document:
        found = [field for field in found if field["name"] != "document_number"]
    if stage.kind == "decision" and stage.announcement is not None:
        found.append(_field("announced_on", "向社会公布日期", "date"))
        found.append(_field("where", "公布载体"))
    return found


def paper_page(run: StageRun, typed: Any = None) -> dict[str, Any]:
    """Everything the page shows; no result is chosen before a person chooses it.

    Args:
        run: the passage.
        typed: what was posted before, to be shown again.
    """
    subject: Any = run.case.application if run.case else run.listing
    stage = road.stage_of(subject.ruleset, subject.procedure, run.stage)
    policy = policy_of(subject.ruleset)
    outcomes = [o for o in kind_of(stage.kind).outcomes(stage) if o != "return"]
    named = partial(outcome_label, policy, subject.procedure, stage)
    typed = typed or {}
    total = weighing.needs_total(policy, subject.procedure, stage)
    items = items_in(run.listing) if run.listing else []
    return {
        "run": run, "stage": stage, "typed": typed,
        "fields": [{**f, "value": typed.get(f["name"], "")}
                   for f in fields_for(stage, total=total)],
        "outcomes": [{"value": o, "label": named(o),
                      "checked": typed.get("outcome") == o} for o in outcomes],
        "items": [
            _item(item, outcomes, typed, named)
            | {"asked": optionalpart.of_stage(run.listing, stage, {}, typed, item.pk)}
            for item in items
        ],
        "ballot_keys": _ballots(run, items, typed) if stage.kind == "vote" else [],
        "replies": _replies(policy, stage, typed),
        "bodies": [
            {"role": role, "label": label, "value": typed.get(f"body-{role}", "")}
            for role, label in lists.bodies_of(policy, stage, subject.jurisdiction)
        ] if stage.kind == "joint_decision" else [],
        "with_day": any(policy.procedure(subject.procedure).results[code].needs_day
                        for code in getattr(stage, "choices", ())),
        "photos": getattr(stage, "photos", 0), "version": run.version,
    }  # fmt: skip


def _item(
    item: Any, outcomes: list[str], typed: Any, named: Callable[[str], str]
) -> dict[str, Any]:
    chosen = typed.get(f"result-{item.pk}")
    application = item.case.application
    return {
        "pk": item.pk, "label": application.studio_name or application.unit_name,
        "sub": application.unit_name, "text": typed.get(f"text-{item.pk}", ""),
        "day": typed.get(f"until-{item.pk}", ""),
        "options": [{"value": o, "label": named(o), "checked": o == chosen}
                    for o in outcomes],
    }  # fmt: skip


def _ballots(run: StageRun, items: Any, typed: Any) -> list[dict[str, Any]]:
    subjects = (
        [("case", run.case.application)] if run.case else
        [(str(item.pk), item.case.application) for item in items]
    )  # fmt: skip
    ways = (("for", "赞成"), ("against", "反对"), ("abstain", "弃权"))
    return [
        {"label": app.studio_name or app.unit_name,
         "ways": [{"name": f"{way}-{key}", "label": label, "value": typed.get(f"{way}-{key}", "")}
                  for way, label in ways]}
        for key, app in subjects
    ]  # fmt: skip


def _replies(policy: Any, stage: Any, typed: Any) -> list[dict[str, Any]]:
    return [
        {"role": c.office, "label": policy.ruleset.offices[c.office].label,
         "result": typed.get(f"reply-{c.office}", ""), "on": typed.get(f"replyon-{c.office}", ""),
         "text": typed.get(f"replytext-{c.office}", ""), "required": c.required}
        for c in getattr(stage, "offices", ())
    ]  # fmt: skip
