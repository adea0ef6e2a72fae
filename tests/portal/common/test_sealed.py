"""Sealed values: bound, rotated, masked, searched blind, opened only on record."""

import base64
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from portal.common import sealed
from portal.common.errors import DomainError
from portal.common.keyring import KeyRing, KeyRingError, key_ring, new_key
from portal.common.models import RevealLog, SealedValue

NUMBER = "11010519491231002X"
CLERK = SimpleNamespace(pk=7, get_username=lambda: "clerk", get_full_name=lambda: "王办事")


def _ring(*names: str) -> str:
    return ",".join(
        f"{name}:{base64.b64encode(name.encode().ljust(32, b'.')).decode()}" for name in names
    )


@pytest.mark.django_db
def test_a_value_comes_back_and_the_visit_is_written_down() -> None:
    token = sealed.seal("id_number", " 1101 0519 4912 3100 2x ")
    row = SealedValue.objects.get()
    assert (str(row.token), row.kind, row.key_id, row.algorithm) == (
        token, "id_number", "t2", "A256GCM",
    )  # fmt: skip
    assert NUMBER.encode() not in bytes(row.ciphertext)
    assert sealed.unseal(token, by=CLERK, reason="核对证件原件") == NUMBER
    log = RevealLog.objects.get()
    assert (str(log.token), log.kind, log.purpose, log.actor_id, log.actor_name, log.reason) == (
        token, "id_number", "view", "7", "王办事", "核对证件原件",
    )  # fmt: skip


@pytest.mark.django_db
def test_no_reason_no_look() -> None:
    token = sealed.seal("mobile", "13800138000")
    with pytest.raises(DomainError) as caught:
        sealed.unseal(token, by=CLERK, reason=" 看看 ")
    assert (caught.value.field, caught.value.message) == (
        "reason", "查看完整信息须填写事由（不少于 4 个字）。",
    )  # fmt: skip
    assert RevealLog.objects.count() == 0


@pytest.mark.django_db
def test_printing_is_written_down_too_also_without_a_person() -> None:
    token = sealed.seal("bank_account", "6222 0200 0000 1234")
    assert sealed.unseal_for_print(token, purpose="申报表 A-1 第 2 稿") == "6222020000001234"
    log = RevealLog.objects.get()
    assert (log.purpose, log.actor_id, log.actor_name, log.reason) == (
        "print", "", "系统", "申报表 A-1 第 2 稿",
    )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("algorithm", ["A256GCM", "SM4GCM"])
def test_a_ciphertext_opens_only_in_its_own_place(settings: object, algorithm: str) -> None:
    settings.PORTAL_SEAL_ALGORITHM = algorithm
    first = SealedValue.objects.get(pk=sealed.seal("id_number", NUMBER))
    second = SealedValue.objects.get(pk=sealed.seal("id_number", "440308199901010012"))
    assert first.algorithm == algorithm
    second.ciphertext = first.ciphertext
    second.save()
    with pytest.raises(DomainError, match="校验失败"):
        sealed.unseal(str(second.pk), by=CLERK, reason="核对证件")
    first.ciphertext = bytes(first.ciphertext)[:-1] + b"\x00"
    first.kind = "other"
    first.save()
    with pytest.raises(DomainError, match="校验失败"):
        sealed.unseal(str(first.pk), by=CLERK, reason="核对证件")
    assert RevealLog.objects.count() == 0


@pytest.mark.django_db
def test_the_same_value_is_never_sealed_alike() -> None:
    rows = [SealedValue.objects.get(pk=sealed.seal("id_number", NUMBER)) for _ in range(2)]
    assert bytes(rows[0].ciphertext) != bytes(rows[1].ciphertext)


@pytest.mark.django_db
def test_rotation_reseals_in_batches_and_then_the_old_key_may_go(settings: object) -> None:
    settings.PORTAL_KEYS = _ring("old")
    tokens = [sealed.seal("id_number", NUMBER) for _ in range(5)]
    before = sealed.blind("id_number", NUMBER)
    settings.PORTAL_KEYS = _ring("new", "old")
    settings.PORTAL_SEAL_ALGORITHM = "SM4GCM"
    both = sealed.blind_under_all_keys("id_number", NUMBER)
    assert list(both) == ["new", "old"]
    assert (both["old"], both["new"] != before) == (before, True)
    assert [sealed.reseal_batch(3), sealed.reseal_batch(3), sealed.reseal_batch(3)] == [3, 2, 0]
    settings.PORTAL_KEYS = _ring("new")
    assert {row.algorithm for row in SealedValue.objects.all()} == {"SM4GCM"}
    assert [sealed.unseal(token, by=CLERK, reason="轮换验证") for token in tokens] == [NUMBER] * 5


@pytest.mark.django_db
def test_rotate_keys_runs_to_the_end(settings: object) -> None:
    settings.PORTAL_KEYS = _ring("old")
    for _ in range(5):
        sealed.seal("id_number", NUMBER)
    settings.PORTAL_KEYS = _ring("new", "old")
    assert sealed.rotate_keys(batch=2) == 5
    assert sealed.rotate_keys(batch=2) == 0


