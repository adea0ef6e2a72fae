"""回避: who may not judge what, and why. Plain values in, reasons out; no database here."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

#: What stands between the parts of a name, however it was typed.
GAPS = " \u3000\t\u00b7\u2022\u2027\u2219\u22c5\u30fb\uff0e\uff65."


@dataclass(frozen=True)
class Judge:
    """An expert as far as avoidance is concerned.

    Attributes:
        expert: primary key in the pool.
        user: primary key of the account.
        name: as printed.
        employer: 统一社会信用代码 of the employer.
        person: blind indexes of the identity number, one per key of the ring; empty unknown.
        related: codes of units with which a relation was declared once and for all.
        relatives: name and unit (may be empty) of relatives entered in the pool.
    """

    expert: int
    user: int
    name: str
    employer: str
    person: frozenset[str] = frozenset()
    related: frozenset[str] = frozenset()
    relatives: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Subject:
    """A filing as far as avoidance is concerned.

    Attributes:
        units: code of each unit that takes part to its name.
        people: blind index of leader and members to what they are.
        names: plain name of leader and members to what they are.
        known: plain names whose identity number is among ``people``.
        contacts: accounts that act for the units.
        signers: account to the earlier stage in which it acted as an officer.
        declared: expert to what he declared on the same unit or leader before.
        alike: expert to what he declared on a leader of the same name, whose number is unknown.
    """

    units: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    contacts: frozenset[int] = frozenset()
    signers: Mapping[int, str] = field(default_factory=dict)
    declared: Mapping[int, str] = field(default_factory=dict)
    alike: Mapping[int, str] = field(default_factory=dict)


def plain_name(name: str) -> str:
    """A name by which two spellings of it are the same: no gaps, no width, no capitals."""
    kept = "".join(letter for letter in name if letter not in GAPS and not letter.isspace())
    joined = unicodedata.normalize("NFKC", kept)
    return "".join(letter for letter in joined if letter not in GAPS).casefold()


def reasons(judge: Judge, subject: Subject) -> tuple[str, ...]:
    """Why an expert may not judge a filing; empty when nothing stands against it."""
    found = []
    if judge.employer in subject.units:
        found.append(f"工作单位与申报方“{subject.units[judge.employer]}”相同")
    found += _same_person(judge, subject)
    if judge.user in subject.contacts:
        found.append("是申报单位的经办或负责人员")
    for code in sorted(judge.related & set(subject.units)):
        found.append(f"已申明与“{subject.units[code]}”有利害关系")
    if judge.expert in subject.declared:
        found.append(f"此前已声明回避：{subject.declared[judge.expert]}")
    if judge.user in subject.signers:
        found.append(f"已在“{subject.signers[judge.user]}”环节办理过本件")
    return tuple(found)


def possible(judge: Judge, subject: Subject) -> tuple[str, ...]:
    """What may stand against an expert, but only a person can tell: names are not identities.

    Such an expert is not drawn; whoever appoints him says why.
    """
    found = [
        f"亲属{name}{f'（{unit}）' if unit else ''}与申报件的{subject.names[plain_name(name)]}同名"
        for name, unit in judge.relatives
        if plain_name(name) in subject.names
    ]
    if judge.expert in subject.alike:
        found.append(f"此前对同名的领办人声明回避：{subject.alike[judge.expert]}")
    return tuple(found)


def _same_person(judge: Judge, subject: Subject) -> list[str]:
    """The same number decides; the same name without both numbers cannot be told apart."""
    same = sorted({subject.people[key] for key in judge.person if key in subject.people})
    if same:
        return [f"与申报件的{same[0]}为同一人"]
    name = plain_name(judge.name)
    unclear = name in subject.names and (not judge.person or name not in subject.known)
    if unclear:
        return [f"与申报件的{subject.names[name]}同名，未登记证件号码，无法排除为同一人"]
    return []
