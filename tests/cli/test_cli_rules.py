"""``mailflow rules …``: what a lead sees and what programs get, from an edited phrase to the roll-back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mailflow.cli.app import run_program
from mailflow.config import saved
from mailflow.config.profile import profile_files
from tests.conftest import ROOT
from tests.support.cases import ENQUIRY, REFERRAL, RISK, arrive, events, settings, small_house, take_in

Program = Callable[..., tuple[int, str, str]]
CORPUS = ROOT / "tests" / "testdata" / "corpus"
RULE = """
- id: corporate.invoices
  says: Somebody writes about an invoice, an order or a payment between organisations
  when:
    all:
      - text: ["purchase order", "invoice", "marrowbone slip"]
        in: [subject, new]
    none:
      - text: ["@relation", "funeral"]
  weigh: {corporate: 15, enquiry: -1.0}
  examples:
    match: ["Could you send us a new purchase order for the room hire?"]
    no_match: ["The invoice for my son's funeral has come and I cannot pay it."]
"""
OWN_WORD = b"""From: Dawn Ellery <d.ellery@rooms.example>
To: DHRenquiries@victimsupport.example
Subject: The marrowbone slip
Date: Tue, 06 Jan 2026 10:00:00 +0000
Message-ID: <slip@rooms.example>

Hello,

Could you tell me to whom the marrowbone slip should go?

Dawn Ellery
"""
"""Only the added rule knows what this is about: no better rules that mailflow ever brings can know it before."""


@pytest.fixture
def program(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Program:
    """Runs a command without a settings file, in a folder of its own; (exit code, output, errors)."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run_program(["-c", str(tmp_path / "mailflow.toml"), *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def mine(program: Program, tmp_path: Path) -> Path:
    """Rules of one's own, fresh from the copy."""
    assert program("rules", "copy", "mine", "--as", "Ann")[0] == 0
    return tmp_path / "mine"


def _json(program: Program, *arguments: str, code: int = 0) -> Any:
    found, out, err = program(*arguments, "--json")
    assert found == code, err
    return json.loads(out)


def _add(folder: Path, rule: str = RULE) -> None:
    path = folder / "kinds" / "others.yaml"
    path.write_text(path.read_text("utf-8") + rule, "utf-8")


def test_the_rules_that_mailflow_brings_are_sound(program: Program) -> None:
    found = _json(program, "rules", "check")
    assert found["good"] and found["faults"] == [] and found["rules"] > 100 and len(found["rules_version"]) == 12
    assert _json(program, "rules", "test")["good"]
    code, out, _ = program("rules", "test")
    assert code == 0 and out.startswith(f"All {found['examples']} examples of {found['rules']} rules")


def test_check_says_every_fault_of_every_file_with_its_place(program: Program, mine: Path) -> None:
    _add(mine, RULE.replace("@relation", "@relatoin").replace("corporate: 15", "corporate: 99"))
    policy = (mine / "policy.yaml").read_text("utf-8")
    (mine / "policy.yaml").write_text(policy.replace("urgency: today", "urgency: tomorow", 1), "utf-8")
    code, out, _ = program("rules", "check", "mine")
    assert code == 1
    lines = out.splitlines()
    assert any(line.startswith("mine/kinds/others.yaml:") and "at most 20" in line for line in lines)
    assert any(line.startswith("mine/policy.yaml:") for line in lines)
    _add(mine, "")
    path = mine / "kinds" / "others.yaml"
    path.write_text(path.read_text("utf-8").replace("corporate: 99", "corporate: 15"), "utf-8")
    code, out, _ = program("rules", "check", "mine")
    assert code == 1 and "did you mean 'relation'?" in out
    assert program("rules", "backtest", "--rules", "mine")[0] == 2, "rules with faults judge nothing"
    assert program("rules", "save", "--rules", "mine")[0] == 2


def test_a_phrase_that_no_longer_fits_its_example_is_a_fault_of_check_and_test(program: Program, mine: Path) -> None:
    _add(mine, RULE.replace('"funeral"', '"cake"').replace('"@relation", ', ""))
    (fault,) = _json(program, "rules", "check", "mine", code=1)["faults"]
    assert fault["place"].startswith("mine/kinds/others.yaml:") and "must not" in fault["sentence"]
    (failed,) = _json(program, "rules", "test", "mine", code=1)["failed"]
    assert failed["rule"] == "corporate.invoices" and not failed["must_fire"]
    code, out, _ = program("rules", "test", "mine")
    assert code == 1 and "must not speak on  The invoice" in out


