"""Conditions: what must hold, how hard, who checks, and the sentences people read."""

from typing import Literal, Self

from pydantic import Field, model_validator

from jurisdictions.schema.base import AnyExpr, BoolExpr, Code, DateExpr, Entry, FieldPath, Strict

Severity = Literal["block", "warn", "info"]
Check = Literal["auto", "attested", "human"]


class Says(Strict):
    """Sentences for each outcome; ``{path}`` and ``{let name}`` are filled in."""

    passed: str = Field(default="", alias="pass")
    fail: str = ""
    missing: str = ""
    person: str = ""


class Reading(Entry):
    """One of several readings of an unclear text."""

    label: str
    require: BoolExpr


class Option(Entry):
    """One of the alternatives of ``at_least``."""

    id: Code
    title: str
    require: BoolExpr
    check: Check = "attested"


class AtLeast(Strict):
    """``n`` of the options must hold."""

    n: int = Field(ge=1)
    of: tuple[Option, ...] = Field(min_length=1)


class Rule(Entry):
    """One condition.

    Exactly one of ``require``, ``at_least``, ``readings`` gives the test; a ``human`` rule may
    give none. ``readings`` passes when all hold, warns when some do, and has ``severity`` when
    none does. ``let`` names intermediate values; ``last_day`` is the last day on which the
    answer is still yes. ``fields`` tells where to go to mend it.
    """

    id: Code
    title: str
    on: Literal["application", "round", "list", "studio"] = "application"
    severity: Severity = "block"
    check: Check = "auto"
    when: BoolExpr | None = None
    let: dict[Code, AnyExpr] = {}
    require: BoolExpr | None = None
    at_least: AtLeast | None = None
    readings: tuple[Reading, ...] = ()
    last_day: DateExpr | None = None
    says: Says = Says()
    fields: tuple[FieldPath, ...] = ()
    priority: str = Field(default="", description="label given to the filing when it passes")
    accepts_reason: bool = Field(default=True, description="warn: a reason may be given")
    self_check: bool = Field(default=False, description="part of the public 「能不能报」 check")
    compared: str = Field(default="", description="the limit as people read it, e.g. 不超过55周岁")

    @model_validator(mode="after")
    def _one_test(self) -> Self:
        given = sum((self.require is not None, self.at_least is not None, bool(self.readings)))
        if given > 1 or (given == 0 and self.check != "human"):
            raise ValueError("require、at_least、readings 必须且只能写一个（human 可以都不写）")
        return self
