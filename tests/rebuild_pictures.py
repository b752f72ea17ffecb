"""Take the pictures of the map page that the guide for facilitators shows, as the page is now."""

from __future__ import annotations

import tempfile
from pathlib import Path

from conftest import BROWSERS, FLAGS, ROOT, Screen, program
from playwright.sync_api import sync_playwright

import labkit as lk

FOLDER = ROOT / "docs" / "immagini"
# A seat and a day that are the same whenever the pictures are taken.
SAME = "crypto.getRandomValues = (bytes) => bytes.map((_, n) => 7 * n + 3);"
DAY = "2018-11-20"


def keep(screen: Screen, name: str) -> None:
    screen.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    screen.screenshot(path=FOLDER / f"{name}.png")
    print(f"{name}.png")


def pick_tie(screen: Screen, code: str) -> None:
    screen.fill("#search", code)
    screen.keyboard.press("Enter")
    screen.fill("#search", "")
    screen.locator("#search").blur()


def begin(screen: Screen, *, blind: bool) -> None:
    screen.locator("#tab-session").click()
    screen.fill("#session-name", "Incontro di prova")
    screen.fill("#session-day", DAY)
    screen.locator("#session-blind").set_checked(blind)
    screen.locator("#session-start").click()
    screen.locator("#session-next").click()


def take(show) -> None:
    keep(show(), "mappa")
    screen = show()
    pick_tie(screen, "C009")
    keep(screen, "rapporto")
    screen = show()
    begin(screen, blind=False)
    for answer in ("confirmed", "unsure", "confirmed", "denied"):
        screen.locator(f"#answer-{answer}").click()
        if answer != "denied":
            screen.locator("#session-next").click()
    keep(screen, "laboratorio")
    screen = show()
    begin(screen, blind=True)
    keep(screen, "cieco")
    screen = show()
    screen.locator("#show-compare").click()
    keep(screen, "confronto")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        lab = lk.open_lab(ROOT / "corpus" / "esempio", outputs=Path(folder) / "outputs")
        layers = lk.workshop.layers(lab)
        page = lk.workshop.page(lab, layers, lk.workshop.places(layers, seed=lab.seed), to=Path(folder) / "mappa.html")
        browser = playwright.chromium.launch(executable_path=program(*BROWSERS), args=FLAGS)

        def show() -> Screen:
            context = browser.new_context(offline=True, viewport={"width": 1400, "height": 900})
            context.add_init_script(SAME)
            return Screen(browser, page, context=context)

        take(show)
        browser.close()


if __name__ == "__main__":
    main()