def test_thresholds_that_stand_twice_are_told(program: Program, mine: Path) -> None:
    policy = (mine / "policy.yaml").read_text("utf-8")
    (mine / "policy.yaml").write_text(policy.replace("threshold: 0.6", "threshold: 0.95", 1), "utf-8")
    hints = _json(program, "rules", "check", "mine")["hints"]
    (higher,) = [hint for hint in hints if "the higher counts" in hint["sentence"]]
    assert "referral is 0.95 here and 0.8 in kinds/weighing.yaml" in higher["sentence"]
    assert any("have no effect" in hint["sentence"] for hint in hints)


def test_from_an_added_rule_to_what_it_changes_and_back(program: Program, mine: Path, tmp_path: Path) -> None:
    before = dict(profile_files(mine))
    own = tmp_path / "own"
    own.mkdir()
    (own / "slip.eml").write_bytes(OWN_WORD)
    label = {"file": "slip.eml", "mailbox": "DHRenquiries", "kind": "corporate", "flags": [], "facts": {}}
    (own / "labels.jsonl").write_text(json.dumps(label) + "\n", "utf-8")
    labelled = ("rules", "backtest", "--labelled", str(own), "--rules", "mine")
    code, out, _ = program("rules", "backtest", "--rules", "mine")
    assert code == 0 and "the same to the letter" in out and "No mail would change" in out
    _add(mine)
    found = _json(program, *labelled)
    (change,) = found["changes"]
    assert change["effect"] == "better"
    assert {reason["rule"] for reason in change["reasons"]} == {"corporate.invoices"}
    assert change["reasons"][0]["text"] == "marrowbone slip" and change["reasons"][0]["before"] is None
    assert found["figures"]["after"]["right"]["of"] == found["mails"]["labelled"]
    code, out, _ = program(*labelled)
    assert code == 0 and "BETTER" in out and "corporate.invoices" in out
    assert max(map(len, out.splitlines())) <= 80
    assert program("rules", "save", "hear invoices", "--rules", "mine", "--as", "Ann")[0] == 0
    assert len(_json(program, *labelled, "--compare", "1")["changes"]) == len(found["changes"])
    code, out, err = program("rules", "roll-back", "--rules", "mine")
    assert code == 2 and "Nothing has changed since state 2" in err
    rolled = _json(program, "rules", "roll-back", "1", "--rules", "mine", "--as", "Ann")
    assert rolled["changed"] == ["kinds/others.yaml"] and dict(profile_files(mine)) == before
    states = _json(program, "rules", "history", "--rules", "mine")
    assert [(one["number"], one["aside"]) for one in states] == [(1, False), (2, False), (3, True), (4, False)]
    assert "hear invoices" in program("rules", "history", "--rules", "mine")[1]
    code, out, _ = program(*labelled)
    assert "the same to the letter" in out, "what is in force after a roll-back is what it is compared with"


def test_a_rule_that_makes_labelled_mail_worse_ends_with_one(program: Program, mine: Path) -> None:
    _add(mine, RULE.replace('"purchase order", "invoice"', '"i", "we"'))
    code, out, _ = program("rules", "backtest", "--rules", "mine", "--against", "labelled")
    assert code == 1 and "WORSE" in out and "→ corporate" in out


def test_what_was_edited_is_not_lost_by_a_roll_back_even_with_faults(program: Program, mine: Path) -> None:
    _add(mine, "- nonsense: [\n")
    (mine / "kinds" / "extra.yaml").write_text("[]\n", "utf-8")
    rolled = _json(program, "rules", "roll-back", "--rules", "mine")
    assert rolled["changed"] == ["kinds/extra.yaml", "kinds/others.yaml"]
    (_, aside) = saved.states(mine)
    assert aside.aside and aside.rules_version == "" and "nonsense" in saved.files_of(mine, aside)["kinds/others.yaml"]
    assert saved.last(mine) == saved.states(mine)[0]


def test_nothing_to_compare_with_and_names_that_are_not_there_are_wrong_use(program: Program, mine: Path) -> None:
    assert program("rules", "copy", "mine")[0] == 2
    code, _, err = program("rules", "roll-back", "9", "--rules", "mine")
    assert code == 2 and "there are: 1" in err
    code, _, err = program("rules", "backtest", "--rules", "mine", "--labelled", "nowhere")
    assert code == 2 and "labels.jsonl" in err
    code, _, err = program("rules", "backtest", "--rules", "mine", "--against", "history")
    assert code == 2 and "no settings file" in err
    code, _, err = program("rules", "explain", "nowhere.eml")
    assert code == 2 and len(err.splitlines()) == 1


