"""What an enterprise does in the browser."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from playwright.sync_api import Locator, Page, expect

from applications.interfaces.samples import plain, sample_file
from jurisdictions.engine.cases import flatten, material_fact
from jurisdictions.engine.policy import Policy
from jurisdictions.schema.forms import Section
from jurisdictions.schema.materials import Material
from portal.accounts.models import User
from tests.factories import PASSWORD


def sign_in(page: Page, user: User) -> None:
    """Leave whoever was here and sign in: the first person through the page, then by the door
    behind it, since a road has dozens of changes of person and the page is the same."""
    page.context.clear_cookies()
    address = urlsplit(page.url)
    if not address.netloc:
        return sign_in_through_page(page, user)
    client = Client()
    client.force_login(user, backend="portal.accounts.backends.LoginBackend")
    cookie = {"name": settings.SESSION_COOKIE_NAME, "url": f"{address.scheme}://{address.netloc}"}
    page.context.add_cookies([{**cookie, "value": client.session.session_key}])
    return None


def sign_in_through_page(page: Page, user: User) -> None:
    """Fill in the sign-in page."""
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(user.login_name)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()


#: Names of the questions of a form that have an answer.
HELD = """form => Array.from(form.elements)
  .filter(e => e.name && (["radio", "checkbox"].includes(e.type) ? e.checked : e.value !== ""))
  .map(e => e.name)"""

#: What a question of a page is; nothing when nobody sees it: there are hundreds on a form, and one
#: look at each is quicker than four.
LOOK = """name => {
  const found = document.querySelector(`[name="${name}"]`);
  if (!found || found.closest('[hidden]')) { return null; }
  const fold = found.closest('details');
  return {kind: found.tagName === 'SELECT' ? 'select' : found.type, folded: fold && !fold.open};
}"""


class Applicant:
    """Fills and submits one filing with the complete sample of a city."""

    def __init__(self, page: Page, policy: Policy, sample: Mapping[str, Any]) -> None:
        self.page, self.policy = page, policy
        self.answers = flatten(sample["answers"])
        self.materials = sample["materials"]

    def start(self, round_id: object) -> None:
        """From the home page over guide and new filing to the task list."""
        self.page.goto(f"/guide/{round_id}/")
        expect(self.page.get_by_role("heading", level=1)).to_contain_text("示例批次")
        self.page.goto(f"/apply/new/{round_id}/")
        self.page.get_by_role("button", name="新建申报").click()
        expect(self.page.get_by_role("heading", name="填报内容")).to_be_visible()
        self.home = self.page.url

    def fill_everything(self) -> None:
        """Every section, one after the other, then every material."""
        for section in self.policy.procedure("establish").form.sections:
            self.page.goto(f"{self.home}s/{section.id}/")
            if not self.page.locator("#section-form").count():
                continue
            self._fill_fields(section)
            for table in section.tables:
                self._rows(table.table, self.answers.get(table.table, []))
            self._save("保存")
            # What was answered may bring further questions; what was saved stands as it was typed.
            if self._fill_fields(section, again=True):
                self._save("保存并继续")
        self._upload_all()

    def _fill_fields(self, section: Section, *, again: bool = False) -> bool:
        """Answer what is asked, or only what has no answer yet; returns whether anything was."""
        held = self.page.locator("#section-form").evaluate(HELD) if again else []
        wanted = [
            use.field
            for use in section.fields
            if use.field in self.answers and not use.computed and use.field not in held
        ]
        filled = [field for field in wanted if self._fill(field, plain(self.answers[field]))]
        return bool(filled)

    def _save(self, label: str) -> None:
        buttons = self.page.locator(".gj-actionbar")
        # A save waits for the autosave that is on its way.
        with self.page.expect_navigation():
            buttons.get_by_role("button", name=label, exact=True).click()
        expect(self.page.locator(".gj-field--err")).to_have_count(0)

    def _fill(self, path: str, value: Any) -> bool:
        """Answer a question; one that does not apply to these answers nobody sees."""
        seen = self.page.evaluate(LOOK, path)
        if not seen:
            return False
        found = self.page.locator(f'[name="{path}"]')
        if seen["folded"]:
            found.first.locator("xpath=ancestor::details[1]").locator("summary").click()
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if seen["kind"] == "radio":
            found.and_(self.page.locator(f'[value="{text}"]')).check()
        elif seen["kind"] == "checkbox":
            self._tick(found, value)
        elif seen["kind"] == "select":
            found.first.select_option(text)
        else:
            found.first.fill(text)
        return True

    def _tick(self, found: Locator, value: Any) -> None:
        if isinstance(value, list):
            for item in value:
                found.and_(self.page.locator(f'[value="{item}"]')).check()
        elif value:
            found.check()

    def _rows(self, table: str, rows: list[Mapping[str, Any]]) -> None:
        for row in rows:
            card = self.page.locator(f"#rows-{table}")
            if not card.count():
                return
            before = card.locator("tbody tr").count()
            card.get_by_role("button", name="添加一行").click()
            expect(card.locator("tbody tr")).to_have_count(before + 1)
            last = card.locator("tbody tr").last
            row_id = last.get_attribute("data-row")
            for column, value in row.items():
                self._fill(f"{table}-{row_id}-{column}", plain(value))

    def _upload_all(self) -> None:
        self.page.goto(f"{self.home}files/")
        for item in self.policy.procedure("establish").materials:
            if self.materials.get(item.id):
                self._upload(item)

    def _upload(self, item: Material) -> None:
        fact = material_fact(self.materials[item.id])
        checked = sample_file("pdf" if "pdf" in item.kinds else "jpg", fact.words)
        payload = {
            "name": f"{item.title[:20]}.{checked.kind}",
            "mimeType": checked.content_type,
            "buffer": checked.content,
        }
        cells = self.page.locator(f"section#mat-{item.id} .gj-cell")
        wanted = fact.count + fact.person if item.per_row or item.also_person else 1
        for position in range(min(cells.count(), max(wanted, 1))):
            cell = cells.nth(position)
            cell.locator("input[type=file]").set_input_files(payload)
            expect(cell.locator(".gj-file, .gj-files li").first).to_be_visible(timeout=30_000)
            self._confirm(cell)

    def _confirm(self, cell: Locator) -> None:
        """Tick what the checklist wants confirmed of each copy."""
        for form in cell.locator(".gj-ticks").all():
            for box in form.locator("input[name=tick]").all():
                box.check()
                expect(form.locator("[data-ticks-state]")).to_have_text("已保存")

    def submit(self) -> str:
        """Check answers, declare, submit; returns the number on the receipt."""
        self.page.goto(f"{self.home}check/")
        assert self.page.locator("[aria-labelledby=stops] li").all_inner_texts() == []
        for use in self.policy.procedure("establish").form.declarations:
            if use.field in self.answers:
                self._fill(use.field, plain(self.answers[use.field]))
        for reason in self.page.locator("textarea[name^='reason-']").all():
            reason.fill("示例：情况属实，另附说明材料。")
        self.page.get_by_role("button", name="提交申报").click()
        expect(self.page).to_have_url(re.compile(r"/done/$"), timeout=30_000)
        return self.page.locator("#main").inner_text()
