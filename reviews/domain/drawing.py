"""抽取: a draw by lot that anybody can repeat from its seed. Plain values, no randomness inside.

Each candidate's lot is SHA-256 of ``<seed>:<key>``; lots are called in ascending order. First
every source and office that must be present takes its first lot, then the order fills the rest.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

ORDER_METHOD = "按 SHA-256（种子:编号）由小到大排序"
METHOD = f"{ORDER_METHOD}，先满足须有的来源和机构，再依次补足"


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be drawn.

    Attributes:
        key: stable and public, e.g. the public id.
        source: where he comes from.
        roles: office roles he stands for.
        reasons: why he may not sit; somebody with a reason is never drawn.
        possible: what may stand against him, e.g. a name alike; not drawn either.
        specialities: fields of work, as entered.
    """

    key: str
    source: str
    roles: frozenset[str] = frozenset()
    reasons: tuple[str, ...] = ()
    possible: tuple[str, ...] = ()
    specialities: str = ""

    @property
    def against(self) -> tuple[str, ...]:
        """Everything that keeps him out of a draw."""
        return (*self.reasons, *self.possible)


@dataclass(frozen=True)
class Needs:
    """How many are to be drawn, what must be present afterwards, and of which speciality."""

    count: int
    sources: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    speciality: str = ""


@dataclass(frozen=True)
class Drawn:
    """What came out.

    Attributes:
        picked: in the order they were called.
        order: everybody who was in the draw, by lot.
        excluded: who was not in it, with reasons.
        outside: who was not in it for his speciality alone.
        unmet: sources and roles for which nobody could be drawn.
        short: how many places stayed empty.
    """

    picked: tuple[str, ...]
    order: tuple[str, ...]
    excluded: tuple[Candidate, ...] = field(default=())
    outside: tuple[str, ...] = ()
    unmet: tuple[str, ...] = ()
    short: int = 0


def lot(seed: str, key: str) -> str:
    """The lot of one candidate."""
    return hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()


def in_order(keys: Iterable[str], seed: str) -> tuple[str, ...]:
    """Keys by their lots."""
    return tuple(sorted(set(keys), key=lambda key: lot(seed, key)))


def has_speciality(specialities: str, word: str) -> bool:
    """Whether a word occurs among somebody's specialities; no word asks for nothing."""
    return word.strip().casefold() in specialities.casefold()


def lacking(
    seated: Iterable[Candidate], sources: Sequence[str], roles: Sequence[str]
) -> tuple[str, ...]:
    """Sources and roles nobody seated stands for."""
    there = list(seated)
    no_source = [need for need in sources if not any(one.source == need for one in there)]
    no_role = [need for need in roles if not any(need in one.roles for one in there)]
    return (*no_source, *no_role)


def draw(
    candidates: Iterable[Candidate],
    needs: Needs,
    seed: str,
    *,
    seated: Sequence[Candidate] = (),
) -> Drawn:
    """Draw by lot.

    Args:
        candidates: the whole pool; those with anything against them are left out and reported.
        needs: how many, and what must be present.
        seed: anything; the same seed and pool give the same result.
        seated: who sits already; counts for what must be present and is not drawn again.
    """
    pool = list(candidates)
    taken = {one.key for one in seated}
    fit = [one for one in pool if not one.against and one.key not in taken]
    free = {one.key: one for one in fit if has_speciality(one.specialities, needs.speciality)}
    order = in_order(free, seed)
    picked = _required(needs, free, order, seated)
    rest = [key for key in order if key not in picked]
    picked += rest[: max(needs.count - len(picked), 0)]
    present = [*seated, *(free[key] for key in picked)]
    return Drawn(
        picked=tuple(picked),
        order=order,
        excluded=tuple(one for one in pool if one.against and one.key not in taken),
        outside=tuple(one.key for one in fit if one.key not in free),
        unmet=lacking(present, needs.sources, needs.roles),
        short=max(needs.count - len(picked), 0),
    )


def _required(
    needs: Needs,
    free: Mapping[str, Candidate],
    order: Sequence[str],
    seated: Sequence[Candidate],
) -> list[str]:
    """The first lot of every source and role that nobody present stands for yet."""
    picked: list[str] = []
    for need in (*needs.sources, *needs.roles):
        present = [*seated, *(free[key] for key in picked)]
        fits = [key for key in order if free[key].source == need or need in free[key].roles]
        missing = need in lacking(present, needs.sources, needs.roles)
        if missing and fits and len(picked) < needs.count:
            picked.append(fits[0])
    return picked