def test_sealed_mails_are_never_opened(program: Program, tmp_path: Path) -> None:
    folder = tmp_path / "sealed" / "x"
    folder.mkdir(parents=True)
    (folder / "labels.jsonl").write_text('{"file": "1.eml", "kind": "media"}\n')
    (folder / "1.eml").write_text("Subject: x\n\nhello\n")
    for command in (("coverage",), ("backtest", "--compare", str(ROOT / "rules")), ("fit",)):
        code, _, err = program("rules", *command, "--labelled", str(folder))
        assert code == 2 and "is sealed" in err


def test_a_label_cannot_point_outside_its_folder(program: Program, tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "secret.eml").write_text("Subject: x\n\nsecret\n")
    (tmp_path / "set" / "labels.jsonl").write_text('{"file": "../secret.eml", "kind": "media"}\n')
    code, _, err = program("rules", "coverage", "--labelled", "set")
    assert code == 2 and "outside the folder" in err


# -- explain --------------------------------------------------------------------------------------


def test_explain_shows_the_places_within_eighty_columns_and_for_programs(program: Program) -> None:
    file = str(CORPUS / "messages" / "002.eml")
    code, out, _ = program("rules", "explain", file, "--mailbox", "hssupport")
    assert code == 0
    assert max(map(len, out.splitlines())) <= 80
    assert "«" in out and "what spoke" in out and "what nearly spoke" in out and "\x1b" not in out
    found = _json(program, "rules", "explain", file)
    assert found["kind"] == "referral" and found["threshold"] == 0.8 and found["nearly"]
    assert {number for mark in found["marks"] for number in mark["numbers"]} <= {
        one["number"] for one in found["observations"]
    }


