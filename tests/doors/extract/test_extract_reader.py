"""The door: a worker that gives up everything but its pipes, and a parent that outlives whatever it does."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from mailflow.extract import SubprocessReader, documents, limits, reading, spent
from mailflow.flow.ports import AttachmentReader
from mailflow.model.message import Attachment
from tests.support import make_documents


def attachment(content: bytes, name: str = "", declared: str = "") -> Attachment:
    return Attachment(name, declared, len(content), hashlib.sha256(content).hexdigest(), content)


@pytest.fixture(scope="module")
def reader() -> Iterator[SubprocessReader]:
    with SubprocessReader() as door:
        yield door


def worker_of(door: SubprocessReader) -> int:
    """The process id of the one worker that waits."""
    (worker,) = door._idle
    return worker._process.pid


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def bomb(share: int = 1) -> bytes:
    """A PDF of 150 pages that share one content stream, each just below (a ``share`` of) the limit for a page: minutes
    of work."""
    content = b"BT /F 9 Tf (a) Tj " + b"0 0 Td " * (limits.MAX_PAGE_BYTES // share // 7 - 10) + b"ET"
    return re.sub(rb"/Contents \d+ 0 R", b"/Contents 11 0 R", make_documents.paper(content, *[b""] * 149))


def test_it_fits_the_port(reader: SubprocessReader) -> None:
    door: AttachmentReader = reader
    assert door.read(attachment(b"hello", "a.txt")).text == "hello"


@pytest.mark.parametrize("name", sorted(make_documents.DOCUMENTS))
def test_the_worker_says_what_the_readers_say(reader: SubprocessReader, name: str) -> None:
    """Also a proof that no reader needs a file once the doors are shut."""
    content = make_documents.DOCUMENTS[name]()
    found, expected = reader.read(attachment(content, name)), documents.read(content, name)
    assert (found.type, found.text, found.note) == (expected.type, expected.text, expected.note)
    assert (found.name, found.content) == (name, content)


def test_pictures_and_nothing_need_no_worker() -> None:
    with SubprocessReader() as door:
        assert door.read(attachment(b"")).note == reading.EMPTY
        assert door.read(attachment(b"\x89PNG\r\n\x1a\n1234")).note == reading.PICTURE
        assert door._idle == []


def test_one_worker_stays_warm(reader: SubprocessReader) -> None:
    reader.read(attachment(b"one"))
    first = worker_of(reader)
    reader.read(attachment(b"two"))
    assert worker_of(reader) == first


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV])
def test_a_worker_that_died_while_waiting_is_replaced_unseen(how: signal.Signals) -> None:
    with SubprocessReader() as door:
        door.read(attachment(b"one"))
        os.kill(worker_of(door), how)
        assert door.read(attachment(b"two")).text in ("two", None)  # it may die between our look and our question
        assert door.read(attachment(b"three")).text == "three"


def test_a_document_that_takes_too_long_is_given_up_and_the_next_is_read() -> None:
    with SubprocessReader() as door:
        door.read(attachment(b"warm"))
        pid = worker_of(door)
        door._wall_seconds = 0.3
        found = door.read(attachment(bomb()))
        assert (found.text, found.note) == (None, reading.OVER_LIMITS)
        assert is_gone(pid)
        door._wall_seconds = limits.WALL_SECONDS
        assert door.read(attachment(b"next")).text == "next"


def test_a_pdf_of_heavy_pages_gives_its_first_and_says_so() -> None:
    content = bomb(share=10)
    assert len(content) < 60_000
    with SubprocessReader() as door:
        found = door.read(attachment(content))
        assert found.note == reading.CUT
        assert (found.text or "").startswith("a\n\na")
        assert door.read(attachment(b"next")).text == "next"


def test_what_never_ends_is_ended_by_its_processor_time() -> None:
    program = (
        "from mailflow.extract import limits, worker\n"
        "limits.CPU_SECONDS = 1\n"
        "worker._load(); worker._shut(); worker._allow_cpu()\n"
        "while True: pass\n"
    )
    done = subprocess.run([sys.executable, "-I", "-c", program], check=False, capture_output=True, timeout=60)
    assert done.returncode == -signal.SIGXCPU


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.4 rest", "application/pdf"),
        (b"PK\x03\x04 rest", "application/zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 rest", "application/x-ole-storage"),
        (b"{\\rtf1 rest", "application/rtf"),
    ],
)
def test_a_document_that_ended_its_worker_still_has_a_type(content: bytes, kind: str) -> None:
    with SubprocessReader() as door:
        door.close()
        found = door.read(attachment(content))
        assert (found.type, found.text, found.note) == (kind, None, reading.OVER_LIMITS)


def test_nothing_is_loaded_late() -> None:
    """A worker cannot open a file: what Python would import in the middle of a document must be there before."""
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from mailflow.extract import documents, worker\n"
        "documents_there_are = [(file.name, file.read_bytes()) for file in map(Path, sys.argv[1:])]\n"
        "worker._load()\n"
        "before = set(sys.modules)\n"
        "sys.addaudithook(lambda event, args: event == 'open' and print('opened', args[0]))\n"
        "for name, content in documents_there_are:\n"
        "    documents.read(content, name)\n"
        "for charset in ('charmap', 'unicode_escape', 'raw_unicode_escape', 'cp1251', 'mac_cyrillic', 'utf_32_be'):\n"
        "    b'a'.decode(charset, 'replace')\n"
        "print(sorted(set(sys.modules) - before))\n"
    )
    files = [str(make_documents.FOLDER / name) for name in make_documents.DOCUMENTS]
    done = subprocess.run(
        [sys.executable, "-I", "-c", program, *files], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "[]\n"


def test_a_document_that_wants_all_memory_ends_and_the_next_is_read() -> None:
    cells = "<c t='str'><v>x</v></c>" * 900_000
    sheet = f"<worksheet {make_documents.S}><sheetData><row>{cells}</row></sheetData></worksheet>"
    members = {
        "xl/workbook.xml": f"<workbook {make_documents.S} xmlns:r='{make_documents.RELATION}'>"
        "<sheets><sheet name='a' r:id='r1'/></sheets></workbook>",
        "xl/_rels/workbook.xml.rels": "<Relationships><Relationship Id='r1' Target='s.xml'/></Relationships>",
        "xl/s.xml": sheet,
    }
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    content = make_documents.ooxml("xl/workbook.xml", kind, members)
    stored = make_documents.packed({"a.xlsx": content}, stored=("a.xlsx",))
    with SubprocessReader() as door:
        found = door.read(attachment(stored))
        assert found.text is None or "| x" not in found.text
        assert found.note == reading.OVER_LIMITS or reading.OVER_LIMITS in (found.text or "")
        assert door.read(attachment(b"next")).text == "next"


def test_the_worker_can_open_no_file_no_socket_and_no_process() -> None:
    """In a worker's own world: after its doors are shut, everything but thinking fails."""
    program = (
        "import os, socket\n"
        "from mailflow.extract import worker\n"
        "worker._load(); worker._shut()\n"
        "tries = {'read': lambda: open('/etc/hostname'), 'write': lambda: open('/tmp/mailflow-x', 'w'),\n"
        "         'socket': socket.socket, 'pipe': os.pipe, 'memory': lambda: bytearray(900 * 1024 * 1024)}\n"
        "for name, attempt in tries.items():\n"
        "    try:\n"
        "        attempt()\n"
        "    except (OSError, MemoryError):\n"
        "        print(name, 'refused')\n"
    )
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split("\n")[:-1] == [f"{name} refused" for name in ("read", "write", "socket", "pipe", "memory")]


