"""``FACTS.yaml``: a filing written by hand, with the names of the field catalogue.

Either a whole filing (``ref_date``, ``answers``, ``materials``, ``registers``) or the names
straight away: ``leader.name``, ``materials.deeds.count``, ``register.leader_active``,
``ref.date``, nested or dotted.
"""

import difflib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from jurisdictions.engine.cases import flatten, material_fact
from jurisdictions.engine.cel import kind_of, to_utc
from jurisdictions.engine.facts import Filing, MaterialFact
from jurisdictions.engine.policy import Policy
from jurisdictions.interfaces.answers import AnswersError, load_answers, unknown_answers

REF_DATE = "ref.date"
_WHOLE = frozenset({"ref_date", "answers", "materials", "registers"})
_MATERIAL_KEYS = ("count", "words", "rows", "person")


def read_filing(
    policy: Policy, procedure: str, file: Path, *, on: date | None, today: date
) -> Filing:
    """Read a filing.

    Args:
        policy: the city's policy.
        procedure: code of the procedure.
        file: the YAML file.
        on: the reference day; None takes the file's own, else ``today``.
        today: used when nobody says the day.

    Raises:
        AnswersError: the file cannot be read, or a name in it is unknown.
    """
    document = _read(file)
    if "answers" in document:
        stray = sorted(set(document) - _WHOLE)
        if stray:
            raise AnswersError(f"有 answers 时不能再写 {'、'.join(map(str, stray))}，请移到其下")
        answers = load_answers(document["answers"] or {})
        facts = _registers(document.get("registers") or {})
        if document.get("ref_date"):
            facts[REF_DATE] = document["ref_date"]
        materials = document.get("materials") or {}
    else:
        answers, facts, materials = _sorted_out(policy, document)
    wrong = [*unknown_answers(policy.catalogue, answers), *_unknown(policy, facts)]
    wrong += _unknown_materials(policy, procedure, materials)
    if wrong:
        raise AnswersError("\n".join(wrong))
    written = facts.pop(REF_DATE, None)
    return Filing(
        answers=answers,
        ref_date=on or (_day(written) if written else today),
        materials={name: _material(name, value) for name, value in materials.items()},
        registers={name: _typed(policy, name, value) for name, value in facts.items()},
    )


def _read(file: Path) -> dict[str, Any]:
    try:
        loaded = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise AnswersError(f"读不到文件 {file}：{error.strerror}") from error
    except yaml.YAMLError as error:
        raise AnswersError(f"{file} 不是有效的 YAML：{error}") from error
    if not isinstance(loaded, dict):
        raise AnswersError(f"{file} 须是键值表，键为字段目录中的名字")
    if "answers" not in loaded:
        # Read once more as answers are: days stay text and a postcode keeps its zeros.
        return load_answers(file)
    return {**loaded, "answers": load_answers(file)}


def _registers(given: Mapping[str, Any]) -> dict[str, Any]:
    """``register.x``, or ``register: {x: …}``."""
    return flatten(given)


def _sorted_out(
    policy: Policy, flat: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Answers, facts and materials out of one list of dotted names."""
    answers: dict[str, Any] = {}
    facts: dict[str, Any] = {}
    materials: dict[str, Any] = {}
    for name, value in flat.items():
        if name == "ref_date":
            facts[REF_DATE] = value
        elif name.startswith("materials."):
            _, item, *rest = name.split(".", 2)
            if rest:
                # rows.<table> is the one nested part.
                key, _, table = rest[0].partition(".")
                held = materials.setdefault(item, {})
                if table:
                    held.setdefault(key, {})[table] = value
                else:
                    held[key] = value
            else:
                materials[item] = value
        elif name in policy.catalogue.facts or name.startswith("register."):
            facts[name] = value
        else:
            answers[name] = value
    return answers, facts, materials


def _unknown(policy: Policy, facts: Mapping[str, Any]) -> list[str]:
    known = list(policy.catalogue.facts)
    found = []
    for name in facts:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            found.append(f"没有事实 {name}" + (f"，是否为 {near[0]}？" if near else ""))
    return found


def _unknown_materials(policy: Policy, procedure: str, given: Mapping[str, Any]) -> list[str]:
    known = [item.id for item in policy.procedure(procedure).materials]
    stray = sorted(set(given) - set(known))
    return [f"没有材料 {name}，现有：{'、'.join(known)}" for name in stray]


def _material(name: str, value: Any) -> MaterialFact:
    if isinstance(value, Mapping):
        stray = sorted(set(value) - set(_MATERIAL_KEYS))
        if stray:
            keys = "、".join(_MATERIAL_KEYS)
            raise AnswersError(f"materials.{name} 不认识 {'、'.join(stray)}，可写：{keys}")
    elif not isinstance(value, int):
        raise AnswersError(f"materials.{name} 写份数，或写 {'、'.join(_MATERIAL_KEYS)}")
    return material_fact(value)


def _typed(policy: Policy, name: str, value: Any) -> Any:
    """A fact as expressions see it."""
    kind = kind_of(policy.catalogue.facts[name].type)
    try:
        if kind == "date":
            return to_utc(_day(value))
        if kind == "int":
            return int(value)
        if kind == "double":
            return float(value)
    except (TypeError, ValueError) as error:
        raise AnswersError(f"{name} 的值“{value}”不对，应为 {kind}") from error
    return value


def _day(value: Any) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise AnswersError(f"日期“{value}”写成 YYYY-MM-DD") from error