def test_explain_colours_at_a_terminal(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    code, out, _ = program("rules", "explain", str(CORPUS / "messages" / "002.eml"))
    assert code == 0 and "\x1b[" in out and "«" not in out


def test_a_mail_cannot_steer_the_terminal(program: Program, tmp_path: Path) -> None:
    head = "Subject: \x1b]0;gone\x07 mum agreed\nFrom: \u202eevil <a@b.example>\n\n"
    evil = head + "Her mum\x1b[2J has agreed\x9b31m. \u2066x\n"
    (tmp_path / "evil.eml").write_text(evil, "utf-8")
    code, out, _ = program("rules", "explain", "evil.eml")
    assert code == 0
    assert not set(out) & set("\x1b\x07\x9b\u202e\u2066")
    assert "\ufffd" in out, "what would have steered it is seen"


def test_explain_says_why_a_human_is_asked_and_what_is_close(program: Program, mine: Path, tmp_path: Path) -> None:
    _add(
        mine,
        "- id: x.nod\n  says: They gave the nod\n  when: {all: [{text: [gave us the nod]}]}\n  weigh: {referral: 1}\n"
        "  examples: {match: [He gave us the nod.], no_match: [He did not.]}\n",
    )
    (tmp_path / "a.eml").write_text("From: Ed <ed@kent.police.uk>\nSubject: hello\n\nShe never gave us the nod.\n")
    found = _json(program, "rules", "explain", "a.eml", "--rules", "mine")
    assert found["needs_human"]
    (close,) = [near for near in found["nearly"] if near["rule"] == "x.nod"]
    assert close["close"] and close["missing"] == '"gave us the nod" is there, but denied'
    assert found["nearly"][0] == close, "what is close comes first"
    code, out, _ = program("rules", "explain", "a.eml", "--rules", "mine")
    assert code == 0 and "asked: " in out and "is there, but denied" in out


# -- coverage and fit -----------------------------------------------------------------------------


def test_coverage_lists_what_never_speaks_and_what_leans_on_one_mail(program: Program) -> None:
    found = _json(program, "rules", "coverage")
    spoke = {use["rule"] for use in found["rules"] if use["mails"]}
    assert spoke and not spoke & set(found["never"])
    assert all(len(use["mails"]) == 1 for use in found["leaning"]) and found["leaning"]
    code, out, _ = program("rules", "coverage")
    assert code == 0 and "Phrases that lean on a single mail" in out and "Rules that never speak" in out


def test_fit_writes_only_when_asked_and_never_a_reader_that_knows_less(program: Program, mine: Path) -> None:
    fitted = mine / "fitted" / "kinds.yaml"
    before = fitted.read_bytes()
    code, out, err = program("rules", "fit", "--rules", "mine", "--write", "--json")
    found = json.loads(out)
    assert code == 1 and "it would know less" in err and fitted.read_bytes() == before
    assert sum(found["fitted_on"].values()) == 37 and found["moved"] and not found["written"]
    code, out, _ = program("rules", "fit", "--rules", "mine", "--write", "--fewer")
    assert code == 0 and "What would change in the fitted file" in out and "held back" in out
    assert fitted.read_bytes() != before
    assert program("rules", "check", "mine")[0] == 0
    assert program("rules", "roll-back", "--rules", "mine")[0] == 0
    assert fitted.read_bytes() == before
    code, _, err = program("rules", "fit", "--rules", "mine", "--in-sight", "nobody")
    assert code == 2 and "no set nobody" in err


# -- the service's own mail -----------------------------------------------------------------------


@pytest.fixture
def at_work(tmp_path: Path, program: Program) -> Iterator[Program]:
    """The same, beside a service that knows three mails, one of them corrected."""
    with small_house(tmp_path) as (house, _):
        for raw, mailbox in ((REFERRAL, "hssupport"), (RISK, "hssupport"), (ENQUIRY, "DHRenquiries")):
            arrive(house, raw, mailbox=mailbox)
        take_in(house)
        reference = next(event.reference for event in events(house) if event.kind == "enquiry")
    given = settings(tmp_path)
    boxes = "".join(
        f'[[mailbox]]\nname = "{m.name}"\naddress = "{m.address}"\nhost = "127.0.0.1"\nport = 9\nsecurity = "plain"\n'
        for m in given.mailbox
    )
    text = boxes + '[smtp]\nhost = "127.0.0.1"\nport = 9\nsecurity = "plain"\n[profile]\nfolder = "mine"\n'
    assert program("rules", "copy", "mine")[0] == 0
    (tmp_path / "mailflow.toml").write_text(text)
    assert (
        program("correct", reference, "corporate", "--flag", "deadline", "--note", "they sell", "--as", "Ann")[0] == 0
    )
    yield program


def test_history_is_read_in_somebodys_name_and_nothing_is_written(at_work: Program, tmp_path: Path) -> None:
    _add(tmp_path / "mine", RULE.replace('"purchase order", "invoice"', '"refers a family"').replace("2.5", "15"))
    before = _json(at_work, "db", "status")["counts"]
    found = _json(at_work, "rules", "backtest", "--against", "history", "--as", "Ann")
    assert found["mails"] == {"history": 3}
    (change,) = found["changes"]
    assert change["mail"].startswith("mail:") and change["labelled"] == "corporate" and change["effect"] == "better"
    assert _json(at_work, "db", "status")["counts"] == before
    log = _json(at_work, "audit", "log")
    reads = [entry for entry in log if entry["act"] == "mail.rehearsed"]
    assert len(reads) == 3 and {entry["actor"] for entry in reads} == {"person:Ann"}
    assert any(entry["act"] == "corrections.read" for entry in log)
    assert at_work("audit", "verify")[0] == 0


def test_corrections_leave_only_on_demand_audited_and_for_one_reader(at_work: Program, tmp_path: Path) -> None:
    assert _json(at_work, "rules", "export-corrections", "out", "--as", "Ann")["mails"] == 1
    (mail,) = (tmp_path / "out").glob("*.eml")
    label = json.loads((tmp_path / "out" / "labels.jsonl").read_text())
    assert label == {"file": mail.name, "mailbox": "DHRenquiries", "kind": "corporate", "flags": ["deadline"]}
    assert mail.read_bytes() == ENQUIRY and mail.stat().st_mode & 0o077 == 0 == mail.parent.stat().st_mode & 0o077
    exported = [entry for entry in _json(at_work, "audit", "log") if entry["act"] == "mail.exported"]
    assert [entry["subject"] for entry in exported] == [f"mail:{mail.stem}"]
    assert at_work("rules", "export-corrections", "out")[0] == 2
    code, out, _ = at_work("rules", "backtest", "--labelled", "out")
    assert code == 0 and "Tried on 1 mails (1 labelled)" in out


def test_the_fit_takes_corrections_and_forgets_those_whose_mail_is_erased(at_work: Program, tmp_path: Path) -> None:
    with_it = _json(at_work, "rules", "fit", "--corrections", "--as", "Ann")
    assert with_it["fitted_on"] == {"history": 1, "mails": 37}
    from mailflow import bootstrap

    with bootstrap.house(tmp_path / "mailflow.toml") as house, house.begin("person:Ann") as work:
        (correction,) = work.corrections()
        (mail,) = work.stored_mails(events=[correction.event_id])
        work.destroy_key("mail", mail.id)  # type: ignore[attr-defined]
    assert _json(at_work, "rules", "fit", "--corrections")["fitted_on"] == {"mails": 37}
    assert _json(at_work, "rules", "backtest", "--against", "history")["mails"] == {"history": 2}
