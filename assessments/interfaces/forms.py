"""Forms of the studio pages; choices come from the studio's policy."""

from base64 import b64decode, b64encode
from typing import Any

from django import forms
from django.core.files.base import ContentFile
from django.utils import timezone

from applications.enums import StudioStatus
from applications.models import Studio
from assessments.domain.registers import need_register
from assessments.enums import Direction
from assessments.interfaces.marks import voucher_mark
from assessments.queries.policies import living_policy
from portal.common.forms import ChineseDateField, CounterTextarea, PortalForm, UploadInput

ACCEPT = ".pdf,.jpg,.jpeg,.png,.docx"
_NONE = [("", "请选择")]
#: Largest workbook: its lines take far less, and the page of the check carries it.
_BOOK = 5 * 1024 * 1024


class RegisterFilter(PortalForm):
    """Search of the public register."""

    q = forms.CharField(label="名称、编号、单位、领办人", required=False, max_length=60)
    place = forms.ChoiceField(label="地区", required=False)
    status = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), *StudioStatus.choices]
    )

    def __init__(self, *args: Any, places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "place", [("", "全部"), *places])


class DeskFilter(PortalForm):
    """Search of the officers' desk."""

    q = forms.CharField(label="名称、编号、单位、领办人", required=False, max_length=60)
    district = forms.ChoiceField(label="县（区）", required=False)
    view = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, districts: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "district", [("", "全部"), *((name, name) for name in districts)])


class LookupForm(PortalForm):
    """A number to be checked."""

    number = forms.CharField(
        label="牌匾或证书编号", max_length=60, help_text="扫描牌匾或证书上的二维码可以直接核验。"
    )


