"""变更与撤销: what may change on which path, and on what grounds a studio ends."""

from typing import Literal, Self

from pydantic import Field, model_validator

from jurisdictions.schema.base import Code, Entry, Strict
from jurisdictions.schema.effects import Effect
from jurisdictions.schema.life import FiledWith

Side = Literal["unit", "new_unit", "leader"]
Fact = Literal["leader", "host", "address"]
Entered = Literal["name", "code", "address"]


class Locked(Entry):
    """Facts that change only through an approved change."""

    facts: tuple[Fact, ...] = Field(min_length=1)


class Condition(Entry):
    """What must hold on a path; ``rules: establish`` runs the conditions of selection again."""

    id: Code
    text: str
    rules: Literal["", "establish"] = ""


class Clock(Entry):
    """So many calendar days from an event; the last day counts."""

    days: int = Field(ge=1)
    starts: Literal["change", "receipt"]
    by: Code = Field(description="unit, or the office role that must act")


class ChangePath(Entry):
    """One way out of an event.

    ``workflow``: ``establish`` runs the whole selection again, ``decide`` ends with a decision,
    ``verify`` ends with a verification that takes effect at once. ``via`` are the office roles
    passed in order, ``decides`` those that must all agree. ``may``: the text says 可.
    ``keeps_leader``: the leader goes on past the event (返聘、延迟退休).
    ``ends_leader``: the leader is noted as gone, and the studio stays without one.
    ``recodes``: a unit that was merged may give its new 统一社会信用代码 with its new name.
    ``updates``: what of the register a studio that stays may have changed with the same report.
    """

    id: Code
    label: str
    outcome: Literal[
        "end", "new_leader", "new_host", "co_build", "new_name", "new_address", "stays"
    ]
    asked_by: tuple[Side, ...] = ("unit",)
    consents: tuple[Side, ...] = ()
    workflow: Literal["establish", "decide", "verify"] = "decide"
    via: tuple[Code, ...] = ()
    decides: tuple[Code, ...] = ()
    filed_with: tuple[FiledWith, ...] = ()
    may: bool = False
    renames: bool = False
    recodes: bool = False
    keeps_leader: bool = False
    ends_leader: bool = False
    updates: tuple[Entered, ...] = ()
    conditions: tuple[Condition, ...] = ()
    effects: tuple[Effect, ...] = ()

    @model_validator(mode="after")
    def _somebody_acts(self) -> Self:
        acting = self.via or self.decides if self.workflow == "verify" else self.decides
        if not acting:
            raise ValueError("写明由谁审定（decides）；核实备案的写 via 或 decides")
        if self.recodes and self.outcome != "new_name":
            raise ValueError("recodes 只用于变更单位名称（new_name）")
        if self.ends_leader and (self.outcome != "stays" or self.keeps_leader):
            raise ValueError("ends_leader 只用于领办人离开而工作室继续（stays）")
        if self.updates and self.outcome != "stays":
            raise ValueError("updates 只用于工作室继续（stays）")
        return self


class ChangeEvent(Entry):
    """Something that happened to leader, unit or premises, and the paths it opens.

    ``same_group``: only for a move inside (True) or outside (False) the same group.
    """

    id: Code
    label: str
    about: Literal["leader", "unit", "address", "studio"]
    reasons: tuple[str, ...] = ()
    same_group: bool | None = None
    paths: tuple[ChangePath, ...] = Field(min_length=1)
    report: Clock | None = None
    decide: Clock | None = None


class Changes(Strict):
    """All changes a regulation knows."""

    locked: Locked | None = None
    events: tuple[ChangeEvent, ...] = ()


class Hint(Strict):
    """What the portal can see by itself; a person confirms."""

    kind: Literal["no_activity", "papers_missed", "leader_left", "funds_flagged", "failed_again"]
    months: int | None = Field(default=None, ge=1)


class Ground(Entry):
    """A ground, in the words of the regulation.

    ``sanctions`` are choices to name; ``explain``: a free text is demanded;
    ``not_while_changing``: an open or approved change of leader stops it.
    """

    id: Code
    text: str
    hint: Hint | None = None
    sanctions: tuple[str, ...] = ()
    explain: bool = False
    on_request: bool = False
    not_while_changing: bool = False
    needs_all: tuple[str, ...] = Field(default=(), description="facts that must all be recorded")


class Window(Entry):
    """Grounds hold only within so many months of the naming; the last day counts."""

    months: int = Field(ge=1)
    says: str


class Step(Entry):
    """A step before the end: 警告, 限期整改."""

    id: Code
    label: str
    needs_day: bool = False


class Announcement(Entry):
    """The decision is announced to the public."""

    text: str


class Revocations(Entry):
    """Ending a studio against its will or at its own request.

    ``visible_to_unit_from``: nothing shows in the unit's pages, mails and counts before.
    """

    label: str
    decided_by: tuple[Code, ...] = Field(min_length=1)
    window: Window | None = None
    steps: tuple[Step, ...] = ()
    grounds: tuple[Ground, ...] = Field(min_length=1)
    effects: tuple[Effect, ...] = Field(min_length=1)
    notify: tuple[FiledWith, ...] = ()
    announcement: Announcement | None = None
    visible_to_unit_from: Literal["heard", "decided"] = "heard"
