"""The rules of the house: one way through, everything documented, names in step, nothing of a machine in the repository."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import tomllib
from pathlib import Path

import pytest
import yaml
from conftest import tracked

import labkit as lk
from labkit.cli import app

ROOT = Path(__file__).parent.parent
ROOMS = (
    "errors",
    "wording",
    "cells",
    "pvalues",
    "codebook",
    "settings",
    "tables",
    "engine",
    "language",
    "actors",
    "minutes",
    "unpacked",
    "leftovers",
    "withdrawal",
    "rows",
    "records",
    "reading",
    "archive",
    "decisions",
    "answers",
    "lab",
    "proposals",
    "privacy",
    "sharing",
    "network",
    "passages",
    "culture",
    "workshop",
    "report",
    "inspection",
    "work",
    "workshop_commands",
    "cli",
)


def room(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def modules() -> list[Path]:
    return sorted(p for p in (ROOT / "labkit").rglob("*.py") if p.name != "__init__.py" or p.parent.name != "labkit")


def imports(path: Path) -> set[str]:
    """The rooms of labkit that a module imports when it is loaded or called; not those for type checkers only."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typed = {
        id(child)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
        for child in ast.walk(node)
    }
    found = set()
    for node in ast.walk(tree):
        if id(node) in typed:
            continue
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "labkit":
            found |= {room(node.module)} if "." in node.module else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {room(alias.name) for alias in node.names if alias.name.startswith("labkit.")}
    return found - {""}


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_no_room_imports_a_later_one(path):
    mine = path.relative_to(ROOT / "labkit").parts[0].removesuffix(".py")
    later = set(ROOMS[ROOMS.index(mine) + 1 :])
    assert not imports(path) & later, f"{mine} imports {sorted(imports(path) & later)}"


def test_analysis_never_reads_text():
    for path in [*(ROOT / "labkit" / "network").glob("*.py"), *(ROOT / "labkit" / "culture").glob("*.py")]:
        source = path.read_text(encoding="utf-8")
        assert "lab.texts" not in source and "labkit.minutes" not in source, path.name


PUBLIC = [
    (module, name)
    for module in ("labkit.network", "labkit.culture", "labkit.workshop")
    for name in importlib.import_module(module).__all__
] + [
    ("labkit.lab", "open_lab"),
    ("labkit.tables", "frame"),
    ("labkit.tables", "check"),
    ("labkit.engine", "each"),
    ("labkit.codebook", "load"),
]


@pytest.mark.parametrize(("module", "name"), PUBLIC)
def test_public_functions_say_what_they_do(module, name):
    function = getattr(importlib.import_module(module), name)
    text = inspect.getdoc(function) or ""
    assert len(text.split("\n")[0]) > 20
    for parameter in inspect.signature(function).parameters.values():
        assert parameter.annotation is not inspect.Parameter.empty or parameter.name in ("path", "drawn"), (
            f"{name}: {parameter.name} has no type"
        )


@pytest.mark.parametrize("name", ["degree", "strength", "betweenness", "mixing", "positions"])
def test_measures_name_their_source(name):
    assert "doi:" in (inspect.getdoc(getattr(lk.network, name)) or "")


def test_tests_of_change_name_their_source():
    for function in (lk.culture.compare, lk.culture.rates):
        assert "doi:" in (inspect.getdoc(function) or "")


def test_no_module_is_named_like_a_function_it_exports():
    for package in ("network", "culture", "workshop"):
        names = {p.stem for p in (ROOT / "labkit" / package).glob("*.py")} - {"__init__"}
        clash = names & set(importlib.import_module(f"labkit.{package}").__all__)
        assert clash <= {"page"}, clash


def test_every_command_is_in_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in app.registered_commands:
        assert f"labkit {command.name or command.callback.__name__}" in readme
    for group in app.registered_groups:
        for command in group.typer_instance.registered_commands:
            assert f"labkit {group.name} {command.name}" in readme


def test_the_code_of_the_readme_runs(monkeypatch):
    monkeypatch.chdir(ROOT)
    code = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.S).group(1)
    scope: dict = {}
    exec(compile(code, "README.md", "exec"), scope)
    assert scope["net"].number_of_edges() > 100


def test_links_in_documents_lead_somewhere():
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "corpus").glob("*.md")]:
        for link in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / link).exists(), f"{path.name}: {link}"


