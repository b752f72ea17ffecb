"""Sheets of paper: pages in millimetres, plain text that fits, several pages in one PDF."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx

from labkit.archive import write_whole
from labkit.network.drawing import INK, SECTORS
from labkit.network.letters import UNKNOWN, font_of, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MM = 72 / 25.4
PAGES = {"A1": (841, 594), "A3": (420, 297), "A4": (210, 297), "A5": (210, 148)}
QUIET, RULE = "#5F6670", "#C9CDD2"
# Shapes of one side look equally large; a diamond stands on its corner and reaches further than its side.
SIDE = {"^": 1.3, "D": 0.86, "s": 0.92, "o": 1.0}
REACH = {**SIDE, "D": 0.86 * 2**0.5}


def style() -> Any:
    """Return the settings under which sheets are drawn and saved, whatever the reader's own are."""
    from matplotlib import style as styles

    return styles.context(["default", {"text.usetex": False, "pdf.fonttype": 42}])


@dataclass(frozen=True)
class Sheet:
    """A page on which everything stands at so many points from its left and upper edge.

    Attributes
    ----------
    scale
        Points of paper in a point of the sheet: one drawing serves A1 and, at a half, A3.
    """

    figure: Figure
    axes: Axes
    width: float
    height: float
    scale: float

    def write(self, x: float, y: float, text: str, size: float, *, bold: bool = False, **how) -> None:
        """Write a line, or lines about a middle, as they stand: no sign has a meaning of its own."""
        how = {"color": INK, "ha": "left", "va": "baseline", "zorder": 5} | how
        weight = "bold" if bold else "normal"
        self.axes.text(x, y, text, fontsize=size * self.scale, weight=weight, parse_math=False, **how)

    def lines(self, x: float, y: float, lines: Iterable[str], size: float, *, pitch: float = 1.3, **how) -> float:
        """Write lines below each other, the first on the baseline y; return the baseline that follows."""
        for line in lines:
            self.write(x, y, line, size, **how)
            y += pitch * size
        return y

    def rule(self, x0: float, y0: float, x1: float, y1: float, *, colour: str = RULE, width: float = 0.8) -> None:
        """Draw a straight line."""
        self.axes.plot([x0, x1], [y0, y1], color=colour, linewidth=width * self.scale, solid_capstyle="butt", zorder=1)

    def box(self, x: float, y: float, width: float, height: float, *, line: float = 1.2, **how) -> None:
        """Draw an empty box whose upper left corner is given."""
        from matplotlib.patches import Rectangle

        how = {"facecolor": "white", "edgecolor": INK, "zorder": 2} | how
        self.axes.add_patch(Rectangle((x, y), width, height, linewidth=line * self.scale, **how))

    def shape(self, sector: str, x: float, y: float, side: float) -> None:
        """Draw the shape of a sector about a middle."""
        look = SECTORS.get(sector, SECTORS["other"])
        size = side * SIDE[look["marker"]] * self.scale
        self.axes.plot(
            [x],
            [y],
            marker=look["marker"],
            markersize=size,
            markerfacecolor=look["colour"],
            markeredgecolor=INK,
            markeredgewidth=min(1.6, 0.04 * side) * self.scale,
            linestyle="none",
            zorder=3,
        )


def reach(sector: str, side: float) -> float:
    """Return how wide and high the shape of a sector is drawn, for shapes that look equally large.

    >>> reach("third_sector", 10), reach("profit", 10)
    (10.0, 13.0)
    """
    return side * REACH[SECTORS.get(sector, SECTORS["other"])["marker"]]


def sheet(page: str, *, scale: float = 1.0) -> Sheet:
    """Return an empty page.

    >>> blank = sheet("A5")
    >>> round(blank.width), round(blank.height)
    (595, 420)
    """
    from matplotlib.figure import Figure

    width, height = (side * MM for side in PAGES[page])
    figure = Figure(figsize=(width / 72, height / 72))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width / scale), ylim=(height / scale, 0))
    axes.set_axis_off()
    return Sheet(figure, axes, width / scale, height / scale, scale)


def save_pages(sheets: Iterable[Sheet], to: Path) -> Path:
    """Write sheets as the pages of one PDF, fonts embedded, the same bytes each time."""
    from matplotlib.backends.backend_pdf import PdfPages

    buffer = io.BytesIO()
    with PdfPages(buffer, metadata={"CreationDate": None, "Creator": None, "Producer": None}) as pages:
        for one in sheets:
            pages.savefig(one.figure, facecolor="white")
    return write_whole(to, buffer.getvalue())


@cache
def _advance(letter: str, bold: bool) -> float:
    """Width of a letter at one point, the same at every resolution."""
    from matplotlib.ft2font import LoadFlags

    font = font_of(bold)
    font.set_size(100, 72)
    return font.load_char(ord(letter), flags=LoadFlags.NO_HINTING).linearHoriAdvance / 65536 / 100


def name_of(graph: nx.Graph, node: str) -> str:
    """Return the name of an actor as it is written; where nothing of it can be, the sign for that."""
    return plain(graph.nodes[node].get("name", node)) or UNKNOWN


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of a line in points.

    >>> width_of("mm", 10) == 2 * width_of("m", 10) == width_of("m", 20)
    True
    """
    return size * sum(_advance(letter, bold) for letter in text)


def wrapped(text: str, width: float, size: float, *, bold: bool = False, most: int = 99) -> list[str]:
    """Return a text in lines of at most a width, words kept whole where they fit; what is beyond the most is cut.

    >>> wrapped("Associazione Genitori in Cerchio", 118, 10)
    ['Associazione Genitori', 'in Cerchio']
    >>> wrapped("Associazione Genitori in Cerchio", 118, 10, most=1)
    ['Associazione Genitori…']
    """
    lines, line = [], ""
    for word in text.split():
        if width_of(f"{line} {word}".strip(), size, bold=bold) <= width:
            line = f"{line} {word}".strip()
            continue
        lines += [line] if line else []
        line = ""
        for letter in word:
            if line and width_of(line + letter, size, bold=bold) > width:
                lines, line = [*lines, line], ""
            line += letter
    lines += [line] if line else []
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and width_of(f"{last}…", size, bold=bold) > width:
        last = last[:-1].rstrip()
    return [*lines[: most - 1], f"{last}…"]


def block(text: str, width: float, size: float) -> list[str]:
    """Return a text in as few lines as a width allows, each about as long as the others.

    >>> block("Fondazione Ardesi Solmi onlus", 150, 10)
    ['Fondazione Ardesi', 'Solmi onlus']
    """
    lines = wrapped(text, width, size)
    for share in (0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5):
        closer = wrapped(text, width * share, size)
        if len(closer) > len(lines) or any(word not in " ".join(closer).split() for word in text.split()):
            break
        lines = closer
    return lines
