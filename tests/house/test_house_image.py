"""What the Dockerfile, the compose file and the wheel promise, as far as reading them can tell.

``make image-test`` builds the image and starts it for real; this here is quick and needs no server, so that a change
that opens the house is seen at once.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

import mailflow
from mailflow.config import load_profile, load_settings
from tests.conftest import ROOT

DOCKERFILE = ROOT / "Dockerfile"
COMPOSE = ROOT / "deploy" / "compose.yaml"
BASE = "debian:bookworm-slim"
WRITABLE = {"/tmp", "/var/lib/mailflow"}
OWN_SERVICES = ("mailflow", "upgrade")


def stages(text: str) -> list[list[tuple[str, str]]]:
    """The Dockerfile as stages of (instruction, arguments), without comments, lines joined."""
    kept = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    found: list[list[tuple[str, str]]] = []
    for line in re.sub(r"\\\n", " ", kept).splitlines():
        if not line.strip():
            continue
        word, _, rest = line.strip().partition(" ")
        if word.upper() == "FROM":
            found.append([])
        found[-1].append((word.upper(), " ".join(rest.split())))
    return found


STAGES = stages(DOCKERFILE.read_text())
LAST = STAGES[-1]


def of(word: str, stage: list[tuple[str, str]] = LAST) -> list[str]:
    """The arguments of every instruction of one sort."""
    return [rest for instruction, rest in stage if instruction == word]


def environment() -> dict[str, str]:
    """The variables that the image sets."""
    return dict(part.split("=", 1) for rest in of("ENV") for part in shlex.split(rest))


def compose() -> dict[str, Any]:
    """The compose file, anchors and merges resolved."""
    read = yaml.safe_load(COMPOSE.read_text())
    assert isinstance(read, dict)
    return read


def service(name: str) -> Mapping[str, Any]:
    """One service of the compose file."""
    return dict(compose()["services"][name])


class TestDockerfile:
    def test_it_has_a_stage_that_builds_and_one_that_runs_on_the_same_base(self) -> None:
        assert [stage[0][1].split()[0] for stage in STAGES] == [BASE, BASE]

    def test_it_runs_as_a_number_above_zero_to_the_end(self) -> None:
        words = [word for word, _ in LAST]
        assert of("USER") == ["10001:10001"]
        assert "RUN" not in words[words.index("USER") :]  # all that needs rights was done before
        assert any("--uid 10001" in rest and "--gid 10001" in rest for rest in of("RUN"))

    def test_nothing_comes_from_an_address_and_nothing_but_the_house_is_copied(self) -> None:
        for stage in STAGES:
            assert not of("ADD", stage)
            assert not [rest for _, rest in stage if re.search(r"\bhttps?://|\bcurl\b|\bwget\b|\bgit clone\b", rest)]
        sources = {part for rest in of("COPY", STAGES[0]) for part in rest.split()[:-1]}
        assert sources == {
            "requirements.lock",
            "requirements-build.lock",
            "pyproject.toml",
            "README.md",
            "mailflow",
            "rules",
        }
        assert of("COPY") == ["--from=build /opt/mailflow /opt/mailflow"]

    def test_pip_installs_nothing_unchecked(self) -> None:
        """Either each file is checked against a hash, or nothing may come from an index at all."""
        installs = [
            rest for stage in STAGES for rest in of("RUN", stage) if re.search(r"pip\b.*\b(install|wheel)\b", rest)
        ]
        assert len(installs) == 2
        for run in installs:
            commands = [part for part in run.split("&&") if re.search(r"bin/pip .*\b(install|wheel)\b", part)]
            assert len(commands) == 2
            if "PIP_REQUIRE_HASHES=1" in run:
                assert "PIP_ONLY_BINARY=:all:" in run
                assert all(re.search(r"install --quiet -r requirements(-build)?\.lock\s*$", part) for part in commands)
            else:
                assert all("--no-index" in part and "--no-deps" in part for part in commands)

    def test_a_running_container_can_install_nothing(self) -> None:
        assert "--without-pip /opt/mailflow" in " ".join(of("RUN", STAGES[0]))
        packages = re.search(r"--no-install-recommends (.*?) &&", " ".join(of("RUN")))
        assert packages
        assert set(packages[1].split()) == {"ca-certificates", "gpg", "gpg-agent", "openssl", "python3", "tini"}

    def test_it_starts_the_service_below_an_init_and_says_whether_it_works(self) -> None:
        assert [json.loads(rest) for rest in of("ENTRYPOINT")] == [["tini", "-s", "--", "mailflow"]]
        assert [json.loads(rest) for rest in of("CMD")] == [["run"]]
        (check,) = of("HEALTHCHECK")
        assert json.loads(check.partition(" CMD ")[2]) == ["mailflow", "health"]

    def test_it_writes_only_where_something_writable_is_mounted(self) -> None:
        assert of("VOLUME") == ["/var/lib/mailflow"]
        assert of("WORKDIR") == ["/var/lib/mailflow"]
        assert environment()["PYTHONDONTWRITEBYTECODE"] == "1"
        assert Path(environment()["MAILFLOW_WORK__HEALTH_FILE"]).parent == Path("/tmp")

    def test_it_holds_no_secret(self) -> None:
        names = [name for stage in STAGES for word, rest in stage if word in ("ENV", "ARG") for name in rest.split()]
        assert not [name for name in names if re.search(r"PASSWORD|SECRET|TOKEN|SERVICE_KEY", name.split("=")[0])]

    def test_its_labels_say_the_version_of_the_package(self) -> None:
        labels = dict(part.split("=", 1) for rest in of("LABEL") for part in shlex.split(rest))
        assert labels["org.opencontainers.image.version"] == mailflow.__version__
        assert labels["org.opencontainers.image.title"] == "mailflow"
        assert labels["org.opencontainers.image.description"]


class TestBuildContext:
    PATTERNS = tuple(
        line for line in (ROOT / ".dockerignore").read_text().splitlines() if line.strip() and not line.startswith("#")
    )

    def goes_in(self, name: str) -> bool:
        """Whether a file is sent to the builder: the last pattern that fits it, or a folder above it, decides."""
        parts = name.split("/")
        above = ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]
        sent = True
        for pattern in self.PATTERNS:
            bare = pattern.removeprefix("!")
            if bare.startswith("**/"):
                fits = any(fnmatch(part, bare.removeprefix("**/")) for part in parts)
            else:
                fits = any(path.count("/") == bare.count("/") and fnmatch(path, bare) for path in above)
            if fits:
                sent = pattern.startswith("!")
        return sent

    @pytest.mark.parametrize(
        "name",
        [
            "README.md",
            "pyproject.toml",
            "requirements.lock",
            "requirements-build.lock",
            "mailflow/cli/app.py",
            "rules/policy.yaml",
        ],
    )
    def test_what_the_image_is_made_of_goes_in(self, name: str) -> None:
        assert (ROOT / name).is_file()
        assert self.goes_in(name)

    @pytest.mark.parametrize(
        "name",
        [
            ".git/config",
            ".venv/bin/python",
            "deploy/secrets/smtp",
            "deploy/mailflow.toml",
            "mailflow.toml",
            "service.key",
            "mailflow.db",
            "private/001.eml",
            "tests/conftest.py",
            "mailflow/__pycache__/errors.cpython-311.pyc",
            "mailflow/cli/__pycache__/app.cpython-311.pyc",
        ],
    )
    def test_keys_mail_and_settings_stay_out(self, name: str) -> None:
        assert not self.goes_in(name)


class TestCompose:
    def test_every_service_is_confined(self) -> None:
        services = compose()["services"]
        assert set(services) == {"mailflow", "upgrade", "database"}
        for name, made in services.items():
            assert made["read_only"] is True, name
            assert made["cap_drop"] == ["ALL"], name
            assert made["security_opt"] == ["no-new-privileges:true"], name
            assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", made["user"]), name
            assert not {"privileged", "cap_add", "ports", "network_mode", "pid", "devices"} & set(made), name

    def test_mailflow_runs_as_the_user_of_the_image_and_writes_where_the_image_does(self) -> None:
        for name in OWN_SERVICES:
            made = service(name)
            assert made["user"] == of("USER")[0]
            temporary = {entry.partition(":")[0] for entry in made["tmpfs"]}
            mounted = {volume.split(":")[1] for volume in made["volumes"] if not volume.endswith(":ro")}
            assert temporary | mounted == WRITABLE

    def test_the_image_is_of_this_version(self) -> None:
        for name in OWN_SERVICES:
            assert service(name)["image"] == f"mailflow:{mailflow.__version__}"

    def test_the_service_starts_when_the_database_is_there_and_up_to_date(self) -> None:
        assert {name: how["condition"] for name, how in service("mailflow")["depends_on"].items()} == {
            "database": "service_healthy",
            "upgrade": "service_completed_successfully",
        }
        upgrade = service("upgrade")
        assert upgrade["command"] == ["db", "upgrade"]
        assert upgrade["restart"] == "no"
        assert upgrade["depends_on"]["database"]["condition"] == "service_healthy"
        assert service("database")["image"].startswith("postgres:15")
        assert service("database")["healthcheck"]["test"][1] == "pg_isready"

    def test_its_health_check_is_that_of_the_image(self) -> None:
        check = service("mailflow")["healthcheck"]
        options, _, command = of("HEALTHCHECK")[0].partition(" CMD ")
        assert check["test"] == ["CMD", *json.loads(command)]
        assert dict(option.removeprefix("--").split("=") for option in options.split()) == {
            "interval": check["interval"],
            "timeout": check["timeout"],
            "start-period": check["start_period"],
            "retries": str(check["retries"]),
        }

    def test_passwords_come_from_files_that_git_does_not_see(self) -> None:
        read = compose()
        assert {made["file"].rpartition("/")[0] for made in read["secrets"].values()} == {"./secrets"}
        assert "/secrets/" in (COMPOSE.parent / ".gitignore").read_text().splitlines()
        for name, made in read["services"].items():
            assert set(made["secrets"]) <= set(read["secrets"])
            for variable, value in made["environment"].items():
                if re.search("PASS|SECRET|KEY", variable):
                    assert value.startswith("/run/secrets/"), (name, variable)
        assert "database" not in service("mailflow")["secrets"]  # the one file of the other's

    def test_the_database_sees_nothing_of_the_world(self) -> None:
        assert service("database")["networks"] == ["inside"]
        assert compose()["networks"]["inside"]["internal"] is True

    def test_the_example_settings_fit_it(self) -> None:
        settings = load_settings(COMPOSE.parent / "mailflow.toml.example")
        given = {f"/run/secrets/{name}" for name in service("mailflow")["secrets"]}
        asked = {str(server.password_file) for server in (*settings.mailbox, settings.smtp)}
        assert asked | {service("mailflow")["environment"]["PGPASSFILE"]} == given
        assert settings.database.url == "postgresql://mailflow@database/mailflow"
        assert settings.keys.file.is_relative_to("/var/lib/mailflow")
        assert settings.work.web_port == 0  # no page without a sign-in on a container's network
        assert "./mailflow.toml:/etc/mailflow/mailflow.toml:ro" in service("mailflow")["volumes"]
        assert environment()["MAILFLOW_CONFIG"] == "/etc/mailflow/mailflow.toml"


def blocks(name: str) -> dict[str, str]:
    """A lock file as package → its lines."""
    parts = re.split(r"\n(?=\S)", (ROOT / name).read_text().strip())
    return {part.partition("==")[0]: part.strip() for part in parts}


class TestLocks:
    def test_the_build_backend_and_all_it_needs_are_locked_as_for_developers(self) -> None:
        """When this fails after ``make lock``: copy the blocks of these packages from requirements-dev.lock."""
        build, dev = blocks("requirements-build.lock"), blocks("requirements-dev.lock")
        assert {name: dev.get(name) for name in build} == build
        requires = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
        assert set(requires) <= set(build)

    @pytest.mark.parametrize("name", ["requirements.lock", "requirements-build.lock"])
    def test_every_package_has_a_version_and_hashes(self, name: str) -> None:
        for package, lines in blocks(name).items():
            assert re.match(r"[a-z0-9-]+==\S+", lines), package
            assert "--hash=sha256:" in lines, package


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real wheel of this checkout, unpacked; hatchling is in the development environment."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-index", "--no-deps", "--no-build-isolation"]
    done = subprocess.run(
        [*command, "--disable-pip-version-check", "--wheel-dir", str(folder), str(ROOT)],
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (packed,) = folder.glob("mailflow-*.whl")
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(folder / "installed")
    return folder / "installed"


def names_below(folder: Path) -> set[str]:
    """Every file below a folder but what Python compiles."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


