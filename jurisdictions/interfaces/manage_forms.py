"""Forms of the administrators' pages."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import Q

from jurisdictions.domain.rounds import Contact
from jurisdictions.engine.policy import Policy
from jurisdictions.engine.rounds import closing_moment
from jurisdictions.enums import DayKind, PostKind
from jurisdictions.models import Office, Post
from portal.accounts.models import User
from portal.common.errors import DomainError
from portal.common.forms import ChineseDateField, PortalForm, UploadInput

LOGIN_HELP = "本人登录用的邮箱或手机号码；还没有账号的点“邀请”。"
UPLOAD_TYPES = ".pdf,.docx,.xlsx,.jpg,.png"


class TimeInput(forms.TimeInput):
    """The browser's own clock."""

    input_type = "time"


def _time(label: str, help_text: str) -> forms.TimeField:
    return forms.TimeField(
        label=label, help_text=help_text, required=False, widget=TimeInput(format="%H:%M")
    )


class ReasonForm(PortalForm):
    """A reason, kept in the history."""

    reason = forms.CharField(label="理由", max_length=500, widget=forms.Textarea({"rows": 3}))


class ClosingForm(ReasonForm):
    """A later closing moment."""

    closes_on = ChineseDateField(label="新的截止日期")
    closes_time = _time("截止时刻", "不填为当日 24:00。")
    field_order = ("closes_on", "closes_time", "reason")

    def closes_at(self, policy: Policy) -> dt.datetime:
        """The moment, in the city's time."""
        return _closing(policy, self.cleaned_data)


class ContactForm(PortalForm):
    """Whom applicants may ring, and the text shown with the call."""

    contact_office = forms.CharField(label="咨询机构", max_length=80, required=False)
    contact_name = forms.CharField(label="咨询人", max_length=40, required=False)
    contact_phone = forms.CharField(label="咨询电话", max_length=40, required=False)
    notice = forms.CharField(
        label="说明",
        max_length=4000,
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text="随批次公开显示。",
    )

    def contact(self) -> Contact:
        """The three contact fields together."""
        data = self.cleaned_data
        return Contact(data["contact_office"], data["contact_name"], data["contact_phone"])


