"""Where a filing is: who has it, since when, until when. The app that judges filings says so.

applications knows no review. Whoever runs the review registers a provider in ``ready()``::

    progress.register(MyProvider())
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from applications.models import Application, Document
from jurisdictions.models import Office


@dataclass(frozen=True)
class Place:
    """Where a submitted filing is.

    Attributes:
        stage: id of the workflow stage.
        doing: the stage in the applicant's words.
        holder: who has it, e.g. the name of an office.
        since: when it arrived there.
        until: day by which that step should be done, None without a limit.
        next_step: what follows, in the applicant's words.
        held: why it waits, e.g. an objection; empty when it moves.
        until_label: what ``until`` is, e.g. the last day of a public notice.
        until_words: why no day can be told now although there is a limit.
    """

    stage: str
    doing: str
    holder: str
    since: datetime | None = None
    until: date | None = None
    next_step: str = ""
    held: str = ""
    until_label: str = "办理期限"
    until_words: str = ""


@dataclass(frozen=True)
class Fault:
    """One thing to mend.

    Attributes:
        target: catalogue path, table name, or ``material:<id>``.
        label: what it is called on the form.
        text: what is wrong and what to do.
        clauses: ids of the clauses it rests on.
        answer: what the unit said about it so far.
    """

    target: str
    label: str
    text: str
    clauses: tuple[str, ...] = ()
    answer: str = ""


@dataclass(frozen=True)
class Notice:
    """补正告知: all faults at once."""

    number: int
    office: str
    sent_at: datetime | None
    due_on: date | None
    note: str
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Reading:
    """Who of the unit was the first to know something, and when."""

    who: str
    at: datetime


@dataclass(frozen=True)
class Paper:
    """A letter to the unit that it may open; the document is served by the filing's pages."""

    title: str
    document: Document
    dated_on: date
    read: Reading | None = None


class Provider(Protocol):
    """What the app that judges filings can say about one of them."""

    def place_of(self, application: Application) -> Place | None:
        """Where the filing is, or None while nobody has it."""
        ...

    def briefs_of(self, applications: Sequence[Application]) -> Mapping[int, Place]:
        """Where each of several filings is, by key, without what follows; read all at once.

        ``until`` of one that was returned is the last day for the answer.
        """
        ...

    def notice_of(self, application: Application) -> Notice | None:
        """The correction notice that waits for an answer, or None."""
        ...

    def answer_notice(self, application: Application, answers: Mapping[str, str]) -> None:
        """Keep what the unit says about each fault; called inside the submit's transaction."""
        ...

    def papers_of(self, application: Application) -> Sequence[Paper]:
        """Letters to the unit, the newest first."""
        ...

    def office_of(self, application: Application) -> Office | None:
        """The office that has the filing, or had it last; None before anybody has."""
        ...

    def reasons_of(self, application: Application) -> Sequence[str]:
        """Why a decided filing was refused, in sentences; empty for any other."""
        ...

    def refused_at(self, application: Application) -> str | None:
        """Id of the stage that refused what the unit has a letter of; None for any other."""
        ...

    def result_reading(self, application: Application) -> Reading | None:
        """Who acknowledged the result, or None."""
        ...

    def addresses_of(self, applications: Sequence[Application], user: Any) -> Mapping[int, str]:
        """Pages on which an officer may read the review of filings, by key."""
        ...

    def note_reading(
        self, application: Application, document: Document | None, by: Any, *, opened: bool
    ) -> None:
        """Note that a member knows a letter, or the result where no document is named."""
        ...


_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Let a provider speak; the same one twice counts once."""
    if provider not in _providers:
        _providers.append(provider)


def unregister(provider: Provider) -> None:
    """Take a provider out again."""
    if provider in _providers:
        _providers.remove(provider)


def place_of(application: Application) -> Place | None:
    """Where a filing is, by the first provider that knows."""
    return _first("place_of", application)


def briefs_of(applications: Sequence[Application]) -> dict[int, Place]:
    """Where each of several filings is, by key, by the first provider that knows."""
    found: dict[int, Place] = {}
    for provider in reversed(_providers):
        found |= provider.briefs_of(applications)
    return found


def addresses_of(applications: Sequence[Application], user: Any) -> dict[int, str]:
    """Pages on which an officer may read the review of filings, by key; none where he may not."""
    found: dict[int, str] = {}
    for provider in reversed(_providers):
        found |= provider.addresses_of(applications, user)
    return found


def notice_of(application: Application) -> Notice | None:
    """The open correction notice of a filing, by the first provider that knows."""
    return _first("notice_of", application)


def office_of(application: Application) -> Office | None:
    """The office that has a filing or had it last, by the first provider that knows."""
    found: Office | None = _first("office_of", application)
    return found


def answer_notice(application: Application, answers: Mapping[str, str]) -> None:
    """Hand what the unit says about each fault to every provider."""
    for provider in _providers:
        provider.answer_notice(application, answers)


def papers_of(application: Application) -> list[Paper]:
    """Letters to the unit, the newest first."""
    found = [paper for provider in _providers for paper in provider.papers_of(application)]
    return sorted(found, key=lambda paper: paper.dated_on, reverse=True)


def reasons_of(application: Application) -> list[str]:
    """Why a decided filing was refused, in sentences."""
    return [text for provider in _providers for text in provider.reasons_of(application)]


def refused_at(application: Application) -> str:
    """The stage in which a filing was refused; empty when none, or when it is not told."""
    return _first("refused_at", application) or ""


def result_reading(application: Application) -> Reading | None:
    """Who acknowledged the result, by the first provider that knows."""
    found: Reading | None = _first("result_reading", application)
    return found


def note_reading(
    application: Application, document: Document | None, *, by: Any, opened: bool
) -> None:
    """Note that a member of the unit knows a letter, or the result.

    Args:
        application: the filing.
        document: paper of the letter; None for the result.
        by: the reader; nothing is noted for people outside the unit.
        opened: whether the paper was opened; else the reader confirmed it.

    Raises:
        DomainError: there is no result yet.
    """
    for provider in _providers:
        provider.note_reading(application, document, by, opened=opened)


def _first(method: str, application: Application) -> Any:
    for provider in _providers:
        found = getattr(provider, method)(application)
        if found is not None:
            return found
    return None
