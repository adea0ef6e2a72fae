"""The members register begins with the team of the filing by which a studio was named or led anew.

A later team adds those who are not there yet. Whoever it does not name goes on, unless the filing
says that he leaves; the unit enters anybody else who leaves in the register.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from applications.domain.effects import DecisionContext, afterwards
from applications.domain.undoing import AmendContext, beforehand
from applications.models import Application, EffectRun, Studio
from applications.queries import last_submission
from assessments.models import Member
from assessments.queries.policies import living_policy
from jurisdictions.engine.derived.changeparts import LEAVE, OTHERS
from portal.common.history import signed

#: Text columns of the register, and the column of the team table each comes from.
_TEXTS = {"name": "name", "skill_level": "skill_level", "professional_title": "title_level",
          "occupation": "occupation"}  # fmt: skip
_NONE = "无"
_REASON = "按申报的工作室人员登记"


@afterwards("found_studio")
@afterwards("change_leader")
def enrol(application: Application, item: Any, context: DecisionContext) -> dict[str, Any]:
    """Enter the team of a filing from the day of the decision, nobody twice.

    The leader is entered at the post that usually is the leader's, where the text knows one and
    nobody else holds it.
    """
    studio = application.studio
    rules = living_policy(studio, "registers").ruleset.registers.members if studio else None
    if studio is None or rules is None:
        return {}
    post = next((post.id for post in rules.posts if post.usually_leader), "")
    done = _give_post(studio, post, context) if post else {"members": []}
    submission = last_submission(application)
    answers = submission.answers if submission else {}
    there = set(_present(studio).values_list("name", flat=True))
    team = list(_named(answers.get("team") or []))
    if answers.get(OTHERS) == LEAVE:
        done.setdefault("departed", []).extend(_part(studio, team, context))
    for columns in team:
        if columns["name"] not in there:
            done["members"].append(_enter(studio, context, **columns))
            there.add(columns["name"])
    return done


def _part(studio: Studio, team: list[dict[str, Any]], context: DecisionContext) -> list[str]:
    """Whoever neither leads, holds a post nor is named any more leaves with the decision."""
    stay = {columns["name"] for columns in team}
    stay |= set(studio.leaders.filter(until__isnull=True).values_list("name", flat=True))
    gone = list(_present(studio).filter(post="").exclude(name__in=stay))
    for row in gone:
        _leave(row, "更换领办人，未列入新的工作室人员名单", context)
    return [str(row.public_id) for row in gone]


def _leave(row: Member, why: str, context: DecisionContext) -> None:
    row.left_on, row.left_reason = max(context.on, row.joined_on), why
    signed(row, by=context.by, reason=why).save()


def _present(studio: Studio) -> QuerySet[Member]:
    return Member.objects.filter(studio=studio, struck_at__isnull=True, left_on__isnull=True)


def _named(team: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """The columns of the register that a team table fills, for each person it names."""
    for line in team:
        texts = {column: str(line.get(source) or "").strip() for column, source in _TEXTS.items()}
        columns: dict[str, Any] = {
            column: "" if text == _NONE else text[: _room(column)] for column, text in texts.items()
        }
        years = str(line.get("years") or "")
        columns["years"] = int(years) if years.isdecimal() else None
        columns["is_formal"] = line.get("is_formal") is True
        if columns["name"]:
            yield columns


def _room(column: str) -> int | None:
    field: Any = Member._meta.get_field(column)
    room: int | None = field.max_length
    return room


def _enter(studio: Studio, context: DecisionContext, **columns: Any) -> str:
    row = Member(studio=studio, joined_on=context.on, **columns)
    signed(row, by=context.by, reason=_REASON).save()
    return str(row.public_id)


def _give_post(studio: Studio, post: str, context: DecisionContext) -> dict[str, list[str]]:
    """The leader holds the post from now on; a former leader leaves it, and the register."""
    done: dict[str, list[str]] = {"members": [], "posted": [], "departed": []}
    leader = studio.leaders.filter(until__isnull=True).order_by("-since", "-pk").first()
    former = studio.leaders.filter(until__isnull=False).values("name")
    for row in _present(studio).filter(post=post, name__in=former):
        _leave(row, "领办人变更，不再担任", context)
        done["departed"].append(str(row.public_id))
    if leader is None or _present(studio).filter(post=post).exists():
        return done
    known = _present(studio).filter(name=leader.name).first()
    if known is None:
        done["members"].append(_enter(studio, context, name=leader.name, post=post))
    elif not known.post:
        known.post = post
        signed(known, by=context.by, reason="任领办人").save()
        done["posted"].append(str(known.public_id))
    return done


@beforehand("change_leader")
def unenrol(effect: EffectRun, context: AmendContext) -> None:
    """Who was entered with the change is struck, who left with it is there again."""
    told = {"by": context.by, "reason": f"更正：{context.reason}"[:100]}
    for row in _rows(effect, "members"):
        row.struck_at = timezone.now()
        signed(row, **told).save()
    for row in _rows(effect, "posted"):
        row.post = ""
        signed(row, **told).save()
    for row in _rows(effect, "departed"):
        row.left_on, row.left_reason = None, ""
        signed(row, **told).save()


def _rows(effect: EffectRun, what: str) -> QuerySet[Member]:
    keys = effect.data.get(what) or []
    return Member.objects.filter(studio=effect.application.studio, public_id__in=keys)
