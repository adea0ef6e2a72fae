"""What a demonstration of one city holds, as its YAML file says it."""

import datetime as dt
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict

from jurisdictions.enums import PostKind
from portal.accounts.enums import Duty as SystemDuty

#: Ends of a sample that need no review: half filled, filled, handed in.
DRAFT, COMPLETE, SUBMITTED, RETURNED, REFUSED = (
    "draft", "complete", "submitted", "returned", "refused",
)  # fmt: skip


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Staff(_Part):
    """A person at posts of an office; without posts an administrator."""

    name: str
    login: str
    posts: tuple[PostKind, ...] = ()
    note: str = ""


class Duty(_Part):
    """A role of the ruleset, for one district or department or for the whole place."""

    role: str
    covers: str = ""


class PlannedOffice(_Part):
    """An office; ``listed`` puts its people on the sign-in page."""

    code: str
    name: str
    short_name: str
    phone: str = ""
    roles: tuple[Duty, ...]
    listed: bool = True
    people: tuple[Staff, ...]


class PlannedExpert(_Part):
    """Somebody of the pool; ``office`` is the code of the office he is sent by."""

    name: str
    login: str
    employer: str
    employer_uscc: str
    source: str
    title: str = ""
    specialities: str = ""
    office: str = ""
    listed: bool = True
    note: str = ""


class UnitMember(_Part):
    """A person of a unit."""

    name: str
    login: str
    role: Literal["handler", "principal"]


class PlannedUnit(_Part):
    """A unit that files."""

    key: str
    name: str
    uscc: str
    nature: str
    district_code: str
    address: str = ""
    listed: bool = True
    people: tuple[UnitMember, ...]


class PlannedRound(_Part):
    """A call; ``opens`` and ``closes`` count days from today, earlier ones are negative."""

    key: str
    title: str
    opens: int
    closes: int
    quota: int | None = None
    publicity_days: int | None = None
    reason: str = ""


class Fault(_Part):
    """What is to be corrected."""

    target: str
    text: str


class PlannedSeat(_Part):
    """How far an expert has come: statement to be signed, writing, or signed."""

    expert: str
    state: Literal["pending", "judging", "signed"]
    chair: bool = False
    text: str = ""


class PlannedFiling(_Part):
    """A filing and where it comes to rest.

    ``stop`` is ``draft`` (only the first ``sections``), ``complete``, ``submitted``,
    ``returned`` or ``refused`` (at the stage ``at``), the id of a stage where it waits, or a
    result of the procedure. ``panel`` says who judges it there.
    """

    unit: str
    round: str
    stop: str
    sections: int = 0
    at: str = ""
    opinion: str = ""
    faults: tuple[Fault, ...] = ()
    reasons: dict[str, str] = {}
    panel: tuple[PlannedSeat, ...] = ()
    change: dict[str, Any] = {}


class CityPlan(_Part):
    """Everything a demonstration shows of one city."""

    city: str
    effective_from: dt.date | None = None
    administrator: Staff
    offices: tuple[PlannedOffice, ...]
    experts: tuple[PlannedExpert, ...] = ()
    units: tuple[PlannedUnit, ...]
    rounds: tuple[PlannedRound, ...]
    filings: tuple[PlannedFiling, ...]


class SystemStaff(Staff):
    """One of the three administrators of the portal."""

    duty: SystemDuty


class PortalPlan(_Part):
    """What all cities share: the password and the people of the portal itself."""

    password: str
    system: tuple[SystemStaff, ...]


def read_city(folder: Path, code: str) -> CityPlan | None:
    """The plan of a city, or None when the city has no sample data.

    Raises:
        ValidationError: the file says something unknown.
    """
    file = folder / f"{code}.yaml"
    if not file.is_file():
        return None
    return CityPlan.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))


def read_portal(folder: Path) -> PortalPlan:
    """The plan of what all cities share."""
    text = (folder / "portal.yaml").read_text(encoding="utf-8")
    return PortalPlan.model_validate(yaml.safe_load(text))
