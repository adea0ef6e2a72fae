"""What stands above a register: who settles a change, how far training is, what follows from it."""

from typing import Any

from applications.models import Studio
from assessments.domain.registers import settled_by
from assessments.interfaces.pages import day
from assessments.queries import dues
from assessments.queries.policies import living_policy
from assessments.queries.rows import members


def notes(studio: Studio, register: str) -> list[dict[str, str]]:
    """Notes for ``components/note.html``; none where the text has nothing to say."""
    kept = living_policy(studio, "registers").ruleset.registers
    if register == "members":
        said = declaration(studio, register)
        return [*([{"tone": "info", "text": said}] if said else []), *_unusual(studio)]
    if register != "apprentices" or kept.apprentices is None:
        return []
    found = [_training(studio), _subsidy(kept.apprentices)]
    return [note for note in found if note is not None]


def declaration(studio: Studio, register: str) -> str:
    """What the unit declares by saving a line; empty where it settles the line alone."""
    who = settled_by(studio, register)
    said = "成员及其变动须经{}共同确定；保存即声明已经共同确定，并记入登记簿的变更记录。"
    return said.format(who) if who else ""


def _unusual(studio: Studio) -> list[dict[str, str]]:
    """Members who have less than the text expects; whoever holds a post is no expert by that."""
    policy = living_policy(studio, "registers")
    rules = policy.ruleset.registers.members
    usual = rules.usual if rules else None
    if usual is None:
        return []
    less = [row.name for row in members(studio) if not _is_usual(row, usual, policy.national)]
    text = usual.says.format(names="、".join(less))
    return [{"tone": "warn", "text": text}] if less else []


def _is_usual(row: Any, usual: Any, national: Any) -> bool:
    def reaches(ladder: str, value: str, wanted: str) -> bool:
        return (national.rank(ladder, value) or 0) >= (national.rank(ladder, wanted) or 0)

    skilled = bool(row.skill_level) and reaches("skill_level", row.skill_level, usual.skill_level)
    titled = bool(row.professional_title) and reaches(
        "professional_title", row.professional_title, usual.title_level
    )
    return (skilled or titled) and (row.years or 0) >= usual.years


def _training(studio: Studio) -> dict[str, str] | None:
    """How far the studio is with the people the text asks it to train."""
    found = dues.training(studio)
    if found is None:
        return None
    rule = found.rule
    text = (
        f"自命名之日起{rule.months}个月内（至{day(found.until)}）应培养{rule.level}及以上"
        f"{rule.count}名，已登记 {found.count} 名。"
    )
    return {"tone": "ok" if found.count >= rule.count else "warn", "text": text}


def _subsidy(rules: Any) -> dict[str, str] | None:
    if rules.subsidy is None:
        return None
    return {"tone": "info", "text": rules.subsidy.says or f"可申请{rules.subsidy.title}。"}
