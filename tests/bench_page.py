"""How large and how quick the map page is in a real browser: file, first map, frames while panning and dragging an actor."""

from __future__ import annotations

import json
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

import labkit as lk
from labkit.lab import Lab
from labkit.tables import frame

RUNS = 5
SIZES = ((300, 1500), (1000, 6000))


def territory(folder: Path, actors: int, ties: int) -> Lab:
    """A lab of tables with so many organisations and, nearly, so many pairs that met."""
    chance = np.random.default_rng(1)
    eager = chance.pareto(2.5, actors) + 0.4
    eager /= eager.sum()
    met: set[tuple[int, int]] = set()
    attendance, meetings, documents = [], [], []
    while len(met) < ties:
        n = len(meetings)
        chosen = chance.choice(actors, int(chance.integers(3, 7)), replace=False, p=eager)
        present = sorted(chosen if 3 * n >= actors else range(3 * n, min(3 * n + 3, actors)))  # nobody never comes
        met |= {(a, b) for i, a in enumerate(present) for b in present[i + 1 :]}
        day = str(np.datetime64("2012-01-01") + 37 * n % 2500)  # no body meets twice on one day
        documents.append(
            {
                "doc_id": f"d{n:05d}",
                "title": f"Verbale {n}",
                "published": day,
                "kind": "minutes",
                "source": "x",
                "n_words": 100,
            }
        )
        meetings.append(
            {
                "meeting_id": f"d{n:05d}.m1",
                "doc_id": f"d{n:05d}",
                "relation": "minutes",
                "body_id": f"tavolo-{n % 6 + n // 2500}",
                "date": day,
            }
        )
        attendance += [
            {
                "meeting_id": f"d{n:05d}.m1",
                "person_id": f"p{a:04d}",
                "doc_id": f"d{n:05d}",
                "actor_id": f"ente-{a:04d}",
                "status": "present",
            }
            for a in present
        ]
    kinds = ("Comune di", "Cooperativa sociale", "Associazione", "Fondazione", "Officine")
    people = [{"actor_id": f"p{a:04d}", "name": f"p{a:04d}", "type": "person"} for a in range(actors)]
    orgs = [
        {"actor_id": f"ente-{a:04d}", "name": f"{kinds[a % 5]} Lungavalle {a}", "type": "organisation"}
        for a in range(actors)
    ]
    sectors = [
        {"actor_id": f"ente-{a:04d}", "sector": ("public", "third_sector", "profit", "other")[a % 4]}
        for a in range(actors)
    ]
    tables = {
        "documents": documents,
        "meetings": meetings,
        "attendance": attendance,
        "actors": people + orgs,
        "actor_sectors": sectors,
    }
    for name, rows in tables.items():
        path = folder / "prova" / "tables" / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        frame(name, rows).to_csv(path, index=False)
    return lk.open_lab(folder / "prova", outputs=folder / "outputs")


MOVES = """([x, y, dx]) => new Promise((done) => {
  let n = 0;
  const each = () => {
    dispatchEvent(new PointerEvent('pointermove', {pointerId: 1, clientX: x + dx * n, clientY: y + dx * n * 0.3}));
    if (++n < 120) requestAnimationFrame(each); else done();
  };
  each();
})"""
FRAMES = ["disabled-by-default-devtools.timeline.frame", "devtools.timeline.frame"]


def frames(browser, page, x: float, y: float, dx: float) -> float:
    """The median time between two frames that the browser has drawn, in milliseconds, while the mouse moves at every one."""
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 9, y)
    browser.start_tracing(page=page, categories=FRAMES)
    page.evaluate(MOVES, [x + 9, y, dx])
    traced = json.loads(browser.stop_tracing())["traceEvents"]
    page.mouse.up()
    page.wait_for_timeout(300)
    drawn = sorted(event["ts"] / 1000 for event in traced if event["name"] == "DrawFrame")
    return float(np.median(np.diff(drawn)))


def once(browser, path: Path) -> dict[str, float]:
    context = browser.new_context(offline=True, viewport={"width": 1920, "height": 1080})
    page = context.new_page()
    page.goto(path.as_uri())
    page.wait_for_timeout(600)
    first = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    ready = page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
    stage = page.locator("#stage").bounding_box()
    empty = (stage["x"] + 12, stage["y"] + stage["height"] - 12)
    panning = frames(browser, page, *empty, 2)
    page.locator("#whole").click()
    page.locator("#closer").click()
    page.locator("#closer").click()
    page.wait_for_timeout(500)
    closer = frames(browser, page, *empty, 2)
    page.locator("#whole").click()
    page.wait_for_timeout(500)
    # The best connected actor has the most lines to take along.
    hub = page.locator("#list-actors li .link").first.inner_text()
    box = page.locator(f'.actor[aria-label^="{hub},"]').bounding_box()
    dragging = frames(browser, page, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, 1.5)
    context.close()
    return {"first": max(first, ready), "panning": panning, "closer": closer, "dragging": dragging}


def main() -> None:
    from playwright.sync_api import sync_playwright

    found = next((p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None)
    if not found:
        print("the map page: no Chromium found; not measured")
        return
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        for actors, ties in SIZES[: int(sys.argv[1]) if sys.argv[1:] else None]:
            lab = territory(Path(place) / str(actors), actors, ties)
            nets = lk.workshop.layers(lab)
            path = lk.workshop.page(lab, nets, lk.workshop.places(nets, seed=1), to=Path(place) / f"{actors}.html")
            runs = pd.DataFrame([once(browser, path) for _ in range(RUNS)])
            aims = {"first": 1000, "panning": 33, "closer": 33, "dragging": 60} if actors == 300 else {}
            print(
                f"map page, {len(nets[0])} actors, {nets[0].number_of_edges()} ties: {path.stat().st_size / 1e6:.2f} MB"
                + (" (aim: 1.5)" if aims else "")
            )
            said = {
                "first": "first map",
                "panning": "a frame while panning",
                "closer": "a frame while panning, twice as near",
                "dragging": "a frame while dragging an actor",
            }
            for name, words in said.items():
                values = runs[name]
                aim = f" (aim: {aims[name]})" if aims else ""
                print(
                    f"  {words:38} {statistics.median(values):7.0f} ms{aim}   ({values.min():.0f} to {values.max():.0f}, {RUNS} runs)"
                )
        browser.close()


if __name__ == "__main__":
    main()
