"""A form field for each type of the field catalogue.

Fields here only draw: what was typed is read by ``readers``, which keeps everything, so that a
draft never loses a word because another word is wrong.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from jurisdictions.engine.policy import Policy
from jurisdictions.schema.fields import FieldDef
from portal.common.forms import (
    CounterTextarea,
    DeclarationCheckbox,
    NativeDateInput,
    YearMonthInput,
)

YES, NO = "true", "false"
#: Up to so many options stand side by side as radio buttons; more go into a list.
_MOST_RADIOS = 4
_HALF = frozenset(
    {
        "integer", "decimal", "money", "date", "month", "year", "choice", "id_number",
        "bank_account", "uscc", "phone", "mobile", "email", "postcode", "person_name",
    }
)  # fmt: skip
#: Typed attributes that help phones and browsers: input mode, autocomplete.
_ATTRIBUTES: Mapping[str, dict[str, str]] = {
    "integer": {"inputmode": "numeric"},
    "year": {"inputmode": "numeric", "maxlength": "4"},
    "decimal": {"inputmode": "decimal"},
    "money": {"inputmode": "decimal"},
    "phone": {"inputmode": "tel"},
    "mobile": {"inputmode": "tel"},
    "email": {"inputmode": "email", "spellcheck": "false"},
    "postcode": {"inputmode": "numeric"},
    "uscc": {"spellcheck": "false", "maxlength": "24"},
    "id_number": {"autocomplete": "off", "spellcheck": "false"},
    "bank_account": {"autocomplete": "off", "inputmode": "numeric"},
}


class SealedInput(forms.TextInput):
    """A sealed answer: its mask, and an input to put another in its place.

    Args:
        shown: the mask of what is held, or "".
    """

    template_name = "django/forms/widgets/sealed.html"

    def __init__(self, attrs: dict[str, Any] | None = None, *, shown: str = "") -> None:
        super().__init__(attrs)
        self.shown = shown

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Add the mask; a stored token is never written into the page."""
        plain = "" if isinstance(value, Mapping) else value
        context = super().get_context(name, plain, attrs)
        context["widget"]["shown"] = self.shown
        return context


class SuggestInput(forms.TextInput):
    """Free text with suggestions.

    Args:
        suggestions: what the browser offers while typing.
    """

    template_name = "django/forms/widgets/suggest.html"

    def __init__(
        self, attrs: dict[str, Any] | None = None, *, suggestions: tuple[str, ...] = ()
    ) -> None:
        super().__init__(attrs)
        self.suggestions = suggestions

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Add the suggestions under an id of their own."""
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["list"] = f"suggest-{name}"
        context["widget"]["suggestions"] = self.suggestions
        return context


def widget_for(
    policy: Policy,
    definition: FieldDef,
    value: Any,
    *,
    options: tuple[str, ...] = (),
    encouraged: tuple[str, ...] = (),
    least: int | None = None,
    most: int | None = None,
    compact: bool = False,
    offered: Sequence[str] = (),
    required: bool = True,
) -> forms.Widget:
    """The widget of a field.

    Args:
        policy: for national options and suggestions.
        definition: what the fact is.
        value: the stored answer; an option that is no longer offered stays choosable.
        options: the form's own options.
        encouraged: options marked （鼓励）.
        least: lower limit in 字.
        most: upper limit in 字.
        compact: inside a table: lists instead of radio buttons, low text areas.
        offered: the only names that will do, as live offices cover them.
        required: whether one of the names offered must be chosen.
    """
    kind = definition.type
    if offered:
        return _offering(value, offered, required=required)
    if kind in ("choice", "yes_no", "choices"):
        return _choosing(policy, definition, value, options, encouraged, compact=compact)
    if kind == "declaration":
        return DeclarationCheckbox()
    if kind == "long_text" or most or least:
        return CounterTextarea(most=most, least=least, rows=2 if compact else 6)
    return _typing(policy, definition, value)


def _offering(value: Any, offered: Sequence[str], *, required: bool) -> forms.Widget:
    """A list of names; what was answered before they were known stays on it, to be seen."""
    names = [*offered, *([str(value)] if value and value not in offered else [])]
    blank = "请选择" if required else "无"
    return forms.Select(choices=[("", blank), *((name, name) for name in names)])


def _choosing(
    policy: Policy,
    definition: FieldDef,
    value: Any,
    options: tuple[str, ...],
    encouraged: tuple[str, ...],
    *,
    compact: bool,
) -> forms.Widget:
    if definition.type == "yes_no":
        pairs = [(YES, "是"), (NO, "否")]
        if compact:
            return forms.Select(choices=[("", "请选择"), *pairs])
        return forms.RadioSelect(choices=pairs)
    offered = policy.options(definition, options)
    held = value if isinstance(value, list) else [value] if value else []
    offered += tuple(str(item) for item in held if item not in offered)
    pairs = [(text, f"{text}（鼓励）" if text in encouraged else text) for text in offered]
    if definition.type == "choices":
        return forms.CheckboxSelectMultiple(choices=pairs)
    if len(pairs) <= _MOST_RADIOS and not compact:
        return forms.RadioSelect(choices=pairs)
    return forms.Select(choices=[("", "请选择"), *pairs])


def _typing(policy: Policy, definition: FieldDef, value: Any) -> forms.Widget:
    kind = definition.type
    attributes: dict[str, Any] = dict(_ATTRIBUTES.get(kind, {}))
    if definition.max_length:
        attributes["maxlength"] = str(definition.max_length)
    if kind == "date":
        return NativeDateInput()
    if kind == "month":
        return YearMonthInput()
    if definition.sensitivity == "sealed":
        shown = str(value.get("shown", "已填写")) if isinstance(value, Mapping) else ""
        return SealedInput(attributes, shown=shown)
    if definition.suggest_from and definition.suggest_from in policy.national.tables:
        labels = tuple(label for _, label in policy.national.choices(definition.suggest_from))
        return SuggestInput(attributes, suggestions=labels)
    return forms.TextInput(attributes)


def initial_for(definition: FieldDef, value: Any) -> Any:
    """A stored answer as its widget takes it."""
    if definition.type == "yes_no":
        return {True: YES, False: NO}.get(value, "") if isinstance(value, bool) else ""
    if isinstance(value, Mapping) or value is None:
        return ""
    return value


def is_half(definition: FieldDef) -> bool:
    """Whether a field needs only half a row."""
    return definition.type in _HALF