def requirement_names(lines: list[str]) -> set[str]:
    return {re.split(r"[<>=\[; ]", line)[0].lower().replace("_", "-") for line in lines}


CONDA_NAMES = {
    "duckdb": "python-duckdb",
    "igraph": "python-igraph",
    "matplotlib": "matplotlib-base",
    "playwright": "playwright-python",
    "dask": "dask",
}


def test_environment_yml_is_in_step_with_pyproject():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = requirement_names(
        [*project["dependencies"], *(line for group in project["optional-dependencies"].values() for line in group)]
    ) - {"labkit"}
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    pip = next(part["pip"] for part in listed if isinstance(part, dict))
    conda = requirement_names([part for part in listed if isinstance(part, str)])
    have = conda | requirement_names(pip)
    assert {name for name in wanted if CONDA_NAMES.get(name, name) not in have} == set()
    assert have - {CONDA_NAMES.get(name, name) for name in wanted} == {
        "python",
        "pip",
        "distributed",
        "spacy-model-it-core-news-sm",
    }


def test_constraints_pin_every_dependency_and_hold_no_address():
    lines = [
        line for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines() if not line.startswith("#")
    ]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!-]+", line) for line in lines)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = requirement_names(
        [*project["dependencies"], *(line for group in project["optional-dependencies"].values() for line in group)]
    ) - {"labkit"}
    assert wanted - requirement_names(lines) == set()


def test_every_dependency_is_explained():
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").lower()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = requirement_names(
        [*project["dependencies"], *(line for group in project["optional-dependencies"].values() for line in group)]
    ) - {"labkit"}
    assert [name for name in sorted(wanted) if name not in text] == []


def test_nothing_of_a_machine_is_in_the_repository():
    bad = re.compile(
        r"(?<![\w./])/(?:work|root|home|Users|tmp)/\w+|files\.pythonhosted|registry\.npmjs|pypi\.org|--(?:extra-)?index-url"
    )
    for name in tracked():
        path = ROOT / name
        if path == Path(__file__) or not path.is_file() or path.suffix in (".png", ".parquet"):
            continue
        hit = bad.search(path.read_text(encoding="utf-8"))
        assert hit is None, f"{name}: {hit.group()}"


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_modules_and_functions_stay_small(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            doc = ast.get_docstring(node, clean=False)
            lines = node.end_lineno - node.lineno - (doc.count("\n") + 1 if doc else 0)
            assert lines <= 60, f"{node.name} has {lines} lines"


def test_the_layouts_of_the_reading_guide_are_read_as_it_says():
    """Each invented list of docs/reading.md gives its people with their organisations."""
    from test_cases import seen

    guide = (ROOT / "docs" / "reading.md").read_text(encoding="utf-8").split("## Who was there")[1].split("\n## ")[0]
    lists = ["\n".join(line[4:] for line in block.split("\n")) for block in re.findall(r"(?m)(?:^    .+\n)+", guide)]
    lists = [text for text in lists if not text.startswith("- id:")]
    wanted = [
        {
            "Marta Olivieri": "Comune di Lodrone",
            "Elio Branca": "Comune di Storo",
            "N. Corsi": "Cooperativa Il Melograno",
        },
        {
            "Marta Olivieri": "Comune di Lodrone",
            "Paolo Ferri": "Comune di Lodrone",
            "Ines Valli": "Azienda speciale Valle del Chiese",
        },
        {"Elio Branca": "Comune di Storo", "Nives Corsi": "Caritas"},
        {
            "Elio Branca": "Comune di Storo",
            "Nives Corsi": "Comune di Storo",
            "Marta Olivieri": "Cooperativa Il Melograno",
        },
        {
            "Elio Branca": "Comune di Storo",
            "Nives Corsi": "Comune di Bondone",
            "Ines Valli": "Comune di Tione di Trento",
            "Rita Sala": None,
            "Piero Leoni": None,
            "Marta Olivieri": None,
        },
    ]
    assert len(lists) == len(wanted)
    for text, people in zip(lists, wanted):
        label = "" if text.startswith(("Presenti", "Ente", "COMUNE")) else "Presenti:\n"
        read = seen({"text": f"Verbale del tavolo del 4 marzo 2016\n\n{label}{text}\n"})
        assert {name: organisation for name, _, organisation in read["attendance"]} == people
