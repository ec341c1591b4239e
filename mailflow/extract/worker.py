"""The worker: reads documents that it is handed over a pipe, shut off from everything else.

Before the first document everything is loaded that readers need, and then no file and no socket can be opened
any more (RLIMIT_NOFILE), nothing written (RLIMIT_FSIZE), no process started (RLIMIT_NPROC); memory and, for each
document, CPU time are bounded. Whatever a document breaks, it breaks here. Run by ``SubprocessReader``, never by hand.
"""

from __future__ import annotations

import codecs
import contextlib
import encodings.aliases
import importlib
import logging
import os
import pkgutil
import resource
import sys
from collections.abc import Iterator
from typing import BinaryIO

import pypdf

from . import documents, frames, limits
from .reading import OVER_LIMITS, Reading


def main() -> None:
    """Serve until the pipe ends, the worker is used up, or a limit ends it."""
    logging.disable(logging.CRITICAL)  # pypdf logs what it meets, and that may be somebody's words
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # a stray print must not look like an answer
    _load()
    _shut()
    _answer(sink, {"ready": True})
    first_peak = _peak()
    for number in range(1, limits.RECYCLE_DOCUMENTS + 1):
        request = _receive(source)
        if request is None:
            return
        head, body = request
        _allow_cpu()
        try:
            reading, is_last = documents.read(body, str(head.get("name", "")), str(head.get("declared", ""))), False
        except MemoryError:
            reading, is_last = Reading("", None, OVER_LIMITS), True
        is_last = is_last or number == limits.RECYCLE_DOCUMENTS or _peak() - first_peak > limits.RECYCLE_GROWTH_BYTES
        _answer(sink, {"type": reading.type, "text": reading.text, "note": reading.note, "last": is_last})
        if is_last:
            return


def _load() -> None:
    """Everything that readers import late: every charset and codec there is, all of pypdf, and what the samples touch.

    What is missed here does not fail where one sees it: a PDF whose font names the codec ``charmap`` was "damaged"
    in the worker and nowhere else.
    """
    for package in (encodings, pypdf):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            with contextlib.suppress(ImportError):  # codecs of other systems
                importlib.import_module(module.name)
    for name in sorted({*encodings.aliases.aliases.values(), *(one.name for one in _codecs())}):
        with contextlib.suppress(LookupError):
            codecs.lookup(name)
    for sample in _SAMPLES:
        documents.read(sample)


def _codecs() -> Iterator[pkgutil.ModuleInfo]:
    """The modules of the charsets, most of them under the name that a document writes."""
    return pkgutil.iter_modules(encodings.__path__)


_SAMPLES = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Resources<</Font<</F 5 0 R>>>>/Contents 4 0 R>>endobj\n"
    b"4 0 obj<</Length 35>>stream\nBT /F 9 Tf 9 9 Td (warm up) Tj ET\nendstream endobj\n"
    b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n",
    b"<html><body><p>warm up</p></body></html>",
    b"From: a@example.org\nTo: b@example.org\nSubject: =?utf-8?q?warm?=\nContent-Type: multipart/mixed; boundary=b\n\n"
    b"--b\n\nwarm\n--b\nContent-Type: text/html\n\n<p>up</p>\n--b\nContent-Type: message/rfc822\n\n"
    b"From: c@example.org\n\nup\n--b--\n",
    b"{\\rtf1 warm up}",
)
"""One of each that loads something late."""


def _shut() -> None:
    """Close every door but the two pipes; a limit that this system does not know is left out."""
    for name, soft in (
        ("RLIMIT_AS", limits.MEMORY_BYTES),
        ("RLIMIT_FSIZE", 0),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_NOFILE", 3),
        ("RLIMIT_NPROC", 0),
    ):
        kind = getattr(resource, name, None)
        if kind is not None:
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(kind, (soft, soft))


def _allow_cpu() -> None:
    """So many seconds from now, counted from what was used so far."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime) + 1
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (used + limits.CPU_SECONDS, resource.RLIM_INFINITY))


def _peak() -> int:
    """Peak memory in bytes (``ru_maxrss`` is kilobytes on Linux, bytes on macOS)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _receive(source: BinaryIO) -> tuple[dict[str, object], bytes] | None:
    start = source.read(frames.LENGTHS.size)
    if len(start) < frames.LENGTHS.size:
        return None
    head_length, body_length = frames.lengths(start)
    head, body = source.read(head_length), source.read(body_length)
    return (frames.head(head), body) if len(body) == body_length else None


def _answer(sink: object, head: dict[str, object]) -> None:
    write = sink.write  # type: ignore[attr-defined]
    left = memoryview(frames.pack(head))
    while left:
        left = left[write(left) :]


if __name__ == "__main__":
    main()
