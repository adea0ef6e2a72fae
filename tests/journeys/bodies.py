"""Whoever is asked on the way, each on pages of their own: experts, members, teams, offices."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from portal.accounts.models import User
from reviews.models import Consultation, Expert, Seat, StageRun
from tests.browser import DESKTOP, PHONE
from tests.factories import make_user
from tests.journeys.applicant import sign_in
from tests.journeys.hand import Hand, signed_paper, snapshot
from tests.reviews import panel_factories as panels
from tests.reviews.factories import City

SUPPORT, REFUSAL = "技艺突出，同意推荐。", "成果与申报内容不符。"


class Bodies(Hand):
    """Takes a passage of each kind that others than its office have a part in to its end."""

    def __init__(self, page: Page, city: City) -> None:
        super().__init__(page, city)
        #: Draw the experts by lot instead of appointing them.
        self.by_lot = False
        #: Role of the office that has something against the unit.
        self.against = ""
        self.pool: list[Expert] = []

    # 专家评审

    def panel(self, run: StageRun) -> None:
        """Experts are seated, declare, judge and sign; the office proposes what they found."""
        for seat in self.seat_experts(run):
            self.judge(seat)
        self.propose(run)

    def seat_experts(self, run: StageRun) -> list[Seat]:
        """The office draws or appoints as many as the ruleset asks for, and names the head."""
        self.pool = self.pool or self.experts(run)
        self.open(self.handler(run), "run", run.public_id)
        if self.by_lot:
            self.draw(len(self.pool))
        else:
            self.appoint(self.pool)
        self.press("确定组长")
        return list(run.seats.select_related("expert__user", "case").order_by("chair", "pk"))

    def draw(self, count: int) -> None:
        """Draw so many on the page that is open; the seed is shown."""
        self.page.locator("#count").fill(str(count))
        self.press("随机抽取")
        expect(self.page.get_by_text("种子").first).to_be_visible()

    def appoint(self, people: list[Expert]) -> None:
        """Tick experts on the page that is open and give them their seats."""
        for expert in people:
            self.page.get_by_label(f"选择{expert.name}").check()
        self.press("指定所选专家")

    def experts(self, run: StageRun) -> list[Expert]:
        """So many in the pool as the ruleset asks for, of every source and office it names."""
        seats = self.stage(run).seats
        needs: list[dict[str, Any]] = [{"source": source} for source in seats.sources]
        needs += [{"office": self.city.office(role)} for role in seats.offices]
        needs += [{} for _ in range(seats.minimum - len(needs))]
        return [panels.expert(self.city, number, **need) for number, need in enumerate(needs)]

    def judge(self, seat: Seat, verdict: str = "同意") -> None:
        """An expert sees nothing before the statement, then gives an opinion and signs it."""
        self.open(seat.expert.user, "panel")
        assert seat.case.application.unit_name not in self.page.content()
        statement = reverse("reviews:panel-coi", args=[seat.public_id])
        self.follow(self.page.locator(f"a[href='{statement}']"))
        self.page.get_by_label("无利害关系").check()
        self.press("签署声明")
        self.page.get_by_label(verdict, exact=True).check()
        self.page.locator("#text").fill(SUPPORT if verdict == "同意" else REFUSAL)
        self.button("签署").click()
        self.press("签署", self.page.get_by_role("dialog"))
        expect(self.page.get_by_text("已签署并锁定").first).to_be_visible()

    def avoid(self, seat: Seat, relation: str) -> None:
        """An expert declares a relation instead: he leaves before he has seen anything."""
        self.open(seat.expert.user, "panel")
        self.follow(self.page.get_by_role("link", name="签署声明"))
        self.page.get_by_label("本人有利害关系").check()
        self.page.get_by_label("关系说明").fill(relation)
        self.press("签署声明")
        expect(self.page.get_by_text("您不再参加该件评审").first).to_be_visible()
        for name in ("panel-coi", "panel-seat"):
            address = reverse(f"reviews:{name}", args=[seat.public_id])
            assert self.page.request.get(address).status == 404

    def withdraw(self, seat: Seat, reason: str) -> None:
        """An expert who has signed leaves the case; it is gone for him."""
        address = reverse("reviews:panel-seat", args=[seat.public_id])
        sign_in(self.page, seat.expert.user)
        self.page.goto(address)
        self.follow(self.page.get_by_role("link", name="申请回避"))
        self.page.get_by_label("回避理由").fill(reason)
        self.press("登记回避")
        expect(self.page.get_by_text("您不再参加该件评审").first).to_be_visible()
        assert self.page.request.get(address).status == 404

    def propose(self, run: StageRun) -> None:
        """The office takes over what the experts found; the other posts sign."""
        self.open(self.handler(run), "run", run.public_id)
        self.page.get_by_label("拟办结论").select_option("pass")
        self.sign(run)

    # 实地考察

    def visit(self, run: StageRun) -> None:
        """A team is sent; one of them fills in the list on a phone; the office concludes."""
        by = self.handler(run)
        visitor = make_user("visitor@example.gov.cn", name="考察员", staff=True)
        self.open(by, "run", run.public_id)
        self.page.get_by_label(by.name).check()
        self.page.locator("#people").fill(f"考察员，某局，{visitor.email}")
        self.page.get_by_label("考察时间").fill(this_minute())
        self.page.get_by_label("考察地点").fill("一号车间")
        self.press("安排并通知单位")
        self._on_the_spot(visitor)
        self.open(by, "run", run.public_id)
        end = self.page.locator("section[aria-labelledby=end-h]")
        end.locator("input[type=radio][value=pass]").check()
        end.get_by_label("考察意见").fill("场地、设备和人员与申报内容一致。")
        self.press("结束考察")
        self.sign(run)

    def _on_the_spot(self, visitor: User) -> None:
        self.page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a plain mapping
        self.open(visitor, "meetings")
        self.follow(self.page.locator("section a.btn"))
        for point in self.page.locator(".gj-points fieldset").all():
            point.get_by_text("符合", exact=True).click()
        self.page.get_by_role("textbox", name="我的现场记录").fill("设备齐全，人员在岗。")
        expect(self.page.locator("[data-save-state]")).to_contain_text("已保存")
        self.page.get_by_label("拍照或选择照片").set_input_files(snapshot())
        expect(self.page.locator("[data-photo-state]")).to_have_text("照片已全部上传")
        self.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]  # a plain mapping

    # 实名表决

    def vote(self, run: StageRun) -> None:
        """Two members vote on their own devices, a third one's paper is entered."""
        by = self.handler(run)
        users = [make_user(f"member{n}@example.gov.cn", name=f"委员{n}号", staff=True)
                 for n in (1, 2)]  # fmt: skip
        self._open_ballot(run, by, users)
        for user, way in zip(users, ("赞成", "反对"), strict=True):
            self.open(user, "meetings")
            ballot = reverse("reviews:run-ballot", args=[run.public_id])
            self.follow(self.page.locator(f"a[href='{ballot}']"))
            for choice in self.page.get_by_label(way, exact=True).all():
                choice.check()
            self.press("提交表决")
        self.open(by, "run", run.public_id)
        for paper in self.page.get_by_label("委员3号（纸质票录入）").all():
            paper.select_option("for")
        self.press("录入纸质票")
        self.press("结束表决并锁定")
        expect(self.page.get_by_text("赞成 2 票，反对 1 票").first).to_be_visible()
        minutes = reverse("reviews:run-minutes-pdf", args=[run.public_id])
        assert self.page.request.get(minutes).body()[:5] == b"%PDF-"
        self.page.locator("#signed-minutes").set_input_files(signed_paper())
        self.press("上传")
        self.sign(run)

    def _open_ballot(self, run: StageRun, by: User, users: list[User]) -> None:
        self.open(by, "run", run.public_id)
        lines = [f"{user.name}，某局，{user.email}" for user in users]
        self.page.get_by_label("表决会时间").fill(this_minute())
        self.page.get_by_label("地点", exact=True).fill("三楼会议室")
        self.page.locator("#people").fill("\n".join([*lines, "委员3号，某院"]))
        self.press("召集并通知")
        for box in self.page.locator("input[name=present]").all():
            box.check()
        self.press("登记到会")
        self.press("开始表决")

    # 会议、征求意见、共同审定、备案

    def committee(self, run: StageRun) -> None:
        """The secretary records the meeting and its signed minutes."""
        self.open(self.handler(run), "run", run.public_id)
        self.page.locator("#held_on").fill(today())
        self.page.locator("#minutes_number").fill("示例纪要〔2026〕1号")
        for result in self.page.locator("select[name^='result-']").all():
            result.select_option("pass")
        self.page.locator("#minutes").set_input_files(signed_paper())
        self.press("登记会议结果")
        self.sign(run)

    def consult(self, run: StageRun) -> None:
        """Offices are asked and reply; what one has against the unit is dealt with."""
        self.open(self.handler(run), "run", run.public_id)
        self.page.get_by_label("回复期限").fill(today(9))
        self.press("发函")
        for row in run.consultations.select_related("office"):
            self.reply(row)
        self.open(self.handler(run), "run", run.public_id)
        if self.against:
            self._deal_with_it()
        self.sign(run)

    def reply(self, row: Consultation) -> None:
        """An office answers about the unit and about the leader."""
        assert row.office is not None
        self.open(self.city.person(row.office), "consult")
        self.follow(self.page.get_by_role("link", name="示例批次名单"))
        groups = self.page.get_by_role("group")
        for group in groups.all():
            group.get_by_label("无异议").check()
        if row.role == self.against:
            groups.nth(0).get_by_label("有异议", exact=True).check()
            groups.nth(0).get_by_label("情况说明").fill("两年内有欠税记录")
        self.press("正式回复")
        expect(self.page.get_by_text("已回复。")).to_be_visible()

    def _deal_with_it(self) -> None:
        with self.page.expect_navigation():
            self.button("提交并签署").click()
        expect(self.page.locator("[data-error-summary]")).to_contain_text("尚未处理")
        self.page.get_by_label("说明情况后保留").check()
        self.page.get_by_label("处理理由").fill("已补缴，附完税证明")
        self.press("登记处理")
        expect(self.page.get_by_text("已处理").first).to_be_visible()

    def joint_decision(self, run: StageRun) -> None:
        """Every other body approves what its office has put together, then the office signs."""
        for role in self.stage(run).bodies:
            office = self.city.office(role)
            if office != run.office:
                self.open(self.city.person(office, "approver"), "run", run.public_id)
                self.press("审定现有名单")
        self.open(self.handler(run), "run", run.public_id)
        self.sign(run)

    def filing(self, run: StageRun) -> None:
        """What was named is reported above."""
        self.open(self.handler(run), "run", run.public_id)
        self.page.locator("#sent_on").fill(today())
        self.page.locator("#receipt").fill("备案1号")
        self.sign(run)


def today(ahead: int = 0) -> str:
    """Today, or so many days from now, as a date field takes it."""
    return (timezone.localdate() + timedelta(days=ahead)).isoformat()


def this_minute() -> str:
    """Now, as a field of day and time takes it."""
    return timezone.localtime().strftime("%Y-%m-%dT%H:%M")
