"""The project's own fonts, so that a sheet looks the same on every machine.

Families to use in style sheets: ``Song`` (宋体, Noto Serif SC) and ``Hei`` (黑体, Noto Sans SC),
both OFL-1.1 with every character of GBK and 通用规范汉字表. The names officials know (宋体, SimSun,
仿宋, 楷体, 黑体 …) lead to the same two files. There is one weight: 黑体 stands for bold.
"""

import hashlib
import os
import tempfile
import threading
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from xml.sax.saxutils import escape

from django.conf import settings
from fontTools.ttLib import TTFont
from pylopdf_fonts_zh_cn import sans_path, serif_path

SONG, HEI = "Noto Serif SC", "Noto Sans SC"
_ALIASES = {
    SONG: (
        *("Song", "宋体", "SimSun", "NSimSun", "新宋体", "FangSong", "仿宋", "仿宋_GB2312"),
        *("FangSong_GB2312", "KaiTi", "楷体", "楷体_GB2312", "小标宋", "方正小标宋简体"),
        *("serif", "cursive", "fantasy"),
    ),
    HEI: ("Hei", "黑体", "SimHei", "Microsoft YaHei", "微软雅黑", "sans-serif", "monospace"),
}
#: Drawn by no font and needed by none: line ends, blanks, joiners, variation selectors.
_INVISIBLE = frozenset(
    (
        *range(0x20),
        *range(0x7F, 0xA0),
        *(0xAD, 0x2028, 0x2029, 0xFEFF),
        *range(0x200B, 0x2010),
        *range(0x2060, 0x2065),
        *range(0xFE00, 0xFE10),
    )
)
_lock = threading.Lock()


def font_paths() -> dict[str, Path]:
    """Return family -> font file (static OpenType, one face each)."""
    return {SONG: Path(serif_path()), HEI: Path(sans_path())}


def use_project_fonts() -> Path:
    """Point fontconfig at the project's fonts alone; returns the configuration file.

    Safe to call often and from several processes. Must run before the first FontConfiguration.
    The folder is the setting ``PORTAL_FONT_CACHE``, else a private one in the temporary folder.
    """
    text = _configuration()
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    folder = _cache_folder()
    path = folder / f"fonts-{digest}.conf"
    with _lock:
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            # Another process may be writing the same file: rename is atomic.
            handle, draft = tempfile.mkstemp(dir=folder, suffix=".draft")
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(text)
            Path(draft).replace(path)
        os.environ["FONTCONFIG_FILE"] = str(path)
    return path


def _cache_folder() -> Path:
    chosen = getattr(settings, "PORTAL_FONT_CACHE", None) if settings.configured else None
    if chosen:
        return Path(chosen)
    # Per user: a folder anybody may write would let a stranger choose our fonts.
    return Path(tempfile.gettempdir()) / f"portal-fonts-{os.getuid()}"


def _configuration() -> str:
    files = font_paths()
    # Naming the folder, then accepting only our two files, keeps out whatever else lies there.
    folders = sorted({str(path.parent) for path in files.values()})
    lines = ['<?xml version="1.0"?>', '<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">']
    lines.append("<fontconfig>")
    lines += [f"  <dir>{escape(folder)}</dir>" for folder in folders]
    lines.append(f"  <cachedir>{escape(str(_cache_folder() / 'cache'))}</cachedir>")
    lines.append("  <selectfont>")
    lines += [
        f"    <acceptfont><glob>{escape(str(path))}</glob></acceptfont>" for path in files.values()
    ]
    lines.append("    <rejectfont><glob>*</glob></rejectfont>")
    lines.append("  </selectfont>")
    for family, names in _ALIASES.items():
        for name in names:
            lines.append(
                f'  <alias binding="same"><family>{escape(name)}</family>'
                f"<prefer><family>{escape(family)}</family></prefer></alias>"
            )
    lines.append("</fontconfig>")
    return "\n".join(lines) + "\n"


@lru_cache(maxsize=1)
def covered_characters() -> frozenset[int]:
    """Return every code point that at least one project font draws (read once per process)."""
    covered: set[int] = set()
    for path in font_paths().values():
        with TTFont(path, lazy=True) as font:
            covered |= set(font.getBestCmap())
    return frozenset(covered)


def missing_glyphs(text: str | Iterable[str]) -> list[str]:
    """Return the characters no project font can draw, each once, in order of appearance."""
    covered = covered_characters()
    missing: dict[str, None] = {}
    for piece in [text] if isinstance(text, str) else text:
        for char in piece:
            code = ord(char)
            if code not in covered and code not in _INVISIBLE and not 0xE0100 <= code <= 0xE01EF:
                missing[char] = None
    return list(missing)


def describe_glyphs(characters: Iterable[str]) -> str:
    """Return characters with their code points for a message: ``𡛟（U+216DF）``."""
    return "、".join(f"{char}（U+{ord(char):04X}）" for char in characters)
