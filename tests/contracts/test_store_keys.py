"""The service key: made once, guarded, rotated; whatever is wrong with it is one sentence with the way out."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import text

from mailflow.errors import KeyFault, StoreFault
from mailflow.model.records import OutboxState
from mailflow.store import KeyFile, SqlStore
from mailflow.store.sealing import RowSealer, new_data_key, seal, unseal
from tests.support.store import DAY, NOW, case, consent, event, letter, mail, person

ME = "journey:intake"


def test_a_key_file_is_made_private_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "service.key"
    made = KeyFile.create(path, NOW, os.urandom)
    assert path.stat().st_mode & 0o777 == 0o600
    assert KeyFile.load(path) == made
    assert KeyFile.parse(path.read_text(), "MAILFLOW_KEY").newest == made.newest
    secret = base64.b64encode(made.newest.key).decode()
    assert secret not in repr(made) and str(made.newest.key) not in repr(made)
    with pytest.raises(KeyFault, match="never overwritten"):
        KeyFile.create(path, NOW, os.urandom)
    assert KeyFile.load(path) == made


def test_rotation_adds_a_key_and_keeps_the_old_ones(tmp_path: Path) -> None:
    path = tmp_path / "service.key"
    made = KeyFile.create(path, NOW, os.urandom)
    turned = KeyFile.rotate(path, NOW + DAY, os.urandom)
    assert KeyFile.load(path) == turned and path.stat().st_mode & 0o777 == 0o600
    assert turned.sealing[0] == made.newest != turned.newest
    assert (turned.index, turned.audit) == (made.index, made.audit), "hashes and the audit chain go on"
    assert [one.name for one in tmp_path.iterdir()] == ["service.key"]


def _whole(tmp_path: Path) -> str:
    path = tmp_path / "good.key"
    KeyFile.create(path, NOW, os.urandom)
    return path.read_text()


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda whole: whole[: len(whole) // 2], id="cut"),
        pytest.param(lambda whole: whole.replace("[audit]", "[other]"), id="no audit key"),
        pytest.param(lambda whole: whole.replace("[[sealing]]", "[[old]]"), id="no sealing key"),
        pytest.param(lambda whole: whole.replace("version = 1", "version = 2"), id="version"),
        pytest.param(lambda whole: re.sub(r'id = "(.)', r'id = "x\1', whole), id="id"),
        pytest.param(lambda whole: whole.replace('key = "', 'key = "!'), id="not base64"),
        pytest.param(lambda whole: re.sub(r'key = "....', 'key = "AAAA', whole), id="changed"),
        pytest.param(lambda whole: whole.replace("+00:00", ""), id="no zone"),
        pytest.param(lambda whole: whole + whole[whole.index("[[sealing]]") :], id="twice"),
        pytest.param(lambda whole: "", id="empty"),
        pytest.param(lambda whole: "\x00\xff" * 20, id="binary"),
        pytest.param(lambda whole: whole + "#" * 70000, id="too large"),
    ],
)
def test_a_damaged_key_is_one_sentence_that_does_not_show_it(tmp_path: Path, damage: Callable[[str], str]) -> None:
    whole = _whole(tmp_path)
    path = tmp_path / "damaged.key"
    path.touch(mode=0o600)
    path.write_text(damage(whole))
    with pytest.raises(KeyFault) as caught:
        KeyFile.load(path)
    said = str(caught.value)
    assert str(path) in said and "`mailflow keys init`" in said and "\n" not in said
    for secret in re.findall(r'key = "(.+)"', whole):
        assert secret[:12] not in said


def test_a_missing_or_open_key_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(KeyFault, match=r"There is no service key at .*mailflow keys init"):
        KeyFile.load(tmp_path / "none")
    with pytest.raises(KeyFault, match="cannot be read"):
        KeyFile.load(tmp_path)
    with pytest.raises(KeyFault, match="cannot be written"):
        KeyFile.create(tmp_path / "no" / "folder", NOW, os.urandom)
    path = tmp_path / "service.key"
    KeyFile.create(path, NOW, os.urandom)
    for mode in (0o644, 0o604, 0o660, 0o602):
        path.chmod(mode)
        with pytest.raises(KeyFault, match=f"chmod 600 {path}"):
            KeyFile.load(path)
    path.chmod(0o440)  # a secret mounted for a service
    KeyFile.load(path)


def test_a_wrong_key_is_refused_before_anything_is_written(
    store: SqlStore, open_store: Callable[..., SqlStore], keys: KeyFile, tmp_path: Path
) -> None:
    with store.begin(ME, NOW) as work:
        work.add_mail(mail(1))
    other = KeyFile.create(tmp_path / "other.key", NOW, os.urandom)
    wrong = (
        other,
        replace(keys, index=other.index),
        replace(keys, audit=other.audit),
        replace(keys, sealing=other.sealing),
    )
    for key in wrong:
        stranger = open_store(with_keys=key)
        refused = pytest.raises(KeyFault, match="not the one that this database was sealed with")
        with refused, stranger.begin(ME, NOW) as work:
            work.add_mail(mail(2))
        assert len(stranger.check()) == 1
    with store.begin(ME, NOW) as work:
        assert work.counts().mails == {"received": 1}
    assert store.check() == ()


def test_rewrap_brings_all_data_keys_under_the_newest_key(
    store: SqlStore, open_store: Callable[..., SqlStore], keys: KeyFile, tmp_path: Path
) -> None:
    kept, it = mail(1), event()
    with store.begin(ME, NOW) as work:
        work.add_mail(kept)
        work.add_event(it, ())
    path = tmp_path / "turned.key"
    path.touch(mode=0o600)
    path.write_text(keys.to_text())
    turned = KeyFile.rotate(path, NOW + DAY, os.urandom)
    only_new = replace(turned, sealing=turned.sealing[1:])
    with pytest.raises(KeyFault), open_store(with_keys=only_new).begin(ME, NOW):
        pass
    both = open_store(with_keys=turned)
    with both.begin(ME, NOW) as work:
        assert work.mail(kept.id) == kept
        work.add_mail(mail(2))
    assert both.rewrap(NOW) == 2, "the third is under the new key already"
    assert both.rewrap(NOW) == 0
    with open_store(with_keys=only_new).begin(ME, NOW) as work:
        assert (work.mail(kept.id), work.event(it.id)) == (kept, it)
        assert "keys.rewrapped" in {one.act for one in work.audit_log()}
    assert both.check() == ()


SAID = (
    "Idris Fenwick", "Oakhurst", "oakhurst", "Northmoor", "07700", "900123", "LS1 4AP", "receipt of grief",
    "Thank you for writing", "calm voice", "We have your message", "call the mother", "mailflow.example",
    "No such user",
)  # fmt: skip


def _fill(store: SqlStore) -> None:
    file = case()
    it = event(case_id=file.id)
    raw = (
        b"From: Wendy Oakhurst <w.oakhurst@example.org>\r\nSubject: Idris Fenwick\r\n\r\nreceipt of grief 07700 900123"
    )
    with store.begin(ME, NOW) as work:
        work.add_mail(mail(1, raw=raw))
        work.add_mail(mail(2, raw=raw))
        work.add_case(file, [work.hash_of("victim", "Idris Fenwick")])
        work.add_event(it, [work.hash_of("telephone", "07700 900123")])
        work.add_person(person(file.id))
        work.add_consent(consent(file.id))
        work.propose_link(it.id, file.id, "call the mother")
        work.queue_mail(letter(event_id=it.id))
        work.suppress(work.hash_of("address", "w.oakhurst@example.org"), "No such user Oakhurst", NOW)
        claim = work.claim_mail("a", NOW, 60)
        assert claim is not None
        work.set_aside(claim, "Idris Fenwick breaks us", NOW)
        sent = work.claim_outbox("a", NOW, 60)
        assert sent is not None
        work.settle_outbox(sent, OutboxState.REFUSED, "550 No such user w.oakhurst@example.org", NOW)
        assert work.people(file.id)[0].name == "Wendy Oakhurst"


@pytest.mark.promise("P4")
def test_the_database_holds_no_name_address_subject_or_text(store: SqlStore, engine_name: str) -> None:
    _fill(store)
    if engine_name == "sqlite":
        path = Path(str(store.engine.url.database))
        content = b"".join(one.read_bytes() for one in path.parent.iterdir())
        assert b"untriaged" in content, "the search does look at what is written"
    else:
        with store.engine.connect() as connection:
            tables = connection.execute(
                text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
            ).scalars()
            content = b""
            for table in tables:
                for row in connection.execute(text(f'SELECT * FROM "{table}"')):
                    content += b"\n".join(one if isinstance(one, bytes) else str(one).encode() for one in row)
        assert b"untriaged" in content
    for secret in SAID:
        assert secret.encode() not in content, secret
        assert base64.b64encode(secret.encode())[:-4] not in content, secret
        assert secret.encode().hex().encode() not in content, secret


def test_a_value_that_was_moved_or_changed_does_not_open(store: SqlStore) -> None:
    first, second = event(subject="first"), event(subject="second")
    with store.begin(ME, NOW) as work:
        work.add_event(first, ())
        work.add_event(second, ())
    swaps = (
        "UPDATE event SET subject = (SELECT subject FROM event WHERE id = :other) WHERE id = :one",
        "UPDATE event SET subject = sender_name WHERE id = :one",
        "UPDATE data_key SET wrapped = (SELECT wrapped FROM data_key WHERE owner_id = :other) WHERE owner_id = :one",
    )
    for swap in swaps:
        with store.engine.connect() as connection:
            change = connection.begin()
            connection.execute(text(swap), {"one": first.id, "other": second.id})
            change.commit()
        with pytest.raises(StoreFault, match="changed or moved"), store.begin(ME, NOW) as work:
            work.event(first.id)
        with store.begin(ME, NOW) as work:
            assert work.event(second.id) == second


def test_sealed_values_carry_version_and_key_id_and_never_repeat() -> None:
    key = new_data_key(os.urandom)
    place = ("mail", "raw", "1")
    first, second = seal(key, place, b"same", os.urandom), seal(key, place, b"same", os.urandom)
    assert first != second and first[:5] == second[:5] and first[0] == 1
    assert unseal(key, place, first) == b"same"
    for broken in (b"", first[:10], first[:-1], b"\x02" + first[1:], bytes(40)):
        with pytest.raises(StoreFault):
            unseal(key, place, broken)
    for elsewhere in (("mail", "raw", "2"), ("mail", "error", "1"), ("event", "raw", "1")):
        with pytest.raises(StoreFault):
            unseal(key, elsewhere, first)
    erased = RowSealer("mail", "1", None, os.urandom)
    assert erased.open_text("raw", first) == "" and erased.open_tree("raw", first) == {}


def test_times_come_back_aware_and_utc(store: SqlStore) -> None:
    summer = NOW.astimezone(timezone(timedelta(hours=5, minutes=45))).replace(microsecond=123456)
    it = event(created_at=summer)
    with store.begin(ME, NOW) as work:
        work.add_event(it, ())
    with store.begin(ME, NOW) as work:
        found = work.event(it.id).created_at
        assert found == summer and found.utcoffset() == timedelta(0)
    naive = event(created_at=NOW.replace(tzinfo=None))
    with pytest.raises(Exception, match="without zone"), store.begin(ME, NOW) as work:
        work.add_event(naive, ())
