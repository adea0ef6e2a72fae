"""Forms about people and units. They check; the domain writes."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

from portal.accounts import queries
from portal.accounts.enums import MemberRole
from portal.accounts.models import Enterprise, Membership, User
from portal.accounts.validators import clean_mobile, clean_uscc

RULES_IN_WORDS = "至少12个字符，可以用一句话；不必混用大小写和符号，但不要用常见密码。"


def _password_field() -> forms.CharField:
    return forms.CharField(
        label="密码",
        strip=False,
        max_length=128,
        help_text=RULES_IN_WORDS,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class SignInNamesMixin(forms.Form):
    """E-mail address and mobile number, of which one is needed."""

    email = forms.EmailField(label="邮箱", max_length=254, required=False)
    mobile = forms.CharField(label="手机号码", max_length=20, required=False)

    def clean_email(self) -> str:
        """Return the address in small letters."""
        return str(self.cleaned_data["email"]).strip().lower()

    def clean_mobile(self) -> str:
        """Return eleven digits or nothing."""
        value = self.cleaned_data["mobile"]
        return clean_mobile(value) if value else ""

    def clean(self) -> dict[str, Any]:
        """Ask for at least one of the two."""
        data = super().clean() or {}
        if not data.get("email") and not data.get("mobile") and not self.errors:
            self.add_error("email", "邮箱和手机号码至少填写一项，用于登录和接收通知。")
        return data


class RegistrationForm(SignInNamesMixin):
    """A person and their unit in one page."""

    unit_name = forms.CharField(
        label="单位名称", max_length=200, help_text="与营业执照或法人证书一致"
    )
    uscc = forms.CharField(
        label="统一社会信用代码", max_length=24, help_text="18位，见营业执照或法人证书"
    )
    name = forms.CharField(label="您的姓名", max_length=60)
    role = forms.ChoiceField(
        label="您在单位的角色",
        choices=[(role.value, role.label) for role in (MemberRole.HANDLER, MemberRole.PRINCIPAL)],
        initial=MemberRole.HANDLER.value,
        widget=forms.RadioSelect,
        help_text="经办人填报，负责人确认提交；另一角色可在注册后邀请同事担任。",
    )
    password = _password_field()

    field_order = ["unit_name", "uscc", "name", "role", "email", "mobile", "password"]

    def clean_uscc(self) -> str:
        """Return the code in capital letters, its check digit verified."""
        return clean_uscc(self.cleaned_data["uscc"])

    def clean(self) -> dict[str, Any]:
        """Check the password against the rules, with the person and the unit in mind."""
        data = super().clean()
        password = data.get("password")
        if password:
            person = User(
                name=data.get("name") or "",
                email=data.get("email") or None,
                mobile=data.get("mobile") or None,
            )
            person.forbidden_password_words = (data.get("unit_name") or "", data.get("uscc") or "")
            check_password(self, password, person)
        return data


def check_password(form: forms.BaseForm, password: str, person: User) -> None:
    """Put the objections of the password rules at the form's password field."""
    try:
        password_validation.validate_password(password, person)
    except ValidationError as error:
        form.add_error("password", error)


class InvitedPersonForm(forms.Form):
    """The account of somebody who follows an invitation."""

    name = forms.CharField(label="您的姓名", max_length=60)
    password = _password_field()

    def clean(self) -> dict[str, Any]:
        """Check the password against the rules."""
        data = super().clean() or {}
        if data.get("password"):
            check_password(self, data["password"], User(name=data.get("name") or ""))
        return data


class PersonForm(SignInNamesMixin):
    """One's own name and sign-in names."""

    name = forms.CharField(label="姓名", max_length=60)
    field_order = ["name", "email", "mobile"]

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean(self) -> dict[str, Any]:
        """Refuse names that somebody else signs in with."""
        data = super().clean()
        others = User.objects.exclude(pk=self.person.pk)
        if data.get("email") and others.filter(email=data["email"]).exists():
            self.add_error("email", "该邮箱不能使用，请换一个。")
        if data.get("mobile") and others.filter(mobile=data["mobile"]).exists():
            self.add_error("mobile", "该手机号码不能使用，请换一个。")
        return data


class EnterpriseForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """The unit profile."""

    class Meta:
        model = Enterprise
        fields = queries.PROFILE_COLUMNS


class InviteForm(SignInNamesMixin):
    """Whom to invite, for which role."""

    role = forms.ChoiceField(label="角色", choices=MemberRole.choices)
    field_order = ["role", "email", "mobile"]


class HandOverForm(forms.Form):
    """To which colleague a role goes, and why."""

    to = forms.ModelChoiceField(
        label="交接给", queryset=User.objects.none(), to_field_name="public_id"
    )
    reason = forms.CharField(label="原因", max_length=200)

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = queries.members_of(membership.enterprise).exclude(user=membership.user)
        field = self.fields["to"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - narrows the type only
        field.queryset = User.objects.filter(pk__in=members.values("user_id"))


class ReasonForm(forms.Form):
    """Why somebody's role ends."""

    reason = forms.CharField(label="原因", max_length=200)
