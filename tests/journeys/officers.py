"""What offices do in the browser, stage by stage, whatever the city's road is."""

from typing import Any

from django.utils import timezone
from playwright.sync_api import Page, expect

from applications.interfaces.samples import sample_file
from jurisdictions.models import Office
from reviews.domain.work import kind_of
from reviews.models import Case, List, StageRun
from tests.journeys.applicant import sign_in
from tests.reviews.factories import City

PAPER_KINDS = (
    "panel", "vote", "visit", "hearing", "consult", "committee", "joint_decision", "filing",
)  # fmt: skip
NEXT = {"handler": "reviewer", "reviewer": "approver"}


class Officers:
    """Takes a case, then its list, through every stage of a city's road."""

    def __init__(self, page: Page, city: City, clock: Any) -> None:
        self.page, self.city, self.clock = page, city, clock
        self.seen: list[str] = []

    def take_to_the_end(self, case: Case) -> None:
        """Act on whatever stage is open until nothing is."""
        for _ in range(40):
            run = open_run(case)
            if run is None:
                if not self._begin_list(case):
                    return
                continue
            self.clock.go_on(1)
            self.seen.append(run.kind)
            self._act(run)
        raise AssertionError(f"the road does not end: {self.seen}")

    def _begin_list(self, case: Case) -> bool:
        case.refresh_from_db()
        if case.state == "closed" or case.items.exists():
            return False
        office = case.office
        if office is None:
            return False
        sign_in(self.page, self.city.person(office))
        self.page.goto("/review/lists/")
        self.page.get_by_role("button", name="建立名单").first.click()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text("名单")
        return True

    def _act(self, run: StageRun) -> None:
        if run.kind in PAPER_KINDS:
            self._from_paper(run)
        elif run.listing_id:
            self._list_stage(run)
        else:
            self._case_stage(run)

    def _stage_of(self, run: StageRun) -> Any:
        from jurisdictions.queries import policy_of  # the browser is up by now

        ruleset = run.case.application.ruleset if run.case else run.listing.ruleset
        procedure = run.case.application.procedure if run.case else run.listing.procedure
        return next(s for s in policy_of(ruleset).stages(procedure) if s.id == run.stage)

    def _address(self, run: StageRun) -> str:
        if run.case:
            return f"/review/{run.case.public_id}/"
        return f"/review/lists/{run.listing.public_id}/"

    def _case_stage(self, run: StageRun) -> None:
        stage = self._stage_of(run)
        for post in stage.signoff:
            sign_in(self.page, self.city.person(run.office, post))
            self.page.goto(self._address(run))
            if post == stage.signoff[0]:
                self._propose(stage)
            else:
                self.page.get_by_role("button", name="同意并签署").click()
            self._no_error()

    def _propose(self, stage: Any) -> None:
        for choice in self.page.locator("input[type=radio][name^='point-'][value=yes]").all():
            choice.evaluate("e => e.click()")
        self.page.locator("input[name=decision][value=pass]").check()
        today = timezone.localdate().isoformat()
        for name, value in (("paper_received_on", today), ("paper_copies", "2"),
                            ("number", "示人社函〔2026〕8号"), ("dated_on", today)):  # fmt: skip
            field = self.page.locator(f"[name={name}]")
            if field.count() and field.first.is_visible():
                field.first.fill(value)
        for part in self.page.locator("textarea[name^='part-']").all():
            part.fill("示例：经审查，申报材料真实、完整，符合条件。")
        self.page.locator("#opinion").fill("示例：经审核符合条件，同意推荐。")
        self.page.locator("[data-decide]").click()

    def _list_stage(self, run: StageRun) -> None:
        stage = self._stage_of(run)
        for post in stage.signoff:
            sign_in(self.page, self.city.person(run.office, post))
            self.page.goto(self._address(run))
            if post == stage.signoff[0]:
                self._propose_list(stage)
                self._no_error()
                self._bodies(run, stage)
                continue
            self.page.get_by_role("button", name="同意并签署").click()
            self._no_error()
        if stage.kind == "publicity":
            self._end_notice(run)
        if stage.kind == "decision":
            self._announce(run)

    def _propose_list(self, stage: Any) -> None:
        if stage.kind == "publicity":
            for name in ("title", "contact"):
                field = self.page.locator(f"#stage [name={name}]")
                if not field.input_value():
                    field.fill("示例公示" if name == "title" else "示例电话 010-00000000")
        if stage.kind == "decision":
            number = self.page.locator("[name=document_number]")
            if number.count():
                number.fill("示人社发〔2026〕9号")
            self.page.locator("[name=decided_on]").fill(timezone.localdate().isoformat())
        self.page.locator("#stage [name=opinion]").fill("示例：同意。")
        self.page.get_by_role("button", name="提交并签署").click()

    def _end_notice(self, run: StageRun) -> None:
        listing: List = run.listing
        notice = listing.publicities.latest("pk")
        self.page.context.clear_cookies()
        self.page.goto(f"/notices/{notice.public_id}/")
        expect(self.page.get_by_role("link", name="提出异议")).to_be_visible()
        while timezone.localdate() <= notice.last_day:
            self.clock.go_on(1)
        sign_in(self.page, self.city.person(run.office))
        self.page.goto(self._address(run))
        self.page.get_by_role("button", name="结束公示").click()
        self._no_error()

    def _bodies(self, run: StageRun, stage: Any) -> None:
        for role in getattr(stage, "bodies", ()):
            office = self.city.office(role)
            if office == run.office:
                continue
            sign_in(self.page, self._signer(office))
            self.page.goto(self._address(run))
            button = self.page.get_by_role("button", name="审定现有名单")
            if button.count():
                button.first.click()
                self._no_error()

    def _signer(self, office: Office) -> Any:
        return self.city.person(office, "approver")

    def _announce(self, run: StageRun) -> None:
        sign_in(self.page, self.city.person(run.office))
        self.page.goto(self._address(run))
        if self.page.locator("[name=where]").count():
            self.page.locator("[name=on]").fill(timezone.localdate().isoformat())
            self.page.locator("[name=where]").fill("示例门户网站")
            self.page.get_by_role("button", name="登记公布").click()
            self._no_error()

    def _from_paper(self, run: StageRun) -> None:
        assert kind_of(run.kind) is not None
        sign_in(self.page, self.city.person(run.office))
        self.page.goto(f"{self._address(run)}paper/")
        today = timezone.localdate().isoformat()
        outcome = self.page.locator("input[name=outcome][value=pass]")
        if outcome.count():
            outcome.check()
        form = self.page.locator("form[aria-label=纸质办理录入]")
        for field in form.locator("input:not([type=hidden]), textarea, select").all():
            self._fill_paper(field, today)
        self._name_experts(run)
        checked = sample_file("pdf", None)
        upload = {"name": "纪要.pdf", "mimeType": "application/pdf", "buffer": checked.content}
        form.locator("#minutes").set_input_files(upload)
        photos = form.locator("#photos")
        if photos.count():
            photo = sample_file("jpg", None)
            photos.set_input_files(
                {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": photo.content}
            )
        self.page.get_by_role("button", name="录入并完成本环节").click()
        self._no_error()

    def _name_experts(self, run: StageRun) -> None:
        if run.kind == "panel":
            seats = self._stage_of(run).seats
            sources = [*seats.sources, *["其他"] * seats.minimum][
                : max(seats.minimum, len(seats.sources))
            ]
            lines = [f"示例{'甲乙丙丁戊己庚'[n]} {source}" for n, source in enumerate(sources)]
            self.page.locator("[name=experts]").fill("\n".join(lines))

    def _fill_paper(self, field: Any, today: str) -> None:
        name, kind = field.get_attribute("name") or "", field.get_attribute("type")
        if kind in ("radio", "file", "checkbox") or name.startswith(("text-", "replytext-")):
            return
        if field.evaluate("e => e.tagName") == "SELECT":
            if name.startswith("reply-"):
                field.select_option("clear")
        elif kind == "date":
            field.fill(today)
        elif name in PAPER_TEXTS:
            field.fill(PAPER_TEXTS[name])
        elif name.startswith("for-"):
            field.fill("示例甲\n示例乙\n示例丙\n示例丁\n示例戊")
        elif not name.startswith(("against-", "abstain-")) and not field.input_value():
            field.fill("示例")

    def _no_error(self) -> None:
        assert self.page.locator("[data-error-summary]").all_inner_texts() == []


FIVE = "示例甲\n示例乙\n示例丙\n示例丁\n示例戊"
PAPER_TEXTS = {
    "members": FIVE,
    "present": FIVE,
    "team": "示例甲\n示例乙\n示例丙",
    "minutes_number": "示例纪要〔2026〕1号",
    "paper_copies": "2",
    "document_number": "示人社发〔2026〕9号",
    "number": "示人社函〔2026〕8号",
}


def open_run(case: Case) -> StageRun | None:
    """What is open on the case, or on the list it stands on."""
    open_states = ("open", "signing")
    run = case.runs.filter(state__in=open_states).first()
    if run is None:
        item = case.items.order_by("-pk").first()
        run = item.listing.runs.filter(state__in=open_states).first() if item else None
    return run