def test_a_worker_is_replaced_when_it_has_read_enough() -> None:
    with SubprocessReader() as door:
        door.read(attachment(b"first"))
        pid = worker_of(door)
        for _ in range(limits.RECYCLE_DOCUMENTS - 1):
            assert door.read(attachment(b"more")).text == "more"
        assert is_gone(pid)
        assert door.read(attachment(b"after")).text == "after"
        assert worker_of(door) != pid


def test_many_threads_read_at_once_each_its_own() -> None:
    texts = [f"letter {number} " * 50 for number in range(24)]
    found: dict[int, str | None] = {}
    with SubprocessReader(workers=2) as door:

        def work(start: int) -> None:
            for number in range(start, len(texts), 6):
                found[number] = door.read(attachment(texts[number].encode(), "a.txt")).text

        threads = [threading.Thread(target=work, args=(start,)) for start in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(door._idle) <= 2
    assert [found[number] for number in range(len(texts))] == [text.rstrip() for text in texts]


def test_closing_leaves_no_process_and_no_pipe() -> None:
    before = len(os.listdir("/proc/self/fd"))
    door = SubprocessReader()
    door.read(attachment(b"hello"))
    pid = worker_of(door)
    door.close()
    door.close()
    assert is_gone(pid)
    assert len(os.listdir("/proc/self/fd")) == before
    assert door.read(attachment(b"hello")).note == reading.OVER_LIMITS


def test_a_worker_whose_parent_is_gone_ends_by_itself() -> None:
    program = (
        "import os, sys\n"
        "from mailflow.extract import SubprocessReader\n"
        "from mailflow.model.message import Attachment\n"
        "door = SubprocessReader()\n"
        "door.read(Attachment('', '', 1, '', b'x'))\n"
        "print(door._idle[0]._process.pid, flush=True)\n"
        "os._exit(0)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    pid = int(done.stdout)
    waiting = threading.Event()
    for _ in range(100):
        if is_gone(pid):
            break
        waiting.wait(0.05)
    assert is_gone(pid)


def test_time_on_the_wall_counts_where_the_machine_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    spent.begin()
    assert spent.seconds() < 1
    wall = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: wall + 10)
    assert 4.0 <= spent.seconds() < 5
    found = documents.read(make_documents.files_zip(), "files.zip", budget=reading.Budget())
    assert reading.OVER_LIMITS in (found.text or "")
