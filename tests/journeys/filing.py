"""What a unit, or an office, does to a filing: the portal's own forms, without drawing them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from applications.interfaces.checklist import cells_of
from applications.interfaces.samples import plain, sample_file
from applications.interfaces.standing import Standing
from applications.models import Application
from jurisdictions.engine.cases import flatten, material_fact
from jurisdictions.schema.forms import TableUse
from jurisdictions.schema.materials import Material
from portal.accounts.models import User
from tests.applications.pages import unchanged
from tests.journeys.desk import Desk

REASON = "情况特殊，附有说明材料。"


class Filing:
    """One filing in the hands of one person.

    Args:
        desk: the city's desk, which knows how to sign somebody in.
        user: who fills it.
        application: the filing.
    """

    def __init__(self, desk: Desk, user: User, application: Application) -> None:
        self.desk, self.user, self.application = desk, user, application
        self.typed: dict[str, Any] = {}
        self.sign_in()
        self.page = self.client.get(self._at("tasks"))
        assert self.page.status_code == 200

    def sign_in(self) -> None:
        """Sign in: at the beginning, and on another day, when the session is over."""
        self.client = self.desk.client(self.user)

    def _at(self, name: str, *keys: Any) -> str:
        return reverse(f"applications:{name}", args=[self.application.public_id, *keys])

    def fill(self, answers: Mapping[str, Any]) -> None:
        """Type answers, by path, into every section that asks for one of them."""
        self.typed |= answers
        for section in Standing(self.application).procedure.form.sections:
            asked = {use.field for use in section.fields if not use.computed}
            tables = [table for table in section.tables if table.table in answers]
            given = {path: answers[path] for path in asked & answers.keys()}
            if given or tables:
                self._fill_section(section.id, given, tables, answers)

    def _fill_section(
        self, section: str, given: Mapping[str, Any], tables: Sequence[TableUse],
        answers: Mapping[str, Any],
    ) -> None:  # fmt: skip
        address = self._at("section", section)
        shown = self.client.get(address).context
        data = {**unchanged(shown["form"]), "version": shown["version"]}
        data |= {path: _typed(value) for path, value in given.items() if value is not None}
        for table in tables:
            data |= _rows(table.table, answers[table.table])
        sent = self.client.post(address, data)
        assert sent.status_code == 302, (section, _errors(sent))

    def upload(self, materials: Mapping[str, Any]) -> None:
        """Hand in every paper a sample has, each at its place, and confirm the copies."""
        if not materials:
            return
        standing = Standing(Application.objects.get(pk=self.application.pk))
        for item in standing.procedure.materials:
            if materials.get(item.id):
                fact = material_fact(materials[item.id])
                for row, _ in cells_of(standing, item):
                    self._upload(item, fact, row)
        self._confirm()

    def _upload(self, item: Material, fact: Any, row: str) -> None:
        checked = sample_file("pdf" if "pdf" in item.kinds else "jpg", fact.words)
        files = [
            SimpleUploadedFile(f"示例{number}.{checked.kind}", checked.content)
            for number in range(1 if row else max(fact.count, 1))
        ]
        sent = self.client.post(self._at("file_add", item.id), {"file": files, "row": row})
        assert sent.status_code == 302, (item.id, sent.context["upload_errors"])

    def _confirm(self) -> None:
        """Tick what the checklist wants confirmed of each file."""
        cards = self.client.get(self._at("files")).context["cards"]
        for file in [file for card in cards for cell in card["cells"] for file in cell["files"]]:
            if ticks := [tick["value"] for tick in file["ticks"]]:
                assert self.client.post(file["confirm"], {"tick": ticks}).status_code == 302

    def required(self) -> None:
        """Hand in one paper wherever one must be there."""
        held = set(self.application.attachments.values_list("material", flat=True))
        procedure = Standing(self.application).procedure
        self.upload({
            item.id: 1 for item in procedure.materials
            if item.need == "required" and item.id not in held
        })  # fmt: skip

    def check(self) -> Any:
        """The page of all answers: its context says what stops the submit."""
        self.page = self.client.get(self._at("check"))
        return self.page.context

    def submit(self) -> Any:
        """Declare, give a reason wherever one is asked for, hand in; returns the answer."""
        shown = self.check()
        data = {"key": str(shown["key"]), "action": "submit"}
        known = {**self.typed, "declare.filed_on": timezone.localdate()}
        data |= {bound.html_name: _typed(known.get(bound.html_name, "on"))
                 for bound in shown["form"]}  # fmt: skip
        data |= {f"reason-{point['rule']}": REASON for point in shown["soft"]}
        return self.client.post(self._at("submit"), data)

    def hand_in(self) -> Application:
        """Submit; it must be taken."""
        sent = self.submit()
        assert sent.status_code == 302, (_stops(sent), str(sent.context.get("problem")))
        assert self.client.get(sent["Location"]).status_code == 200
        self.application.refresh_from_db()
        return self.application


def _typed(value: Any) -> Any:
    value = plain(value)
    return {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value


def _rows(table: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Rows of a table as its page sends them."""
    names = [f"row{number}" for number in range(1, len(rows) + 1)]
    cells = {
        f"{table}-{name}-{column}": _typed(value)
        for name, row in zip(names, rows, strict=True)
        for column, value in row.items()
        if value is not None and column != "row_id"
    }
    return {f"{table}-rows": names, **cells}


def _errors(answer: Any) -> Any:
    form = answer.context["form"] if answer.context else None
    return (dict(form.errors), answer.context.get("errors")) if form is not None else answer


def _stops(answer: Any) -> Any:
    return [stop["text"] for stop in answer.context["stops"]] if answer.context else ()


def flat(sample: Mapping[str, Any]) -> dict[str, Any]:
    """Answers of a sample by their paths."""
    return dict(flatten(sample["answers"]))
