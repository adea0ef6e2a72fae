"""办事指南: who may apply, what to prepare, the steps and days, made from the ruleset alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from jurisdictions.engine.dates import format_date
from jurisdictions.engine.policy import Policy
from jurisdictions.engine.rounds import floating_words, quota_of
from jurisdictions.interfaces.clauses import ClauseRef, grouped_refs
from jurisdictions.schema.materials import Material, PaperRules
from jurisdictions.schema.rules import Rule

_NEED = {"required": "必交", "conditional": "符合情形的须交", "optional": "选交"}
_SOFT = {"warn": "一般应符合，不符合须说明理由", "info": "优先或提示", "block": ""}
_UNITS = {"working": "个工作日", "calendar": "日"}


@dataclass(frozen=True)
class Line:
    """One line of the guide; its clauses open beneath it."""

    text: str
    note: str = ""
    clauses: Sequence[ClauseRef] = ()
    assumption: str = ""


@dataclass(frozen=True)
class Part:
    """A heading and its lines."""

    id: str
    title: str
    lines: Sequence[Line]
    ordered: bool = False


def guide_parts(policy: Policy, procedure: str, call: Any) -> list[Part]:
    """The guide of a call.

    Args:
        policy: its version.
        procedure: code of the procedure.
        call: the round; its dates, quota and contacts are shown.
    """
    parts = [
        Part("who", "谁可以申报", _who(policy, procedure)),
        Part("prepare", "准备什么材料", _prepare(policy, procedure)),
        Part("fill", "填写什么", _fill(policy, procedure)),
        Part("steps", "怎么办理", _steps(policy, procedure, call), ordered=True),
        Part("when", "什么时候", _when(policy, procedure, call)),
        Part("after", "结果和支持", _after(policy, procedure)),
        Part("ask", "向谁咨询", _ask(policy, call)),
    ]
    return [part for part in parts if part.lines]


def _line(policy: Policy, entry: Any, text: str, note: str = "") -> Line:
    return Line(text, note, grouped_refs(policy, entry.clause), entry.assumption)


def _who(policy: Policy, code: str) -> list[Line]:
    procedure = policy.procedure(code)
    lines = [
        _line(policy, rule, rule.title, _how_hard(rule))
        for rule in procedure.rules
        if rule.on == "application"
    ]
    lines += [_line(policy, claim, claim.title) for claim in procedure.uniqueness.claims]
    lines += [_line(policy, ban, ban.title) for ban in procedure.uniqueness.bans]
    return lines


def _how_hard(rule: Rule) -> str:
    if rule.priority:
        return f"符合的{rule.priority}"
    parts = []
    if rule.at_least is not None:
        titles = "；".join(option.title for option in rule.at_least.of)
        parts.append(f"至少符合 {rule.at_least.n} 项：{titles}")
    if _SOFT[rule.severity]:
        parts.append(_SOFT[rule.severity])
    if rule.check == "human":
        parts.append("由受理机关核实")
    return "。".join(parts)


def _prepare(policy: Policy, code: str) -> list[Line]:
    procedure = policy.procedure(code)
    lines = [_line(policy, item, item.title, _about(item)) for item in procedure.materials]
    if procedure.paper is not None:
        lines.append(_line(policy, procedure.paper, "纸质材料", _about_paper(procedure.paper)))
    return lines


def _about(item: Material) -> str:
    parts = [_NEED[item.need], "、".join(kind.upper() for kind in item.kinds)]
    if item.words and item.words.minimum is not None and item.words.maximum is not None:
        parts.append(f"{item.words.minimum}–{item.words.maximum} 字")
    elif item.words and item.words.maximum is not None:
        parts.append(f"不超过 {item.words.maximum} 字")
    parts += [f"内容包括：{'；'.join(part.text for part in item.contains)}"] * bool(item.contains)
    return "，".join(part for part in [*parts, item.help] if part)


def _about_paper(paper: PaperRules) -> str:
    parts = [f"{paper.size} 纸"]
    parts += ["双面打印"] * paper.duplex
    parts += [f"一式 {paper.copies} 份"] * bool(paper.copies)
    parts += ["装订成册"] * paper.bound
    parts += [f"复印件注明“{paper.copy_stamp}”"] * bool(paper.copy_stamp)
    parts += ["经办人签字并加盖公章"] * paper.handler_signs
    parts += [f"电子文档同时发至 {paper.also_email}"] * bool(paper.also_email)
    return "，".join(parts)


def _fill(policy: Policy, code: str) -> list[Line]:
    lines = []
    for section in policy.procedure(code).form.sections:
        labels = [use.label or policy.catalogue.fields[use.field].label for use in section.fields]
        labels += [use.label or policy.catalogue.tables[use.table].label for use in section.tables]
        cited = [*section.clause, *(c for use in section.fields for c in use.clause)]
        cited += [c for use in section.tables for c in use.clause]
        clauses = grouped_refs(policy, cited)
        lines.append(Line(section.title, "、".join(labels), clauses, section.assumption))
    return lines


def _steps(policy: Policy, code: str, call: Any) -> list[Line]:
    return [
        _line(policy, stage, stage.applicant_label, "；".join(_about_stage(policy, stage, call)))
        for stage in policy.stages(code)
    ]


def _about_stage(policy: Policy, stage: Any, call: Any) -> Iterable[str]:
    yield f"{policy.ruleset.offices[stage.office].label}办理"
    if stage.limit:
        yield f"{stage.limit.days} {_UNITS[stage.limit.unit]}内办结"
    if stage.kind == "publicity":
        days = stage.period.days or call.publicity_days or stage.period.default_days
        if days:
            yield f"公示 {days} {_UNITS[stage.period.unit]}"
    if stage.when:
        yield "符合情形的才经过本环节"


def _when(policy: Policy, code: str, call: Any) -> list[Line]:
    rules = policy.procedure(code).rounds
    deadline = rules.deadline if rules else None
    lines = []
    binds = "以报至受理机关的时间为准" if deadline and deadline.binds == "arrival" else ""
    text = f"{moment(call.opens_at)}开始，{moment(call.closes_at)}截止"
    lines.append(
        _line(policy, deadline, text, binds) if deadline else Line(text, "以网上提交时间为准")
    )
    if deadline and deadline.advised_days_before:
        advised = call.closes_at - timedelta(days=deadline.advised_days_before)
        lines.append(Line(f"建议在 {moment(advised)} 前提交，为主管部门审核留出时间"))
    reference = f"年龄、退休时间等以 {format_date(call.reference_date)} 为准计算"
    lines.append(_line(policy, rules.reference, reference) if rules else Line(reference))
    if call.quota is not None:
        lines.append(Line(f"本批次名额 {call.quota} 个"))
    if rules:
        lines += [
            _line(policy, quota, f"{quota_of(policy, code, quota)} {quota.maximum} 个以内")
            for quota in rules.quota
            if quota.maximum is not None
        ]
        lines += [
            _line(policy, quota, _floating(policy, code, quota))
            for quota in rules.quota
            if quota.floating is not None
        ]
    return lines


def _floating(policy: Policy, code: str, quota: Any) -> str:
    return f"{quota_of(policy, code, quota)}为{floating_words(policy, code, quota.floating)}"


def _after(policy: Policy, code: str) -> list[Line]:
    lines = []
    for result in policy.procedure(code).results.values():
        if not result.favourable:
            if result.appeal:
                lines.append(_line(policy, result, result.label, result.appeal))
            continue
        lines.append(_line(policy, result, result.label))
        for effect in result.effects:
            told = _effect(effect)
            if told:
                lines.append(_line(policy, effect, told))
    return lines


def _effect(effect: Any) -> str:
    if effect.kind == "grant":
        amount = f"{effect.amount:,} 元" if effect.amount is not None else "数额由主管部门确定"
        return f"{effect.title}：{amount}"
    if effect.kind == "matching":
        least = f"，不少于 {effect.minimum:,} 元" if effect.minimum is not None else ""
        return f"申报单位配套资金{least}"
    if effect.kind in ("privilege", "award_title", "open_agreement"):
        return str(effect.title)
    return "授予铭牌" if effect.kind == "issue_plaque" else ""


def _ask(policy: Policy, call: Any) -> list[Line]:
    own = "，".join(p for p in (call.contact_office, call.contact_name, call.contact_phone) if p)
    lines = [Line(own)] if own else []
    for contact in policy.ruleset.identity.contacts:
        parts = (contact.office, contact.name, contact.phone, contact.email)
        lines.append(_line(policy, contact, "，".join(part for part in parts if part)))
    return lines


def moment(value: Any) -> str:
    """A moment as people say a deadline: 00:00 is 24:00 of the day before."""
    local = timezone.localtime(value)
    if (local.hour, local.minute) == (0, 0):
        return f"{format_date((local - timedelta(days=1)).date())} 24:00"
    return f"{format_date(local.date())} {local:%H:%M}"
