"""What a demonstration shows of studios named years ago, as its YAML file says it.

Days count from today; earlier ones are negative.
"""

from decimal import Decimal
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Person(_Part):
    """Somebody with an account."""

    name: str
    login: str
    role: Literal["handler", "principal"] = "handler"


class Unit(_Part):
    """The unit that hosts a studio; known by its code when it files in the portal already."""

    name: str
    uscc: str
    people: tuple[Person, ...] = ()
    listed: bool = False


class PlannedMember(_Part):
    """A member; ``left`` when he is gone."""

    name: str
    post: str = ""
    level: str = ""
    phone: str = ""
    years: int | None = None
    joined: int
    left: int | None = None


class PlannedApprentice(_Part):
    """Somebody trained; ``certified`` with the level he won."""

    name: str
    since: int
    level: str = ""
    certified: int | None = None


class PlannedActivity(_Part):
    """Something the studio did; ``paper`` puts a sheet beside it."""

    category: str
    title: str
    day: int
    people: int | None = None
    paper: bool = False


class Line(_Part):
    """A line of the ledger; ``purpose`` makes it an expense."""

    source: str
    purpose: str = ""
    amount: Decimal
    day: int
    text: str
    reason: str = ""


class PlannedRecord(_Part):
    """A report of the unit, or what an office (by its code) wrote down."""

    item: str
    title: str
    text: str
    day: int
    category: str = ""
    office: str = ""
    mend: int | None = None


class PlannedStudio(_Part):
    """A studio; ``late`` papers come in late, ``missing`` ones not at all, counted from the last.

    Attributes:
        founded: day of the naming.
        ended: day of the end, for one that is no more.
    """

    name: str
    number: str
    occupation: str
    industry: str = ""
    district: str = ""
    department: str = ""
    address: str = ""
    area: Decimal | None = None
    title: str = ""
    founded: int
    ended: int | None = None
    decision_number: str = ""
    leader: str
    leader_id: str
    unit: Unit
    late: int = 0
    missing: int = 0
    account: str = ""
    members: tuple[PlannedMember, ...] = ()
    apprentices: tuple[PlannedApprentice, ...] = ()
    activities: tuple[PlannedActivity, ...] = ()
    ledger: tuple[Line, ...] = ()
    records: tuple[PlannedRecord, ...] = ()


class SetDayPlan(_Part):
    """The day an office sets for a yearly paper."""

    item: str
    month: int
    day: int


class StudiosPlan(_Part):
    """Studios of one city, and the leader who looks at its figures."""

    city: str
    overseer: Person
    set_days: tuple[SetDayPlan, ...] = ()
    studios: tuple[PlannedStudio, ...]


def read_plan(folder: Path, code: str) -> StudiosPlan | None:
    """The plan of a city, or None when it has none.

    Raises:
        ValidationError: the file says something unknown.
    """
    file = folder / f"{code}.yaml"
    if not file.is_file():
        return None
    return StudiosPlan.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
