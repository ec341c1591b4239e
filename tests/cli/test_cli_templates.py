"""``templates check`` and ``preview``: faults with their places, letters on the terminal, as JSON and as pages."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from mailflow.cli.app import run_program
from tests.support.browser import CONTRAST, OVERFLOW, browser
from tests.support.letters import RULES, profile_templates


@pytest.fixture
def somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without settings: the profile that mailflow brings is used."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MAILFLOW_CONFIG", raising=False)
    return tmp_path


@pytest.fixture
def profile(somewhere: Path) -> Path:
    """A copy of the profile, to be spoiled."""
    return Path(shutil.copytree(RULES, somewhere / "rules"))


def test_the_profile_is_sound(somewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_program(["templates", "check"]) == 0
    assert capsys.readouterr().out == "All is well: 30 templates in 2 languages (cy, en).\n"
    assert run_program(["templates", "check", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["good"] is True
    assert told["faults"] == []
    assert told["languages"] == ["cy", "en"]
    assert told["templates"] == list(profile_templates().names)


def test_all_faults_are_told_at_once_with_their_places(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    receipt = profile / "templates" / "receipt-neutral"
    (receipt / "en.txt").write_text((receipt / "en.txt").read_text() + "\nWe hope for closure, {{ subject }}.\n")
    (receipt / "cy.html").unlink()
    policy = profile / "policy.yaml"
    policy.write_text(policy.read_text().replace("triage_hours: 4,", "triage_hours: soon,", 1))
    last = (receipt / "en.txt").read_text().count("\n")
    assert run_program(["templates", "check", str(profile)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith(f"{receipt}/en.txt:{last}: 'closure' does not belong") for line in lines)
    assert any(line.startswith(f"{receipt}/en.txt:{last}: the field subject is forbidden") for line in lines)
    assert f"{receipt}: cy.html is missing" in lines
    assert any(line.startswith(f"{policy}:") for line in lines)
    assert lines[-1] == f"{len(lines) - 1} things are wrong."
    assert run_program(["templates", "check", str(profile), "--json"]) == 1
    assert len(json.loads(capsys.readouterr().out)["faults"]) == len(lines) - 1


def test_policy_and_templates_are_held_against_each_other(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(profile / "templates" / "follow-up-2")
    assert run_program(["templates", "check", str(profile)]) == 1
    assert "the template follow-up-2, which does not exist" in capsys.readouterr().out


def test_the_settings_name_the_profile(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = profile.parent / "mailflow.toml"
    assert run_program(["-c", str(config), "init"]) == 0
    config.write_text(config.read_text().replace('# folder = "rules"', 'folder = "rules"'))
    shutil.rmtree(profile / "templates" / "receipt-panel")
    capsys.readouterr()
    assert run_program(["-c", str(config), "templates", "check"]) == 1
    assert "receipt-panel, which does not exist" in capsys.readouterr().out


def test_one_template_is_shown_in_all_its_forms(somewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_program(["templates", "preview", "receipt-referral", "--language", "cy"]) == 0
    shown = capsys.readouterr().out
    assert "receipt-referral  a receipt" in shown
    for form in ("the office is open", "the office is closed over Christmas", "something is missing"):
        assert form in shown
    assert "Gwasanaeth Dynladdiad" in shown
    assert "HS-7KQ4-M2XD" in shown
    assert "29 Rhagfyr" in shown
    assert "Hello" not in shown


def test_all_templates_are_shown_in_their_ordinary_form(somewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_program(["templates", "preview"]) == 0
    shown = capsys.readouterr().out
    assert all(f"{name}  a " in shown for name in profile_templates().names)
    assert "closed over Christmas" not in shown


def test_letters_as_json(somewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_program(["templates", "preview", "follow-up-1", "--json"]) == 0
    english, welsh = json.loads(capsys.readouterr().out)
    keys = ["template", "language", "shows", "says", "class", "audience", "from", "subject", "text", "html"]
    assert list(english) == list(welsh) == keys
    assert (english["language"], welsh["language"]) == ("en", "cy")
    assert english["from"] == "Victim Support Homicide Service"
    assert english["class"] == "follow_up"
    assert "14 December 2026" in english["text"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["receipt-nobody"], "There is no template receipt-nobody; there are alert-risk, chaser-missing"),
        (["--language", "fr"], "There are no letters in fr; there are en, cy."),
    ],
)
def test_what_is_not_there_is_said(
    somewhere: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    assert run_program(["templates", "preview", *arguments]) == 2
    assert sentence in capsys.readouterr().err


def test_a_folder_that_cannot_be_written(somewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (somewhere / "file").write_text("x")
    assert run_program(["templates", "preview", "--html", str(somewhere / "file" / "pages")]) == 3
    assert "cannot be written" in capsys.readouterr().err


def test_the_pages_are_good_to_read(somewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """WCAG 2.2: §1.4.3 contrast; §1.4.10 no sideways scrolling at 320 px; §3.1.1 language."""
    folder = somewhere / "pages"
    assert run_program(["templates", "preview", "--html", str(folder)]) == 0
    pages = sorted(folder.glob("*.html"))
    assert capsys.readouterr().out == f"Look at {folder / 'index.html'}: {len(pages) - 1} letters.\n"
    index = (folder / "index.html").read_text()
    assert all(f'src="{page.name}"' in index for page in pages if page.name != "index.html")
    with browser(scripts=True) as visit:
        visit.size(320, 640)
        for page in pages:
            if page.name == "index.html":
                continue
            visit.page.set_content(page.read_text())
            assert visit.page.evaluate(OVERFLOW) == [], page.name
            language = page.name.split(".")[1][:2]
            assert visit.page.evaluate("document.documentElement.lang") == language
            assert visit.page.evaluate(CONTRAST) == [], page.name
        visit.page.set_content(index.replace("<iframe", "<template").replace("</iframe>", "</template>"))
        assert visit.page.evaluate(OVERFLOW) == []
        assert visit.page.evaluate(CONTRAST) == []
        assert visit.foreign == []
