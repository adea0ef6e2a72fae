"""What the child process does: limit itself, read one file, print one JSON object.

Started by ``portal.common.sandbox`` with the interpreter in isolated mode and an almost empty
environment. Exit code 0 means the answer on standard output is complete.
"""

import json
import resource
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from portal.common.parsing.refusal import RefusedError
from portal.common.parsing.request import ParseRequest
from portal.common.parsing.signatures import check_leading_bytes

# Named, not imported: a picture should not wait for the PDF library.
_READERS = {"jpg": "image", "png": "image", "pdf": "pdf", "docx": "office", "xlsx": "office"}


def limit_self(memory: int, cpu_seconds: int, file_bytes: int) -> None:
    """Set the limits of this process and of everything it starts.

    Args:
        memory: address space, bytes.
        cpu_seconds: processor seconds, hard.
        file_bytes: largest file that may be written, bytes.
    """
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def parse(request: ParseRequest) -> dict[str, Any]:
    """Read one file; raises RefusedError when it is not acceptable."""
    with request.path.open("rb") as stream:
        check_leading_bytes(request.kind, stream.read(16))
    reader = import_module(f"portal.common.parsing.{_READERS[request.kind]}")
    answer: dict[str, Any] = reader.parse(request)
    return answer


def main(argument: str) -> int:
    """Run one request given as JSON and print the answer."""
    asked = json.loads(argument)
    limit_self(asked["memory"], asked["cpu_seconds"], asked["file_bytes"])
    request = ParseRequest(
        path=Path(asked["source"]),
        kind=asked["kind"],
        output=Path(asked["output"]),
        max_pages=asked["max_pages"],
        max_pixels=asked["max_pixels"],
    )
    try:
        answer = {**parse(request), "ok": True}
    except RefusedError as refusal:
        answer = {"ok": False, "code": refusal.code, "message": refusal.message}
    except MemoryError:
        answer = {"ok": False, "code": "memory", "message": ""}
    sys.stdout.write(json.dumps(answer))
    sys.stdout.flush()
    return 0
