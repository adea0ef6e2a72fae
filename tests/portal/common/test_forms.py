"""Forms draw labels, help, errors and counters the portal's way."""

import datetime as dt

import pytest
from django import forms

from portal.common.forms import (
    ChineseDateField,
    CounterTextarea,
    DeclarationCheckbox,
    PortalForm,
    YearMonthField,
)


class Sample(PortalForm):
    """One field of the kinds under test."""

    name = forms.CharField(label="姓名", help_text="与证件一致。")
    grade = forms.ChoiceField(label="等级", choices=[("a", "技师")], required=False)
    day = ChineseDateField(label="发证日期")
    deeds = forms.CharField(label="事迹", widget=CounterTextarea(most=300, least=50))
    sex = forms.ChoiceField(label="性别", choices=[("m", "男")], widget=forms.RadioSelect)
    promise = forms.BooleanField(label="我承诺属实。", widget=DeclarationCheckbox)


def test_required_and_optional_fields_say_so_in_words() -> None:
    form = Sample()
    assert '<span class="gj-req">必填</span>' in form["name"].as_field_group()
    assert '<span class="gj-opt">选填</span>' in form["grade"].as_field_group()


def test_empty_fields_are_asked_for_by_name() -> None:
    form = Sample({})
    assert form.errors["name"] == ["请填写姓名。"]
    assert form.errors["sex"] == ["请选择性别。"]
    assert form.errors["promise"] == ["请阅读并勾选此项声明。"]


def test_help_and_error_are_tied_to_the_field() -> None:
    drawn = Sample({})["name"].as_field_group()
    assert 'aria-describedby="id_name_helptext id_name_error"' in drawn
    assert 'id="id_name_helptext"' in drawn
    assert 'id="id_name_error"' in drawn
    assert 'aria-invalid="true"' in drawn


def test_counted_text_carries_its_limits() -> None:
    drawn = Sample()["deeds"].as_field_group()
    assert 'data-max="300"' in drawn
    assert (
        '<gj-counter for="id_deeds" data-max="300" data-min="50">50 至 300 字</gj-counter>' in drawn
    )


def test_a_declaration_stands_beside_its_box() -> None:
    drawn = Sample()["promise"].as_field_group()
    assert '<div class="gj-declare"><label class="gj-check" for="id_promise">' in drawn
    assert "<legend" not in drawn


def test_radios_are_one_group_with_a_legend() -> None:
    drawn = Sample()["sex"].as_field_group()
    assert '<legend class="gj-field__l">性别' in drawn
    assert 'type="radio"' in drawn


def test_a_correction_request_and_a_lock_are_shown_at_the_field() -> None:
    form = Sample()
    form.fields["name"].asked = "请核对姓名。"  # type: ignore[attr-defined]  # read by field.html
    form.fields["name"].locked_reason = "初审期间不能修改"  # type: ignore[attr-defined]  # as above
    drawn = form["name"].as_field_group()
    assert "补正要求：请核对姓名。" in drawn
    assert "初审期间不能修改" in drawn


@pytest.mark.parametrize("text", ["2026-07-31", "2026/7/31", "2026.07.31", "2026年7月31日"])
def test_days_may_be_written_in_any_usual_way(text: str) -> None:
    assert ChineseDateField().clean(text) == dt.date(2026, 7, 31)


@pytest.mark.parametrize("text", ["2019-7", "2019-07", "2019年7月", "2019.07", "201907"])
def test_months_become_one_form(text: str) -> None:
    assert YearMonthField().clean(text) == "2019-07"


@pytest.mark.parametrize("text", ["2019", "2019-13", "七月"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(forms.ValidationError) as refused:
        YearMonthField().clean(text)
    assert refused.value.messages == ["请填写正确的年月，如 2019-07。"]


def test_a_date_is_drawn_as_the_browser_expects_it() -> None:
    drawn = str(Sample(initial={"day": dt.date(2026, 7, 31)})["day"])
    assert 'type="date"' in drawn
    assert 'value="2026-07-31"' in drawn