class RoundForm(ContactForm):
    """A new call.

    Args:
        policy: the version in force, for the procedures.
        asked: names of what the regulation leaves to the bureau.
    """

    procedure = forms.ChoiceField(label="事项")
    title = forms.CharField(label="批次名称", max_length=120)
    opens_on = ChineseDateField(label="开始日期")
    opens_time = _time("开始时刻", "不填为当日 0:00。")
    closes_on = ChineseDateField(label="截止日期")
    closes_time = _time("截止时刻", "不填为当日 24:00。截止日即年龄等的计算基准日，延期不改变。")
    quota = forms.IntegerField(label="名额", min_value=1, required=False)
    publicity_days = forms.IntegerField(label="公示天数", min_value=1, required=False)
    reason = forms.CharField(
        label="超出一般规定的理由",
        max_length=500,
        required=False,
        help_text="仅在系统提示超出规定时填写。",
        widget=forms.Textarea({"rows": 2}),
    )
    field_order = (
        "procedure", "title", "opens_on", "opens_time", "closes_on", "closes_time", "quota",
        "publicity_days", "contact_office", "contact_name", "contact_phone", "notice", "reason",
    )  # fmt: skip

    def __init__(self, *args: Any, policy: Policy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.policy = policy
        choice = self.fields["procedure"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 - narrows the type only
        choice.choices = [
            (code, item.label)
            for code, item in policy.ruleset.procedures.items()
            if "unit" in item.initiators
        ]
        for name in ("opens_on", "opens_time", "closes_on", "closes_time", "quota"):
            self.fields[name].half = True  # type: ignore[attr-defined]  # read by field.html

    @property
    def moments(self) -> tuple[dt.datetime, dt.datetime]:
        """When the call opens and closes, in the city's time."""
        data = self.cleaned_data
        zone = ZoneInfo(self.policy.ruleset.identity.timezone)
        opens = dt.datetime.combine(data["opens_on"], data["opens_time"] or dt.time(), zone)
        return opens, _closing(self.policy, data)


def _closing(policy: Policy, data: dict[str, Any]) -> dt.datetime:
    if data["closes_time"] is None:
        return closing_moment(policy, data["closes_on"])
    zone = ZoneInfo(policy.ruleset.identity.timezone)
    return dt.datetime.combine(data["closes_on"], data["closes_time"], zone)


class AttachmentForm(PortalForm):
    """A file published with a call."""

    title = forms.CharField(label="名称", max_length=120, required=False)
    file = forms.FileField(
        label="文件",
        widget=UploadInput(accept=UPLOAD_TYPES),
        help_text="PDF、DOCX、XLSX、JPG、PNG。",
    )


class OfficeForm(PortalForm):
    """An office."""

    code = forms.SlugField(label="代码", max_length=60, help_text="小写字母、数字，不重复。")
    name = forms.CharField(label="全称", max_length=80)
    short_name = forms.CharField(label="简称", max_length=40, required=False)
    phone = forms.CharField(label="电话", max_length=40, required=False)
    address = forms.CharField(label="地址", max_length=200, required=False)
    office_hours = forms.CharField(label="办公时间", max_length=80, required=False)
    is_active = forms.BooleanField(label="启用", required=False, initial=True)


class BindingForm(PortalForm):
    """A role that an office fills.

    Args:
        policy: the version in force, for its roles.
    """

    role = forms.ChoiceField(label="职责")
    covers = forms.CharField(
        label="负责范围",
        max_length=80,
        required=False,
        help_text="县（区）或行业主管部门的名称，与申报表选项一致；不填为全地区。",
    )

    def __init__(self, *args: Any, policy: Policy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["role"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 - narrows the type only
        choice.choices = [(code, role.label) for code, role in policy.ruleset.offices.items()]


class AppointForm(ReasonForm):
    """A person at a post.

    Args:
        offices: offices of the jurisdiction.
    """

    login = forms.CharField(label="登录名", max_length=254, help_text=LOGIN_HELP)
    office = forms.ModelChoiceField(label="机构", queryset=Office.objects.none())
    kind = forms.ChoiceField(label="岗位", choices=PostKind)
    field_order = ("login", "office", "kind", "reason")

    def __init__(self, *args: Any, offices: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["office"]
        assert isinstance(chosen, forms.ModelChoiceField)  # noqa: S101 - narrows the type only
        chosen.queryset = offices


class DelegationForm(ReasonForm):
    """A deputy for one post.

    Args:
        posts: posts among which one is chosen.
        people: colleagues among whom the deputy is chosen.
    """

    post = forms.ModelChoiceField(label="岗位", queryset=Post.objects.none())
    deputy = forms.ModelChoiceField(
        label="代理人", queryset=User.objects.none(), help_text="同一机构的在岗人员。"
    )
    starts_on = ChineseDateField(label="起始日")
    ends_on = ChineseDateField(label="终止日", help_text="当日仍在代理期内，期满自动终止。")
    field_order = ("post", "deputy", "starts_on", "ends_on", "reason")

    def __init__(self, *args: Any, posts: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, queryset in (("post", posts), ("deputy", people)):
            choice = self.fields[name]
            assert isinstance(choice, forms.ModelChoiceField)  # noqa: S101 - narrows the type only
            choice.queryset = queryset
        self.fields["reason"].label = "事由"


class ReplierForm(ReasonForm):
    """A person who answers consultations for an office."""

    login = forms.CharField(label="登录名", max_length=254, help_text=LOGIN_HELP)
    field_order = ("login", "reason")


class HolidayForm(PortalForm):
    """A day off, or a make-up working day."""

    day = ChineseDateField(label="日期")
    kind = forms.ChoiceField(label="类别", choices=DayKind)
    label = forms.CharField(label="名称", max_length=40, required=False)


class EffectiveDayForm(PortalForm):
    """The day from which a policy holds whose source lacks it."""

    day = ChineseDateField(label="施行日期", help_text="文件原文没有写明，请据正式印发文件填写。")


def person_by_login(login: str) -> User:
    """The person who signs in with a name.

    Raises:
        DomainError: nobody does.
    """
    text = login.strip().lower()
    found = User.objects.filter(Q(email=text) | Q(mobile=text), is_active=True).first()
    if found is None:
        raise DomainError(
            "没有这个登录名的账号。请核对；确实没有账号的，点“邀请”由本人建立账号。", field="login"
        )
    return found
