"""Archives: sizes, ratios and names are judged before a single member is unpacked."""

import stat
import zipfile
from pathlib import Path, PurePosixPath

from portal.common.parsing.refusal import RefusedError
from portal.common.parsing.signatures import ends_like_zip, read_all, refuse_polyglot

MAX_MEMBERS = 2_000
MAX_RATIO = 100
MAX_UNPACKED = 100 * 1024 * 1024
#: Tiny members may compress better than any limit without harm (an empty style sheet).
_RATIO_FROM = 1024 * 1024
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_HEAD = 1024


def open_archive(path: Path) -> zipfile.ZipFile:
    """Open the zip at ``path`` when all its members are harmless to unpack.

    Raises:
        RefusedError: broken, encrypted, a bomb, members that escape, or a second file around it.
    """
    data = read_all(path)
    if b"%PDF-" in data[:_HEAD] or not data.startswith(b"PK\x03\x04"):
        raise refuse_polyglot()
    if not ends_like_zip(data):
        raise RefusedError("truncated", "文件不完整或已损坏，无法打开。请重新保存后再上传。")
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise RefusedError(
            "broken_archive", "文件不完整或已损坏，无法打开。请重新保存后再上传。"
        ) from error
    members = archive.infolist()
    if archive.comment or min((item.header_offset for item in members), default=0) != 0:
        raise refuse_polyglot()
    _check_totals(members)
    for item in members:
        _check_member(item)
    return archive


def _check_totals(members: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(item.file_size for item in members)
    packed = sum(item.compress_size for item in members)
    too_dense = unpacked > _RATIO_FROM and unpacked > MAX_RATIO * max(packed, 1)
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED or too_dense:
        raise _bomb()


def _bomb() -> RefusedError:
    return RefusedError(
        "bomb", "文件解压后体积异常，可能有风险。请精简图片和表格后重新保存再上传。"
    )


def _check_member(item: zipfile.ZipInfo) -> None:
    if item.file_size > _RATIO_FROM and item.file_size > MAX_RATIO * max(item.compress_size, 1):
        raise _bomb()
    if item.flag_bits & 0x1:
        raise RefusedError("encrypted", "文件设有打开密码。请取消加密后再上传。")
    path = PurePosixPath(item.filename)
    escapes = path.is_absolute() or ".." in path.parts or "\\" in item.filename
    link = stat.S_ISLNK(item.external_attr >> 16)
    # The reader cuts a name at NUL; the raw name still shows it.
    odd = "\x00" in item.orig_filename or ":" in item.filename
    if escapes or link or odd or item.compress_type not in _METHODS:
        raise RefusedError("bad_member", "文件内部结构异常，存在安全风险。请重新保存后再上传。")