@pytest.mark.django_db
def test_a_lost_key_is_named_and_nothing_is_guessed(settings: object) -> None:
    settings.PORTAL_KEYS = _ring("old")
    token = sealed.seal("id_number", NUMBER)
    settings.PORTAL_KEYS = _ring("new")
    with pytest.raises(KeyRingError, match="没有编号为“old”的密钥"):
        sealed.unseal(token, by=CLERK, reason="核对证件")
    with pytest.raises(KeyRingError):
        sealed.reseal_batch()


@pytest.mark.parametrize(
    ("ring", "sentence"),
    [
        ("a", "无效"),
        ("a:c2hvcnQ=", "编号为“a”的密钥无效"),
        (":" + "A" * 44, "编号为空"),
        (_ring("a") + "," + _ring("a"), "重复"),
    ],
)
def test_a_malformed_ring_is_refused(settings: object, ring: str, sentence: str) -> None:
    settings.PORTAL_KEYS = ring
    with pytest.raises(KeyRingError, match=sentence):
        key_ring()


def test_without_a_ring_nothing_is_sealed(
    settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PORTAL_KEYS = ""
    monkeypatch.delenv("PORTAL_KEYS")
    with pytest.raises(KeyRingError, match="未配置加密密钥"):
        sealed.blind("id_number", NUMBER)


def test_an_unknown_algorithm_is_refused(settings: object) -> None:
    settings.PORTAL_SEAL_ALGORITHM = "ROT13"
    with pytest.raises(KeyRingError, match="ROT13"):
        sealed.seal("id_number", NUMBER)


def test_a_ring_never_shows_its_keys_and_separates_purposes() -> None:
    ring = KeyRing({"a": b"k" * 32})
    assert repr(ring) == "KeyRing(a)"
    assert ring.derive("a", "blind-index") != ring.derive("a", "page-code")
    assert len(base64.b64decode(new_key())) == 32


@pytest.mark.parametrize(
    ("kind", "plain", "shown"),
    [
        ("id_number", NUMBER, "110105********002X"),
        ("id_number", "H1234567890", "H1*******90"),
        ("id_number", "AB12", "****"),
        ("bank_account", "6222020000001234", "************1234"),
        ("bank_account", "12345", "*****"),
        ("mobile", "13800138000", "138****8000"),
        ("mobile", "02388886666", "023****6666"),
        ("mobile", "88886666", "88****66"),
        ("other", "秘密内容", "秘***"),
    ],
)
def test_masks(kind: str, plain: str, shown: str) -> None:
    assert sealed.mask(kind, plain) == shown


def test_the_blind_index_forgives_spelling_and_tells_kinds_apart() -> None:
    index = sealed.blind("id_number", NUMBER)
    assert sealed.blind("id_number", "１１０１０５ １９４９-1231 002ｘ") == index
    assert sealed.blind("other", NUMBER) != index
    assert sealed.blind("id_number", "11010519491231002") != index
    assert len(index) == 64


@given(st.text(alphabet="0123456789X", min_size=1, max_size=30))
def test_a_mask_has_the_length_of_the_value_and_never_shows_it(plain: str) -> None:
    shown = sealed.mask("id_number", plain)
    assert len(shown) == len(plain)
    assert shown.count("*") * 2 >= len(plain) or len(plain) == 18


def test_unknown_kinds_and_empty_values_are_mistakes() -> None:
    with pytest.raises(ValueError, match="unknown kind"):
        sealed.mask("passport", "x")
    with pytest.raises(ValueError, match="nothing to seal"):
        sealed.blind("id_number", " - ")


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["nonsense", "00000000-0000-4000-8000-000000000000"])
def test_a_token_that_leads_nowhere_is_said_so(token: str) -> None:
    with pytest.raises(DomainError) as caught:
        sealed.unseal(token, by=CLERK, reason="核对证件")
    assert caught.value.status == 404


@pytest.mark.django_db
def test_the_log_can_neither_be_changed_nor_emptied() -> None:
    sealed.unseal(sealed.seal("id_number", NUMBER), by=CLERK, reason="核对证件")
    log = RevealLog.objects.get()
    log.reason = "别的"
    for change in (
        log.save,
        log.delete,
        RevealLog.objects.all().delete,
        lambda: RevealLog.objects.update(reason="x"),
        lambda: RevealLog.objects.bulk_update([log], ["reason"]),
    ):
        with pytest.raises(ValidationError, match="只能追加"):
            change()
    assert RevealLog.objects.get().reason == "核对证件"


@pytest.mark.django_db
def test_what_waits_for_work_opens_for_nothing_else_and_is_destroyed() -> None:
    token, number = sealed.seal("work", "UEsDBA=="), sealed.seal("id_number", NUMBER)
    assert sealed.open_work(token) == "UEsDBA=="
    with pytest.raises(DomainError, match="没有找到对应的加密信息"):
        sealed.open_work(number)
    for key in (token, number):
        sealed.drop_work(key)
    assert [str(row.token) for row in SealedValue.objects.all()] == [number]
    late = timezone.now() - sealed.KEEP_WORK
    for kind, made in (("work", late), ("work", timezone.now()), ("id_number", late)):
        row = SealedValue.objects.get(pk=sealed.seal(kind, NUMBER))
        SealedValue.objects.filter(pk=row.pk).update(created_at=made)
    assert sealed.drop_old_work() == 1
    assert SealedValue.objects.filter(kind="work").count() == 1
    assert RevealLog.objects.count() == 0
