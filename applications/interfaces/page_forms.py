"""Small forms of the applicant side."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from applications.enums import Status
from applications.models import NamedAbove
from jurisdictions.models import Office, Round
from portal.accounts.enums import MemberRole
from portal.accounts.forms import SignInNamesMixin
from portal.accounts.models import Enterprise
from portal.accounts.validators import clean_uscc
from portal.common.forms import ChineseDateField, PortalForm, UploadInput


class StartForm(PortalForm):
    """For which unit, and whether to reuse what the last filing said."""

    unit = forms.ModelChoiceField(
        label="申报单位", queryset=Enterprise.objects.none(), empty_label="请选择单位"
    )
    reuse = forms.BooleanField(
        label="同意沿用本单位上次申报的单位和领办人资料",
        help_text="只带入可重复使用的基本资料，带入后请逐项核对；不勾选则从空表开始。",
        required=False,
    )

    def __init__(
        self, *args: Any, units: QuerySet[Enterprise], earlier: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - narrows the type only
        field.queryset = units
        only = list(units[:2])
        if len(only) == 1:
            self.initial["unit"] = only[0].pk
            field.empty_label = None
        if not earlier:
            del self.fields["reuse"]


class ReasonForm(PortalForm):
    """A reason."""

    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class FirstMemberForm(SignInNamesMixin, ReasonForm):
    """Whom to let into a unit that nobody can act for, and how his standing was verified."""

    role = forms.ChoiceField(
        label="角色",
        choices=[(role.value, role.label) for role in (MemberRole.HANDLER, MemberRole.PRINCIPAL)],
    )
    field_order = ("role", "email", "mobile", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = "邮箱和手机号码至少填写一项；填写邮箱的，链接同时寄出。"
        self.fields["reason"].help_text = "写明怎样核实了对方身份，如单位介绍信、电话核实。"


class WindowForm(PortalForm):
    """A unit that files on paper, entered at the window."""

    office = forms.ModelChoiceField(
        label="代录机构", queryset=Office.objects.none(), empty_label=None
    )
    uscc = forms.CharField(
        label="统一社会信用代码", max_length=24, help_text="18 位；已登记的单位按此代码识别。"
    )
    name = forms.CharField(
        label="单位名称", max_length=200, help_text="与公章一致；已登记的单位以登记名称为准。"
    )
    contact_name = forms.CharField(label="联系人", max_length=60, required=False)
    contact_phone = forms.CharField(label="联系电话", max_length=30, required=False)

    def __init__(self, *args: Any, offices: list[Office], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["office"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - narrows the type only
        field.queryset = Office.objects.filter(pk__in=[office.pk for office in offices])

    def clean_uscc(self) -> str:
        """Take the code in its one spelling."""
        return clean_uscc(self.cleaned_data["uscc"])


class PaperForm(PortalForm):
    """Paper that arrived at the window."""

    received_on = ChineseDateField(label="收到日期")
    copies = forms.IntegerField(label="份数", min_value=1, max_value=99)
    received_by = forms.CharField(label="接收人", max_length=60)


class FilterForm(PortalForm):
    """Which filings an administrator looks at."""

    q = forms.CharField(label="关键字", max_length=60, required=False)
    round = forms.ModelChoiceField(
        label="批次", queryset=Round.objects.none(), required=False, empty_label="全部"
    )
    status = forms.ChoiceField(label="状态", required=False)
    result = forms.ChoiceField(label="结果", required=False)
    district = forms.ChoiceField(label="县（区）", required=False)

    def __init__(
        self,
        *args: Any,
        calls: QuerySet[Round],
        districts: list[str],
        results: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "status": [(s.value, s.label) for s in Status if s != Status.DRAFT],
            "result": results,
            "district": [(name, name) for name in districts],
        }
        for name, pairs in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - narrows the type only
            field.choices = [("", "全部"), *pairs]
        call = self.fields["round"]
        assert isinstance(call, forms.ModelChoiceField)  # noqa: S101 - narrows the type only
        call.queryset = calls
        self.fields["q"].widget.attrs["placeholder"] = "编号、单位、领办人、工种"

    def wanted(self) -> dict[str, Any]:
        """Arguments for ``queries.reach.searched``; what does not fit is left out."""
        given = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        return {
            "call": given.get("round"),
            "status": given.get("status") or "",
            "result": given.get("result") or "",
            "district": given.get("district") or "",
            "text": given.get("q") or "",
        }


class NamedAboveForm(PortalForm):
    """A line of the list of studios named by higher levels."""

    level = forms.ChoiceField(label="命名层级", choices=NamedAbove.Level.choices)
    studio_name = forms.CharField(label="工作室名称", max_length=160)
    leader_name = forms.CharField(label="领办人姓名", max_length=60)
    id_number = forms.CharField(
        label="领办人身份证号",
        max_length=24,
        required=False,
        help_text="填写后按身份证号比对，加密保存；修改时留空表示不变。",
    )
    unit_name = forms.CharField(label="所在单位", max_length=200, required=False)
    unit_uscc = forms.CharField(
        label="单位统一社会信用代码",
        max_length=18,
        required=False,
        help_text="名单没有公布身份证号的，按姓名和单位代码比对。",
    )
    document_number = forms.CharField(label="命名文号", max_length=80, required=False)

    def clean_unit_uscc(self) -> str:
        """Take the code in its one spelling."""
        code = self.cleaned_data["unit_uscc"]
        return clean_uscc(code) if code else ""


class StatementForm(PortalForm):
    """What a unit says before it is decided against."""

    text = forms.CharField(
        label="陈述申辩内容",
        max_length=5000,
        help_text="写明对事由和证据的意见，不超过 5000 字；提交后不能修改",
        widget=forms.Textarea(attrs={"rows": 8, "class": "form-control"}),
    )
    upload = forms.FileField(
        label="附件",
        required=False,
        help_text="证据或签字盖章的书面意见，一个文件，PDF、JPG、PNG 或 DOCX，可不上传",
        widget=UploadInput(accept=".pdf,.jpg,.jpeg,.png,.docx"),
    )
