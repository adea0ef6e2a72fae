"""Offices at work in the browser, stage by stage, whatever the city's road is."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from playwright.sync_api import Page, expect

from reviews.models import Case, Publicity, StageRun
from tests.journeys.bodies import Bodies, today
from tests.journeys.hand import Hand
from tests.reviews.factories import City
from tests.reviews.standing import fresh

OPEN = ("open", "signing")


class Officers(Hand):
    """Takes a case, then its list, through the stages of a city's road.

    Args:
        page: the browser's page.
        city: the city.
        clock: lets days pass.
    """

    def __init__(self, page: Page, city: City, clock: Any) -> None:
        super().__init__(page, city)
        self.clock = clock
        self.bodies = Bodies(page, city)
        self.seen: list[str] = []

    def go_to(self, case: Case, kind: str = "") -> StageRun:
        """Act on whatever stage is open until one of a kind is, which is returned untouched.

        Args:
            case: the case.
            kind: kind to stop at; the next stage whatever it is when empty.
        """
        for _ in range(20):
            run = open_run(case)
            if run is None:
                self.begin_list(case)
            elif not kind or run.kind == kind:
                return run
            else:
                self.act(run)
        raise AssertionError(f"no {kind}: {self.seen}")

    def take_to_the_end(self, case: Case) -> None:
        """Act on whatever stage is open until nothing is left to be done."""
        while (run := open_run(case)) is not None or waits_for_list(case):
            if run is None:
                self.begin_list(case)
            else:
                self.act(run)

    def act(self, run: StageRun) -> None:
        """Take a passage to its end."""
        self.clock.go_on(1)
        self.seen.append(run.stage)
        if run.kind in ("check", "recommend"):
            self.check(run)
        elif run.kind in ("shortlist", "publicity", "decision"):
            getattr(self, run.kind)(run)
        else:
            getattr(self.bodies, run.kind)(run)
        assert fresh(run).state == "done", f"{run.stage} is {fresh(run).state}"

    def begin_list(self, case: Case) -> None:
        """Draw up the list of the cases that wait; what was held on one goes on supplementary."""
        case.refresh_from_db()
        assert case.office is not None
        by, held = self.city.person(case.office), case.items.filter(state="held").first()
        if held is None:
            self.open(by, "lists")
            self.press("建立名单")
        else:
            self.open(by, "list", held.listing.public_id)
            self.press("建立补充名单")
            expect(self.page.get_by_text("补充名单", exact=True).first).to_be_visible()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text("名单")

    # 初审、受理、函报

    def check(self, run: StageRun) -> None:
        """A check or a letter passes at all its posts."""
        assert run.case is not None
        self.open(self.handler(run), "case", run.case.public_id)
        self.judge_points()
        self.page.locator("input[name=decision][value=pass]").check()
        for name, value in (("paper_received_on", today()), ("paper_copies", "2"),
                            ("number", "示人社函〔2026〕8号"), ("dated_on", today())):  # fmt: skip
            field = self.page.locator(f"[name={name}]")
            if field.count() and field.first.is_visible():
                field.first.fill(value)
        for part in self.page.locator("textarea[name^='part-']").all():
            part.fill("示例：经审查，申报材料真实、完整，符合条件。")
        self.decide(run, "示例：经审核符合条件，同意推荐。")

    def judge_points(self) -> None:
        """Every point and every reason is found to be met, on the page of the case."""
        for choice in self.page.locator("input[type=radio][name^='point-'][value=yes]").all():
            choice.evaluate("e => e.click()")
        for box in self.page.locator("[name^='reason-rule:']").all():
            box.fill("理由成立，予以采纳。")

    def decide(self, run: StageRun, opinion: str) -> None:
        """Hand in what is filled in on the page of a case; the other posts agree."""
        assert run.case is not None
        self.page.locator("#opinion").fill(opinion)
        with self.page.expect_navigation():
            self.page.locator("[data-decide]").click()
        assert self.page.locator("[data-error-summary]").all_inner_texts() == []
        for post in self.stage(run).signoff[1:]:
            self.open(self.city.person(run.office, post), "case", run.case.public_id)
            self.press("同意并签署")

    # 建议名单、公示、发文

    def shortlist(self, run: StageRun) -> None:
        """Who is in, previewed against the quota where there is one."""
        self._open_list(run)
        for result in self.page.locator("#stage select[name^='result-']").all():
            result.select_option("pass")
        if self.button("预览名额").count():
            self.press("预览名额")
            expect(self.page.locator("#stage .gj-note", has_text="名额").first).to_be_visible()
        self._sign_list(run)

    def publicity(self, run: StageRun) -> None:
        """The notice is put up, its days pass, it ends."""
        notice = self.publish(run)
        self.let_run_out(notice)
        self.end_notice(run)

    def publish(self, run: StageRun) -> Publicity:
        """Put up the notice; it is public then."""
        self._open_list(run)
        contact = self.page.locator("#stage [name=contact]")
        if not contact.input_value():
            contact.fill("示例电话 010-00000000")
        self._sign_list(run)
        notice: Publicity = run.listing.publicities.latest("pk")
        self.page.context.clear_cookies()
        self.page.goto(f"/notices/{notice.public_id}/")
        expect(self.page.get_by_role("link", name="提出异议")).to_be_visible()
        return notice

    def let_run_out(self, notice: Publicity) -> None:
        """Let the days of a notice pass."""
        days = notice.last_day - timezone.localdate() + timedelta(days=1)
        self.clock.go_on(max(days.days, 0))

    def end_notice(self, run: StageRun) -> None:
        """The days are over and nothing is left to be looked into."""
        self._open_list(run)
        self.press("结束公示")

    def decision(self, run: StageRun) -> None:
        """The document is drafted, every body approves, the last post issues it."""
        stage = self.stage(run)
        self._open_list(run)
        number = self.page.locator("[name=document_number]")
        if number.count():
            number.fill("示人社发〔2026〕9号")
        self.page.locator("[name=decided_on]").fill(today())
        for result in self.page.locator("#stage select[name^='result-']").all():
            if not result.input_value():
                result.select_option("pass")
        self._submit_list()
        for role in stage.bodies:
            office = self.city.office(role)
            if office != run.office:
                self._open_list(run, "approver", office)
                self.press("审定现有名单")
        self._others_sign_list(run)
        if stage.announcement is not None:
            self._open_list(run)
            self.page.locator("[name=on]").fill(today())
            self.page.locator("[name=where]").fill("示例门户网站")
            self.press("登记公布")

    def _open_list(self, run: StageRun, post: str = "handler", office: Any = None) -> None:
        self.open(self.city.person(office or run.office, post), "list", run.listing.public_id)

    def _submit_list(self) -> None:
        self.page.locator("#stage [name=opinion]").fill("示例：同意。")
        self.press("提交并签署")

    def _others_sign_list(self, run: StageRun) -> None:
        for post in self.stage(run).signoff[1:]:
            self._open_list(run, post)
            self.press("同意并签署")

    def _sign_list(self, run: StageRun) -> None:
        self._submit_list()
        self._others_sign_list(run)


def open_run(case: Case) -> StageRun | None:
    """What is open on the case, or on the list it stands on."""
    run = case.runs.filter(state__in=OPEN).first()
    if run is None:
        item = case.items.filter(state="in").first()
        run = item.listing.runs.filter(state__in=OPEN).first() if item else None
    return fresh(run) if run else None


def waits_for_list(case: Case) -> bool:
    """Whether a case has come to the end of its own stages and stands on no list yet."""
    case.refresh_from_db()
    return case.state == "listed" and not case.items.filter(state="in").exists()
