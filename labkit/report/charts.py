"""Charts: the share of answers that confirm the map, by kind of tie and by sector of who answers."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from labkit.network.drawing import INK, SECTORS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LIGHT, QUIET = "#D5D8DC", "#5F6670"


def answers_picture(by_kind: list[dict[str, Any]], by_sector: list[dict[str, Any]]) -> bytes:
    """Return the chart as PNG, the same bytes each time."""
    import matplotlib as mpl
    import matplotlib.pyplot as plt
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    with mpl.rc_context():
        figure = answers_chart(by_kind, by_sector)
        FigureCanvasAgg(figure)
        out = io.BytesIO()
        figure.savefig(out, format="png", dpi=150, metadata={"Software": None}, facecolor="white")
        plt.close(figure)
    return out.getvalue()


def answers_chart(by_kind: list[dict[str, Any]], by_sector: list[dict[str, Any]]) -> Figure:
    """Draw shares as points on a scale from 0 to 100 %, with a line for the interval where there is one.

    Told apart by place and by shape, so that it can be read in grey. A hollow point has no interval.

    Parameters
    ----------
    by_kind, by_sector
        Rows of :func:`labkit.workshop.tallies.confirmed` with ``what``, the words of their group.

    Examples
    --------
    >>> row = {"what": "Compresenza", "n": 8, "estimate": 0.75, "low": 0.5, "high": 0.9}
    >>> figure = answers_chart([row], [{**row, "what": "Pubblico", "sector": "public", "low": None, "high": None}])
    >>> [text.get_text() for text in figure.axes[0].get_yticklabels()]
    ['Compresenza']
    """
    import matplotlib.pyplot as plt

    sizes = [len(by_kind), len(by_sector)]
    figure, panels = plt.subplots(
        2,
        1,
        figsize=(9, 1.7 + 0.46 * sum(sizes)),
        sharex=True,
        layout="constrained",
        gridspec_kw={"height_ratios": [size + 0.6 for size in sizes]},
    )
    titles = ("Per tipo di rapporto", "Per settore di chi risponde")
    for panel, title, rows in zip(panels, titles, (by_kind, by_sector)):
        _panel(panel, rows)
        panel.set_title(title, loc="left", fontsize=12, color=INK)
    panels[1].set_xlabel(
        "quota di conferme; a destra il numero di risposte; punto vuoto: l'intervallo non si può dire", fontsize=10
    )
    return figure


def _panel(panel: Axes, rows: list[dict[str, Any]]) -> None:
    for place, row in enumerate(rows):
        panel.axhline(place, color=LIGHT, linewidth=0.7, zorder=0)
        style = SECTORS.get(row.get("sector") or "", {"colour": QUIET, "marker": "o"})
        if row["low"] is not None:
            ends = [100 * row["low"], 100 * row["high"]]
            panel.plot(ends, [place, place], color=INK, linewidth=2.2, solid_capstyle="butt", zorder=1)
        if row["n"]:
            # White is the colour of one sector: whether a point is hollow is said by its edge too.
            sure = row["low"] is not None
            fill = style["colour"] if sure else "white"
            panel.plot(
                100 * row["estimate"],
                place,
                marker=style["marker"],
                color=fill,
                markeredgecolor=INK if sure else QUIET,
                markeredgewidth=1.2 if sure else 2,
                markersize=10,
                clip_on=False,
                zorder=2,
            )
        said = f"{100 * row['estimate']:.0f}% di {row['n']}" if row["n"] else "non si può dire"
        panel.text(104, place, said, va="center", fontsize=10.5, color=INK)
    panel.set_yticks(range(len(rows)), [_broken(row["what"]) for row in rows], fontsize=10.5)
    panel.set_ylim(len(rows) - 0.4, -0.6)
    panel.set_xlim(0, 100)
    panel.set_xticks(range(0, 101, 25), [f"{n}%" for n in range(0, 101, 25)], fontsize=10)
    panel.spines[["top", "right", "left"]].set_visible(False)
    panel.tick_params(axis="y", length=0)


def _broken(text: str) -> str:
    return text.replace(" ", "\n", 1) if len(text) > 22 else text
