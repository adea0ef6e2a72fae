"""How forms look: the renderer and the widgets the portal adds to Django's own.

A form field may carry these attributes; ``templates/django/forms/field.html`` shows them:
``clause`` (label or thing with label and url), ``unit`` (元, 平方米), ``half`` (half a row),
``asked`` (what a correction notice says about the field), ``locked_reason`` (why it cannot be
changed), ``assumed`` (the sentence of a 系统拟制 reading), ``conditional`` (asked only of some) and
``concealed`` (not asked of these answers).
"""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting

_YEAR_MONTH = re.compile(r"^\s*(\d{4})\s*(?:[-./年]\s*)?(\d{1,2})\s*月?\s*$")
_MONTHS = range(1, 13)
#: How people write a day by hand when the browser offers no calendar.
DATE_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")


class PortalRenderer(TemplatesSetting):
    """Draws forms with the portal's own templates under ``templates/django/forms``."""

    form_template_name = "django/forms/div.html"
    field_template_name = "django/forms/field.html"


def style(widget: forms.Widget) -> None:
    """Add the class a widget needs, keeping those it has."""
    if isinstance(widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
        css = "form-check-input"
    elif isinstance(widget, forms.Select):
        css = "form-select"
    else:
        css = "form-control"
    present = str(widget.attrs.get("class", "")).split()
    if css not in present:
        widget.attrs["class"] = " ".join([css, *present])


class PortalForm(forms.Form):
    """A form whose widgets carry the portal's classes and whose errors stay off until submit."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            style(field.widget)
            default = forms.Field.default_error_messages["required"]
            if field.error_messages.get("required") == default:
                field.error_messages["required"] = _please(field, field.label or name)


def _please(field: forms.Field, label: object) -> str:
    """Say what to do about an empty field, in place of 这个字段是必填项."""
    if isinstance(field.widget, DeclarationCheckbox):
        return "请阅读并勾选此项声明。"
    if isinstance(field, forms.FileField):
        return f"请上传{label}。"
    verb = "选择" if isinstance(field, forms.ChoiceField) else "填写"
    return f"请{verb}{label}。"


class NativeDateInput(forms.DateInput):
    """The browser's own calendar; its value is always ISO 8601."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "gj-w-date", **(attrs or {})}, format="%Y-%m-%d")


class NativeDateTimeInput(forms.DateTimeInput):
    """The browser's own calendar and clock, to the minute."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "gj-w-short", **(attrs or {})}, format="%Y-%m-%dT%H:%M")


class YearMonthInput(forms.DateInput):
    """A year and a month; browsers without a month picker show a text field."""

    input_type = "month"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {"class": "gj-w-date", "placeholder": "如 2019-07", **(attrs or {})}, format="%Y-%m"
        )


class CounterTextarea(forms.Textarea):
    """A text field with the number of 字 beneath, counted as Word counts.

    Args:
        most: upper limit in 字, None for none.
        least: lower limit in 字, None for none.
        rows: visible lines.
    """

    template_name = "django/forms/widgets/counter_textarea.html"

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        *,
        most: int | None = None,
        least: int | None = None,
        rows: int = 6,
    ) -> None:
        limits = {"data-max": most, "data-min": least}
        kept = {name: value for name, value in limits.items() if value}
        super().__init__({"rows": rows, **kept, **(attrs or {})})


class DeclarationCheckbox(forms.CheckboxInput):
    """A single declaration; its sentence is the field's label and stands beside the box."""

    template_name = "django/forms/widgets/declaration.html"


class UploadInput(forms.FileInput):
    """A file field that names what it accepts.

    Args:
        accept: endings such as ``.pdf,.jpg``.
    """

    def __init__(self, attrs: dict[str, Any] | None = None, *, accept: str = "") -> None:
        super().__init__({"accept": accept, **(attrs or {})} if accept else attrs)


class ChineseDateField(forms.DateField):
    """A day, from the calendar or written by hand in any usual Chinese way."""

    widget = NativeDateInput
    input_formats = DATE_FORMATS
    default_error_messages = {"invalid": "请填写正确的日期，如 2026-07-31。"}


class YearMonthField(forms.CharField):
    """A year and a month; 2019-7, 2019年7月, 201907 all become ``2019-07``."""

    widget = YearMonthInput
    default_error_messages = {"invalid": "请填写正确的年月，如 2019-07。"}

    def to_python(self, value: Any) -> str:
        """Return ``YYYY-MM`` or an empty string."""
        text = super().to_python(value)
        if not text:
            return ""
        match = _YEAR_MONTH.match(text)
        if match is None or int(match[2]) not in _MONTHS:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return f"{match[1]}-{int(match[2]):02d}"
