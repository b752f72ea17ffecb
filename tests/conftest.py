"""What the tests share: the labs, the planted truth, the real pages where they are at hand."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import matplotlib
import pytest
import yaml

import labkit as lk

matplotlib.use("Agg")

ROOT = Path(__file__).parent.parent
SHARED = Path(os.environ.get("LABKIT_PAGES", ROOT.parent / "shared" / "verbali"))


def tracked() -> list[str]:
    """The files of the repository: those git knows or would, else all that are there but for what is made."""
    if shutil.which("git"):
        words = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
        if listed.returncode == 0:
            return listed.stdout.splitlines()
    made = {".venv", "outputs", "__pycache__", ".git", ".pytest_cache", ".hypothesis", ".ruff_cache", "labkit.egg-info"}
    found = (p.relative_to(ROOT) for p in ROOT.rglob("*") if p.is_file())
    return sorted(p.as_posix() for p in found if not made & set(p.parts))


@pytest.fixture(scope="session")
def pages() -> Path:
    """The folder with the real pages; tests that need it are skipped where it is not there."""
    if not (SHARED / "pages").is_dir():
        pytest.skip("the real pages are not at hand (LABKIT_PAGES or ../shared/verbali)")
    return SHARED


@pytest.fixture(scope="session")
def esempio(tmp_path_factory):
    return lk.open_lab(ROOT / "corpus" / "esempio", outputs=tmp_path_factory.mktemp("outputs"))


@pytest.fixture(scope="session")
def cremasco(tmp_path_factory):
    return lk.open_lab(ROOT / "corpus" / "cremasco", outputs=tmp_path_factory.mktemp("outputs"))


@pytest.fixture(scope="session")
def truth() -> dict:
    return yaml.safe_load((ROOT / "corpus" / "esempio" / "truth.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def names():
    """The people that the minutes of esempio name."""
    data = yaml.safe_load((ROOT / "corpus" / "esempio" / "truth.yml").read_text(encoding="utf-8"))
    return sorted(
        {who for m in data["meetings"] for status in ("present", "absent", "excused") for who, _ in m.get(status, [])}
    )


@pytest.fixture
def small_lab(tmp_path):
    """A bare folder with three short documents, to change and break."""
    folder = tmp_path / "piccolo"
    folder.mkdir()
    (folder / "a.md").write_text(
        MINUTES.format(day="3 marzo 2014", iso="2014-03-05", first="Anna Brandi", second="Luca Ferri"), encoding="utf-8"
    )
    (folder / "b.md").write_text(
        MINUTES.format(day="7 aprile 2014", iso="2014-04-09", first="Luca Ferri", second="Marta Oliveri"),
        encoding="utf-8",
    )
    (folder / "c.txt").write_text(
        "Avviso alla cittadinanza\n20 maggio 2014\n\nLo sportello resta chiuso. Domande entro il 30 giugno 2014.\n",
        encoding="utf-8",
    )
    return folder


MINUTES = """---
title: Ufficio di Piano - {day}
published: {iso}
---
Presenti: {first} (Comune di Soresina), {second} (Cooperativa sociale Ginestra)

Si decide di rivedersi a maggio.
"""


BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def program(*names: str) -> str:
    """The path of an installed browser; its absence skips, or fails where browsers are required."""
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found:
        return found
    if os.environ.get("LABKIT_REQUIRE_BROWSER"):
        pytest.fail(f"LABKIT_REQUIRE_BROWSER is set and none of {', '.join(names)} is installed")
    pytest.skip(f"no browser: none of {', '.join(names)} is installed")


FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="session")
def theatre():
    """What drives Chromium, where one is installed."""
    program(*BROWSERS)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture(scope="session")
def chromium(theatre):
    """A Chromium that draws without a screen; every context made from it is offline."""
    opened = theatre.launch(executable_path=program(*BROWSERS), args=FLAGS)
    yield opened
    opened.close()


class Screen:
    """A page opened from its file in a browser without network; what it asks for and complains of is kept."""

    DESK, TABLET, PHONE = (1920, 1080), (820, 1180), (390, 844)

    def __init__(self, browser, path: Path, *, size: tuple[int, int] = DESK, touch: bool = False, context=None):
        viewport = {"width": size[0], "height": size[1]}
        self.context = context or browser.new_context(
            offline=True, viewport=viewport, has_touch=touch, accept_downloads=True
        )
        self.path = path
        self.open()

    def open(self):
        self.page = self.context.new_page()
        self.asked, self.complaints = [], []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on(
            "console", lambda said: self.complaints.append(said.text) if said.type in ("error", "warning") else None
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(self.path.as_uri())
        return self

    def __getattr__(self, name):
        return getattr(self.page, name)

    def text(self, where: str) -> str:
        return self.page.locator(where).inner_text()

    def downloaded(self, button: str) -> Path:
        """The file that a press on a button saves."""
        with self.page.expect_download() as waiting:
            self.page.locator(button).click()
        return Path(waiting.value.path())


@pytest.fixture
def screens(chromium):
    """Opens pages as tests ask, and closes what they opened."""
    opened = []

    def show(path: Path, **how) -> Screen:
        opened.append(Screen(chromium, path, **how))
        return opened[-1]

    yield show
    for screen in opened:
        screen.context.close()


@pytest.fixture
def devices(theatre, tmp_path):
    """Opens pages on devices of their own, which keep on disk what a page stores; a private window need not."""
    opened = []

    def show(path: Path, *, size: tuple[int, int] = Screen.DESK, touch: bool = False) -> Screen:
        context = theatre.launch_persistent_context(
            tmp_path / f"device-{len(opened)}",
            executable_path=program(*BROWSERS),
            args=FLAGS,
            offline=True,
            viewport={"width": size[0], "height": size[1]},
            has_touch=touch,
            accept_downloads=True,
        )
        opened.append(Screen(None, path, context=context))
        return opened[-1]

    yield show
    for screen in opened:
        screen.context.close()


@pytest.fixture(scope="session")
def layers(esempio):
    return lk.workshop.layers(esempio)


@pytest.fixture(scope="session")
def drawn(esempio, layers):
    """What the page shows at first, kind by kind: the networks that the documents give."""
    return [lk.network.build(esempio, kind=net.graph["kind"]) for net in layers]


@pytest.fixture(scope="session")
def map_page(esempio, layers, tmp_path_factory) -> Path:
    """The map page of esempio."""
    places = lk.workshop.places(layers, seed=esempio.seed)
    return lk.workshop.page(esempio, layers, places, to=tmp_path_factory.mktemp("map") / "mappa.html")
