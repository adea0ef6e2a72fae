"""Runs the readers of hostile files in a child process with little of everything.

Limits (ASVS 15.2.5): 512 MB of address space, 10 s of processor, 20 s on the clock. The child
starts isolated (``-I``) with an almost empty environment, so that a reader that is taken over
finds neither keys nor database address there. A crash, a timeout and an exhausted limit all
come back as one sentence for the person who uploads; the web process lives on.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.common.errors import DomainError

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 10
WALL_SECONDS = 20
#: Largest file the child may write (its answer and a re-encoded picture).
FILE_BYTES = 256 * 1024 * 1024
_ANSWER_BYTES = 32 * 1024 * 1024

UNREADABLE = "文件无法处理：内容过于复杂或已损坏。请重新导出或扫描后再上传。"

# The parents stand in as empty packages: importing the real ones would load Django and Celery
# into every child, and putting portal/common on the path would shadow the standard ``queue``.
_BOOTSTRAP = """
import sys, types
root, request = sys.argv[1:3]
for name in ("portal", "portal.common"):
    package = types.ModuleType(name)
    package.__path__ = [root + "/" + name.replace(".", "/")]
    sys.modules[name] = package
from portal.common.parsing.child import main
sys.exit(main(request))
"""
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Parsed:
    """What the child found out: its answer, and the re-encoded copy of an image."""

    answer: dict[str, Any]
    clean_copy: bytes | None


class UnacceptableFileError(DomainError):
    """The file is refused; ``code`` is the stable word of the reason."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message, status=422)
        self.code = code


def parse_in_child(content: bytes, kind: str, *, max_pages: int, max_pixels: int) -> Parsed:
    """Read ``content`` as ``kind`` in a child process.

    Args:
        content: the upload, already bounded in size.
        kind: ``jpg``, ``png``, ``pdf``, ``docx`` or ``xlsx``.
        max_pages: pages a PDF may have.
        max_pixels: width times height an image may have.

    Returns:
        The child's answer and, for images, the clean copy.

    Raises:
        UnacceptableFileError: refused by a reader, or the reader died.
    """
    with tempfile.TemporaryDirectory(prefix="portal-file-") as folder:
        source, output = Path(folder) / f"upload.{kind}", Path(folder) / "clean"
        source.write_bytes(content)
        request = {
            "kind": kind,
            "source": str(source),
            "output": str(output),
            "max_pages": max_pages,
            "max_pixels": max_pixels,
            "memory": MEMORY_BYTES,
            "cpu_seconds": CPU_SECONDS,
            "file_bytes": FILE_BYTES,
        }
        answer = _run(Path(folder), request)
        clean = output.read_bytes() if output.exists() else None
    if not answer.get("ok"):
        raise UnacceptableFileError(
            str(answer.get("code")), str(answer.get("message") or UNREADABLE)
        )
    return Parsed(answer, clean)


def _run(folder: Path, request: dict[str, Any]) -> dict[str, Any]:
    answer_path = folder / "answer.json"
    command = [sys.executable, "-I", "-c", _BOOTSTRAP, str(_ROOT), json.dumps(request)]
    environment = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "TMPDIR": str(folder),
    }
    with answer_path.open("wb") as answer_file:
        child = subprocess.Popen(  # noqa: S603 -- our interpreter, our arguments
            command,
            stdin=subprocess.DEVNULL,
            stdout=answer_file,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=environment,
            start_new_session=True,
        )
        code = _wait(child)
    if code != 0 or answer_path.stat().st_size > _ANSWER_BYTES:
        return {"ok": False, "code": "crashed" if code is not None else "timeout"}
    try:
        answer = json.loads(answer_path.read_bytes())
    except ValueError:
        return {"ok": False, "code": "crashed"}
    return answer if isinstance(answer, dict) else {"ok": False, "code": "crashed"}


def _wait(child: "subprocess.Popen[bytes]") -> int | None:
    """Return the exit code, or None when the clock ran out; no process of the group is left."""
    try:
        return child.wait(timeout=WALL_SECONDS)
    except subprocess.TimeoutExpired:
        return None
    finally:
        # The child leads its own group: a text extractor it started dies with it.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