class PaperForm(PortalForm):
    """A yearly paper: a text for each part the policy names, else one text; a file."""

    text = forms.CharField(label="内容", required=False, widget=CounterTextarea(rows=8))
    upload = forms.FileField(
        label="文件", required=False, widget=UploadInput(accept=ACCEPT),
        help_text="PDF、DOCX 或扫描图片，不超过 10 MB。",
    )  # fmt: skip

    def __init__(self, *args: Any, paper: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.part_ids = [part.id for part in paper.parts] if paper else []
        for part in paper.parts if paper else ():
            field = forms.CharField(
                label=part.text, required=False, widget=CounterTextarea(rows=4, attrs={
                    "class": "form-control"})
            )  # fmt: skip
            self.fields[f"part_{part.id}"] = field
        if self.part_ids:
            del self.fields["text"]
            self.order_fields([*(f"part_{code}" for code in self.part_ids), "upload"])
        if paper and paper.signed:
            self.fields["upload"].label = "签字盖章的扫描件"

    @property
    def parts(self) -> dict[str, str]:
        """Text by part."""
        return {code: self.cleaned_data.get(f"part_{code}", "") for code in self.part_ids}


class EntryForm(PortalForm):
    """A line of the ledger."""

    # Nothing is chosen beforehand: an expense left as income would count as money put in.
    direction = forms.ChoiceField(label="收支", choices=[*_NONE, *Direction.choices])
    source = forms.ChoiceField(label="资金来源")
    purpose = forms.ChoiceField(label="用途（支出填写）", required=False)
    amount = forms.DecimalField(label="金额（元）", min_value=0, decimal_places=2, max_digits=14)
    on = ChineseDateField(label="日期")
    text = forms.CharField(label="摘要", max_length=200)
    reason = forms.CharField(label="理由（用途为“其他”时填写）", max_length=300, required=False)
    voucher = forms.CharField(label="凭证号", max_length=60, required=False)
    marked = forms.BooleanField(label="凭证已标明经费字样", required=False)
    fixed_asset = forms.BooleanField(label="形成固定资产", required=False)
    asset_number = forms.CharField(label="固定资产编号", max_length=60, required=False)
    asset_place = forms.CharField(label="存放地点", max_length=120, required=False)
    upload = forms.FileField(
        label="凭证扫描件", required=False, widget=UploadInput(accept=ACCEPT)
    )  # fmt: skip

    def __init__(self, *args: Any, studio: Studio, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = living_policy(studio, "ledger").ruleset.ledger
        if rules is None:
            return
        _choose(self, "source", [*_NONE, *((s.id, s.label) for s in rules.sources)])
        _choose(self, "purpose", [*_NONE, *((p.id, p.label) for p in rules.purposes)])
        if rules.voucher_mark is None:
            del self.fields["marked"]
        else:
            mark = voucher_mark(rules.voucher_mark.text, studio.name)
            self.fields["marked"].label = f"凭证已标明“{mark}”"
        if rules.fixed_assets is None:
            for name in ("fixed_asset", "asset_number", "asset_place"):
                del self.fields[name]


class AccountForm(PortalForm):
    """The name of the separate account."""

    account = forms.CharField(label="账目（科目）名称", max_length=120)


class ReasonForm(PortalForm):
    """A reason."""

    reason = forms.CharField(label="理由", max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class SettleForm(PortalForm):
    """What an office did."""

    text = forms.CharField(
        label="办理情况", max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明接收人、回执或文号。",
    )  # fmt: skip


class TakeOverForm(PortalForm):
    """Why the office takes forward what the unit does not file."""

    reason = forms.CharField(
        label="理由", max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明告知单位的时间、方式和单位的答复。",
    )  # fmt: skip


class KeptFileForm(PortalForm):
    """A file beside a row."""

    title = forms.CharField(label="说明", max_length=160, required=False)
    upload = forms.FileField(
        label="文件", widget=UploadInput(accept=ACCEPT + ",.xlsx"),
        help_text="PDF、图片、DOCX 或 XLSX，不超过 10 MB。",
    )  # fmt: skip


class OpinionForm(PortalForm):
    """What an expert says of a paper."""

    expert = forms.CharField(label="专家姓名", max_length=60)
    employer = forms.CharField(label="专家单位", max_length=120, required=False)
    on = ChineseDateField(label="日期")
    text = forms.CharField(label="意见", max_length=2000, widget=CounterTextarea(rows=5))


class MoneyForm(PortalForm):
    """Money that was paid."""

    amount = forms.DecimalField(label="金额（元）", min_value=0, decimal_places=2, max_digits=14)
    on = ChineseDateField(label="日期")


class PayBackForm(MoneyForm):
    """Money that came back, beside what the person saw of earlier payments."""

    note = forms.CharField(label="收款凭证号或说明", max_length=200, required=False)
    known = forms.IntegerField(widget=forms.HiddenInput, required=False)


class DayOnlyForm(PortalForm):
    """A day; ``step`` is what the page offered to record when it was opened."""

    on = ChineseDateField(label="日期")
    step = forms.CharField(required=False, widget=forms.HiddenInput)


class HandForm(DayOnlyForm):
    """A plaque that goes to the unit."""

    to = forms.CharField(label="领取人", max_length=60)


class TakeForm(DayOnlyForm):
    """A plaque that comes back."""

    note = forms.CharField(label="收回情况", max_length=200, required=False,
                           help_text="写明交回人、牌匾是否完好。")  # fmt: skip


class NewPermitForm(DayOnlyForm):
    """A work permit for somebody who has none."""

    holder = forms.ChoiceField(
        label="持证人", help_text="现任领办人和成员登记簿在册、尚无工作证的人员。"
    )

    def __init__(self, *args: Any, people: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "holder", [*_NONE, *((name, name) for name in people)])
        self.fields["on"].label = "配发日期"
        self.order_fields(["holder", "on"])


class DayForm(PortalForm):
    """The day of a yearly paper in a year."""

    item = forms.ChoiceField(label="年度材料")
    day = ChineseDateField(label="到期日")

    def __init__(self, *args: Any, items: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "item", items)

    def clean_day(self) -> Any:
        """Refuse a slip in the year, which would set a day nobody looks at."""
        day, this = self.cleaned_data["day"], timezone.localdate().year
        if not this - 1 <= day.year <= this + 1:
            raise forms.ValidationError(f"请填写{this - 1}年至{this + 1}年的日期，请核对年份。")
        return day


class UploadForm(PortalForm):
    """A workbook; ``sha256`` is that of the workbook that was checked.

    Nothing of it is kept between check and import: the page of the check carries it in
    ``content``, so that nobody has to choose the same file twice.
    """

    file = forms.FileField(label="表格文件", widget=UploadInput(accept=".xlsx"))
    sha256 = forms.CharField(required=False, widget=forms.HiddenInput)
    content = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = not self.data.get("content")

    def clean(self) -> dict[str, Any]:
        """Take the carried workbook where none was chosen."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("content") and not data.get("file"):
            try:
                held = b64decode(data["content"], validate=True)
            except ValueError as error:
                raise forms.ValidationError("检查结果已失效，请重新选择表格文件。") from error
            data["file"] = ContentFile(held, name="表格.xlsx")
        if data.get("file") and data["file"].size > _BOOK:
            self.add_error("file", "表格文件超过 5 MB，请删除图片等多余内容后再上传。")
        return data

    def carried(self) -> str:
        """The workbook that was read, for the page that asks whether to import it."""
        upload = self.cleaned_data["file"]
        upload.seek(0)
        return b64encode(upload.read()).decode()


class DossierForm(PortalForm):
    """A file for the archive."""

    part = forms.ChoiceField(label="档案内容")
    title = forms.CharField(label="名称", max_length=160)
    upload = forms.FileField(label="文件", widget=UploadInput(accept=ACCEPT + ",.xlsx"))

    def __init__(self, *args: Any, parts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "part", parts)


def row_form(studio: Studio, register: str) -> type[PortalForm]:
    """The form for a line of a register; its fields are those of the register."""
    return type("RowForm", (PortalForm,), dict(row_fields(studio, register)))


def choices_of(field: forms.Field) -> list[tuple[str, str]]:
    """Codes and labels a field offers."""
    offered = getattr(field.widget, "choices", ())
    return [(str(code), str(label)) for code, label in offered]


def row_fields(studio: Studio, register: str) -> dict[str, forms.Field]:
    """The fields of a register, choices by the policy."""
    rules = need_register(studio, register)
    levels = living_policy(studio, "registers").national.choices("skill_level")
    ladder = [("", "无"), *((label, label) for _, label in levels)]
    if register == "members":
        posts = [("", "成员"), *((post.id, post.label) for post in rules.posts)]
        return _member_fields(posts, ladder)
    if register == "apprentices":
        return _apprentice_fields(ladder)
    return _activity_fields([(c.id, c.label) for c in rules.categories])


def _member_fields(
    posts: list[tuple[str, str]], ladder: list[tuple[str, str]]
) -> dict[str, forms.Field]:
    return {
        "name": forms.CharField(label="姓名", max_length=60),
        "post": forms.ChoiceField(label="岗位", choices=posts, required=False),
        "skill_level": forms.ChoiceField(label="技能等级", choices=ladder, required=False),
        "professional_title": forms.CharField(label="职称", max_length=40, required=False),
        "occupation": forms.CharField(label="职业（工种）", max_length=60, required=False),
        "years": forms.IntegerField(label="本职业年限", min_value=0, max_value=80, required=False),
        "is_formal": forms.BooleanField(label="正式员工", required=False),
        "phone": forms.CharField(label="联系电话", max_length=30, required=False),
        "joined_on": ChineseDateField(label="加入日期"),
        "left_on": ChineseDateField(label="离开日期", required=False),
        "left_reason": forms.CharField(label="离开原因", max_length=100, required=False),
    }


def _apprentice_fields(ladder: list[tuple[str, str]]) -> dict[str, forms.Field]:
    return {
        "name": forms.CharField(label="姓名", max_length=60),
        "master": forms.CharField(label="师傅", max_length=60, required=False),
        "occupation": forms.CharField(label="职业（工种）", max_length=60, required=False),
        "since": ChineseDateField(label="带徒起始日"),
        "agreement_on": ChineseDateField(label="师带徒协议日期", required=False),
        "training": forms.CharField(
            label="培训记录", max_length=2000, required=False, widget=CounterTextarea(rows=4)
        ),
        "level": forms.ChoiceField(label="取得的技能等级", choices=ladder, required=False),
        "certificate": forms.CharField(label="证书编号", max_length=60, required=False),
        "certified_on": ChineseDateField(label="取证日期", required=False),
    }


def _activity_fields(categories: list[tuple[str, str]]) -> dict[str, forms.Field]:
    return {
        "category": forms.ChoiceField(label="类别", choices=categories),
        "title": forms.CharField(label="名称", max_length=160),
        "on": ChineseDateField(label="日期"),
        "place": forms.CharField(label="地点", max_length=120, required=False),
        "people": forms.IntegerField(label="参加人数", min_value=0, required=False),
        "effect": forms.CharField(
            label="内容和效果", max_length=2000, required=False, widget=CounterTextarea(rows=4)
        ),
    }


def _choose(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - narrows the type only
    field.choices = choices