class TestWheel:
    def test_it_holds_the_whole_package_and_the_profile_and_nothing_else(self, wheel: Path) -> None:
        assert names_below(wheel / "mailflow" / "_rules") == names_below(ROOT / "rules")
        package = {name for name in names_below(wheel / "mailflow") if not name.startswith("_rules/")}
        assert package == names_below(ROOT / "mailflow")
        assert {path.name for path in wheel.iterdir()} == {"mailflow", f"mailflow-{mailflow.__version__}.dist-info"}

    def test_the_installed_program_finds_the_profile_that_it_brings(self, wheel: Path) -> None:
        """As in the image: no checkout beside it, nothing of this one on the path."""
        code = (
            "import sys; sys.path.insert(0, sys.argv[1])\n"
            "from mailflow.config import load_profile\n"
            "profile = load_profile()\n"
            "print(profile.folder, profile.ruleset.version, len(profile.templates.templates))"
        )
        done = subprocess.run(
            [sys.executable, "-I", "-c", code, str(wheel)],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            cwd=wheel,
        )
        assert done.returncode == 0, done.stderr
        folder = wheel / "mailflow" / "_rules"
        brought = load_profile(folder)
        expected = f"{folder} {brought.ruleset.version} {len(brought.templates.templates)}"
        assert done.stdout.strip() == expected


class TestImageTest:
    """The script that starts the image is the proof; it must confine it no less than the compose file does."""

    SCRIPT = (ROOT / "deploy" / "dev" / "image-test").read_text()

    def test_it_is_sound_shell(self) -> None:
        done = subprocess.run(
            ["bash", "-n", str(ROOT / "deploy" / "dev" / "image-test")], capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr

    def test_it_starts_the_image_as_confined_as_compose_does(self) -> None:
        engine = re.search(r'"\$engine" run (.*?)\n    fi', self.SCRIPT, re.DOTALL)
        assert engine
        for option in ("--read-only", "--cap-drop ALL", "--security-opt no-new-privileges", ":/etc/mailflow:ro"):
            assert option in engine[1]
        for option in ("remount,bind,ro", "--no-new-privs", "--bounding-set=-all"):
            assert option in self.SCRIPT
        granted = re.search(r"STOP_SECONDS=(\d+)", self.SCRIPT)
        assert granted
        assert service("mailflow")["stop_grace_period"] == f"{granted[1]}s"
