"""Checks what a ruleset says about life after naming: roles, tables, grades, placeholders."""

import re
from collections.abc import Iterator
from typing import Any

from jurisdictions.engine.loader import Path_
from jurisdictions.engine.policy import Policy
from jurisdictions.engine.walk import walk
from jurisdictions.schema.assessment import Assessment
from jurisdictions.schema.changes import ChangePath, Clock, Revocations
from jurisdictions.schema.effects import FileWith, Persons
from jurisdictions.schema.ledger import Ahead, MatchDuty, UseUp, VoucherMark
from jurisdictions.schema.life import (
    Duty,
    FiledWith,
    MemberRegister,
    Opinion,
    Record,
    Report,
    Usual,
    YearDay,
    YearlyPaper,
)
from jurisdictions.schema.scoring import ScoreItem

Fault = tuple[Path_, str, str]

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_PEOPLE = frozenset({"unit", "studio", "leader"})
#: Which attributes of which models name office roles; with True the unit may stand there too.
_ROLES: tuple[tuple[type, str, bool], ...] = (
    (YearDay, "set_by", False),
    (YearlyPaper, "to", False),
    (Opinion, "by", False),
    (FiledWith, "role", False),
    (FileWith, "role", False),
    (Persons, "by", False),
    (Record, "by", True),
    (Report, "to", False),
    (Duty, "by", True),
    (Assessment, "by", False),
    (Clock, "by", True),
    (ChangePath, "via", False),
    (ChangePath, "decides", False),
    (Revocations, "decided_by", False),
)
_TEXTS: tuple[tuple[type, str, frozenset[str]], ...] = (
    (MatchDuty, "says", frozenset({"paid", "wanted", "short"})),
    (UseUp, "says", frozenset({"left"})),
    (Ahead, "says", frozenset({"left", "until"})),
    (Usual, "says", frozenset({"names"})),
    (VoucherMark, "text", frozenset({"name"})),
)
_PARTS = ("calendar", "registers", "ledger", "dossier", "duties", "assessments", "changes",
          "revocations", "procedures")  # fmt: skip


def life_faults(policy: Policy) -> Iterator[Fault]:
    """Every fault of the parts about life after naming."""
    for part in _PARTS:
        for path, node in walk(getattr(policy.ruleset, part), (part,)):
            yield from _roles(policy, path, node)
            yield from _texts(path, node)
    for code, assessment in policy.ruleset.assessments.items():
        yield from _assessment(policy, assessment, ("assessments", code))
    yield from _lines(policy)
    yield from _ladders(policy)
    yield from _references(policy)


def _roles(policy: Policy, path: Path_, node: Any) -> Iterator[Fault]:
    for model, name, people in _ROLES:
        if not isinstance(node, model):
            continue
        value = getattr(node, name)
        named = value if isinstance(value, tuple) else (value,) if value else ()
        known = set(policy.ruleset.offices) | (_PEOPLE if people else set())
        for role in sorted(set(named) - known):
            yield (*path, name), f"offices 中没有机构角色 {role}", "补上 offices"


def _texts(path: Path_, node: Any) -> Iterator[Fault]:
    for model, name, known in _TEXTS:
        if isinstance(node, model):
            for found in sorted(set(_PLACEHOLDER.findall(getattr(node, name))) - known):
                allowed = "、".join(f"{{{word}}}" for word in sorted(known))
                yield (*path, name), f"句子中的 {{{found}}} 无从填写", f"可用：{allowed}"


def _assessment(policy: Policy, assessment: Assessment, path: Path_) -> Iterator[Fault]:
    for role in assessment.team.roles if assessment.team else ():
        if role not in policy.ruleset.offices:
            yield (*path, "team"), f"offices 中没有机构角色 {role}", "补上 offices"
    for index, grade in enumerate(assessment.grades):
        mending = grade.rectification
        if mending and mending.set_by and mending.set_by not in policy.ruleset.offices:
            where = (*path, "grades", index, "rectification", "set_by")
            yield where, f"offices 中没有机构角色 {mending.set_by}", "补上 offices"
    if sum(1 for grade in assessment.grades if grade.rectification) > 1:
        yield (*path, "grades"), "一项考核只能有一个等次写 rectification", "合并为一个"
    if assessment.table is None:
        return
    table = policy.ruleset.score_tables.get(assessment.table)
    if table is None:
        yield (*path, "table"), f"没有评分表 {assessment.table}", "补上 score_tables"
        return
    stray = {grade.label for grade in table.grades} - {g.label for g in assessment.grades}
    if stray:
        yield (*path, "grades"), f"评分表的等次 {'、'.join(sorted(stray))} 没有去处", ""


def _lines(policy: Policy) -> Iterator[Fault]:
    """Categories of activities that lines count must be kept by the register."""
    kept = policy.ruleset.registers.activities
    known = {category.id for category in kept.categories} if kept else set()
    for code, table in policy.ruleset.score_tables.items():
        for path, node in walk(table, ("score_tables", code)):
            stray = sorted(set(getattr(node, "counts", ())) - known)
            if isinstance(node, ScoreItem) and stray:
                yield (*path, "counts"), f"登记簿没有活动类别 {'、'.join(stray)}", "核对 activities"


def _ladders(policy: Policy) -> Iterator[Fault]:
    """What members usually have is a place on a national ladder."""
    members = policy.ruleset.registers.members
    usual = members.usual if members else None
    for ladder, column in (("skill_level", "skill_level"), ("professional_title", "title_level")):
        label = getattr(usual, column, None)
        if label is not None and policy.national.rank(ladder, label) is None:
            where = ("registers", "members", "usual", column)
            yield where, f"等级中没有 {label}", f"见 national/{ladder}s.yaml"


def _references(policy: Policy) -> Iterator[Fault]:
    ruleset = policy.ruleset
    seen: set[str] = set()
    for index, paper in enumerate(ruleset.calendar):
        if paper.id in seen:
            yield ("calendar", index, "id"), f"年度材料编号 {paper.id} 重复", "改一个"
        seen.add(paper.id)
        for code in sorted(set(paper.counts_in) - set(ruleset.assessments)):
            yield ("calendar", index, "counts_in"), f"没有考核 {code}", "补上 assessments"
    target = ruleset.registers.apprentices and ruleset.registers.apprentices.target
    if target and policy.national.rank("skill_level", target.level) is None:
        where = ("registers", "apprentices", "target", "level")
        yield where, f"技能等级中没有 {target.level}", "见 national/skill_levels.yaml"
    members = ruleset.registers.members
    if isinstance(members, MemberRegister) and len({p.id for p in members.posts}) < len(
        members.posts
    ):
        yield ("registers", "members", "posts"), "岗位编号重复", "改一个"
