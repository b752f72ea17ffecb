"""Figures of culture: rates by year with intervals, and the words that changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from labkit.culture.counts import whole_days
from labkit.errors import UsageError, did_you_mean
from labkit.wording import spoken

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from labkit.culture.counts import Counts

OLD, NEW, INK, GREY = "#BB5566", "#004488", "#222222", "#8A8F98"

AXES = {
    "rescue-autonomy": {
        "it": ("Soccorso e dipendenza", "Autonomia e responsabilità"),
        "en": ("Rescue and dependency", "Autonomy and responsibility"),
    },
    "emergency-prevention": {
        "it": ("Emergenze e casi singoli", "Contesto e prevenzione"),
        "en": ("Emergencies and single cases", "Context and prevention"),
    },
    "subordinate-alliance": {
        "it": ("Terzo settore in supplenza", "Alleanza e co-progettazione"),
        "en": ("A third sector that stands in", "Alliance and co-planning"),
    },
    "few-wider": {"it": ("Compito di pochi", "Una cerchia più ampia"), "en": ("A task of the few", "A wider circle")},
    "delegation-community": {"it": ("Delega", "Comunità che agisce"), "en": ("Delegation", "A community that acts")},
    "compartments-recomposition": {"it": ("Compartimenti", "Ricomposizione"), "en": ("Compartments", "Recomposition")},
}


def labels(codebook: dict, *, language: str = "it") -> dict[str, str]:
    """The words of a language for concepts and poles, to rename tables before they are drawn.

    Examples
    --------
    >>> from labkit import codebook
    >>> said = labels(codebook.load().culture)
    >>> said["casa-e-sfratti"], said["delegation-community:new"]
    ('Casa e sfratti', 'Comunità che agisce')
    """
    key = spoken({"it": "label", "en": "label_en"}, language)
    found = {entry["id"]: entry.get(key) or entry["label"] for entry in codebook.values()}
    poles = {
        f"{axis}:{pole}": spoken(words, language)[pole == "new"]
        for axis, words in AXES.items()
        for pole in ("old", "new")
    }
    return {**found, **poles}


def axes_by_year(rates: pd.DataFrame, *, language: str = "it") -> Figure:
    """Draw the two poles of each axis by year, with their intervals, one small panel an axis.

    Parameters
    ----------
    rates
        From :func:`labkit.culture.rates` with ``by="pole"``.

    Returns
    -------
    matplotlib.figure.Figure
    """
    import matplotlib.pyplot as plt

    figure, panels = plt.subplots(2, 3, figsize=(12, 7), sharex=True, layout="constrained")
    unit = spoken({"it": "per 1.000 parole", "en": "per 1,000 words"}, language)
    if "year" not in rates.columns or not rates["name"].isin([f"{axis}:old" for axis in AXES]).any():
        raise UsageError("axes_by_year: expected rates of the poles by year; make them with rates(..., by='pole')")
    for panel, (axis, words) in zip(panels.flat, AXES.items()):
        if not rates["name"].str.startswith(f"{axis}:").any():
            panel.remove()  # a lab whose codebook has no such axis
            continue
        for pole, colour, marker, style in (("old", OLD, "^", "--"), ("new", NEW, "o", "-")):
            rows = rates[rates["name"] == f"{axis}:{pole}"].sort_values("year")
            _line(panel, rows, colour, marker, style, words[language][pole == "new"])
        panel.set_ylim(bottom=0)
        panel.legend(frameon=False, fontsize=9, loc="upper left", bbox_to_anchor=(0, 1.2), handlelength=2.4)
        panel.spines[["top", "right"]].set_visible(False)
        panel.tick_params(labelsize=9)
        if language == "it":
            panel.yaxis.set_major_formatter(lambda value, _: f"{value:g}".replace(".", ","))
    figure.axes[0].margins(x=0.06)
    for panel in figure.axes[::3]:
        panel.set_ylabel(unit, fontsize=10)
    return figure


def _line(panel: Axes, rows: pd.DataFrame, colour: str, marker: str, style: str, label: str) -> None:
    if rows.empty:
        return
    rows = rows.assign(year=rows["year"].astype(int)).set_index("year")[["rate", "low", "high"]].astype(float)
    written = list(rows.index)
    # A year without documents is a gap in the line, and so is one with too few to know how sure its rate is.
    rows = rows.reindex(range(min(written), max(written) + 1))
    look = {"color": colour, "marker": marker, "markersize": 5}
    panel.plot(rows.index, rows["rate"].where(rows["low"].notna()), linestyle=style, linewidth=1.8, label=label, **look)
    panel.plot(rows.index, rows["rate"], linestyle="none", **look)
    panel.fill_between(rows.index, rows["low"], rows["high"], color=colour, alpha=0.15, linewidth=0)
    for year in written:
        panel.plot([year, year], rows.loc[year, ["low", "high"]], color=colour, alpha=0.35, linewidth=1)
    panel.set_xticks(written)


def words_that_changed(
    words: pd.DataFrame, *, periods: tuple[str, str], each: int = 12, ax: Axes | None = None, language: str = "it"
) -> Axes:
    """Draw the words that changed most surely, as points with intervals; those that could be chance stay grey.

    Parameters
    ----------
    words
        From :func:`labkit.culture.compare`.
    periods
        Names of the two periods.
    each
        How many words on each side.
    """
    import matplotlib.pyplot as plt

    up = words[words["log_ratio"] > 0].head(each)
    down = words[words["log_ratio"] < 0].head(each)
    rows = pd.concat([down, up]).drop_duplicates("lemma").sort_values(["log_ratio", "lemma"], ignore_index=True)
    if ax is None:
        _, ax = plt.subplots(figsize=(9, max(3.0, 0.32 * len(rows) + 1.4)), layout="constrained")
    for place, row in rows.iterrows():
        sure = row["p_family"] < 0.05
        colour = (NEW if row["log_ratio"] > 0 else OLD) if sure else GREY
        low = -9.0 if pd.isna(row["low"]) else row["low"]  # an open side runs out of the picture
        high = 9.0 if pd.isna(row["high"]) else row["high"]
        ax.plot([low, high], [place, place], color=colour, linewidth=1.6, alpha=0.7)
        ax.plot(
            row["log_ratio"],
            place,
            marker="o" if row["log_ratio"] > 0 else "^",
            color=colour if sure else "white",
            markeredgecolor=colour,
            markersize=7,
        )
    ax.axvline(0, color=INK, linewidth=0.8)
    ax.set_yticks(range(len(rows)), rows["lemma"], fontsize=10.5)
    limit = max(1.0, float(np.nanmax(rows[["low", "high", "log_ratio"]].abs().to_numpy()))) if len(rows) else 1.0
    ticks = [t for t in range(-8, 9) if abs(t) <= limit + 0.3]
    ax.set_xticks(ticks, [_times(t) for t in ticks], fontsize=9.5)
    ax.set_xlim(-limit * 1.06, limit * 1.06)
    lines = {
        "it": ("meno usate", "più usate", "pieno: difficile che sia il caso; vuoto: non si può dire"),
        "en": ("used less", "used more", "filled: hardly chance; open: cannot be told"),
    }
    said = spoken(lines, language)
    ax.set_xlabel(f"← {said[0]}      {periods[1]} / {periods[0]}      {said[1]} →\n{said[2]}", fontsize=10)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="x", color="#E3E5E8", linewidth=0.7)
    ax.set_axisbelow(True)
    return ax


def _times(power: int) -> str:
    return "=" if power == 0 else f"{2 ** abs(power)}×"


def words_that_carry(found: pd.DataFrame, *, periods: tuple[str, str], each: int = 14, language: str = "it") -> Figure:
    """Draw the words that carry the difference between two periods in two panels: those used less, and those used more.

    Parameters
    ----------
    found
        From :func:`labkit.culture.shift`.
    periods
        Names of the two periods.
    each
        How many words in each panel.

    Returns
    -------
    matplotlib.figure.Figure
        Bars are shares of the whole difference; a filled bar is a word whose interval leaves out zero.
    """
    import matplotlib.pyplot as plt

    said = spoken(
        {
            "it": (
                "più usate nel",
                "quanta parte della differenza (%)",
                "pieno: difficile che sia il caso; vuoto: non si può dire",
            ),
            "en": ("used more in", "share of the difference (%)", "filled: hardly chance; open: cannot be told"),
        },
        language,
    )
    sides = (found[found["contribution"] < 0].head(each), found[found["contribution"] > 0].head(each))
    longest = max(1, *(len(side) for side in sides))
    figure, panels = plt.subplots(1, 2, figsize=(11, 1.6 + 0.3 * longest), layout="constrained", sharex=True)
    for panel, side, period, colour in zip(panels, sides, periods, (OLD, NEW)):
        whole = float(found["contribution"].abs().sum()) or 1.0
        for place, row in enumerate(side.itertuples()):
            sure = row.low * row.high > 0
            panel.barh(
                place,
                100 * row.share,
                color=colour if sure else "white",
                edgecolor=colour,
                height=0.62,
                linewidth=1.1,
            )
            if not (pd.isna(row.low) or pd.isna(row.high)):
                ends = sorted(
                    100 * abs(end) / whole if end * row.contribution > 0 else 0 for end in (row.low, row.high)
                )
                panel.plot(ends, [place, place], color=INK, linewidth=1.1)
        panel.set_yticks(range(len(side)), side["lemma"], fontsize=10)
        panel.set_ylim(longest - 0.4, -0.6)
        panel.set_title(f"{said[0]} {period}", loc="left", fontsize=12, color=INK)
        panel.spines[["top", "right"]].set_visible(False)
        panel.tick_params(axis="y", length=0)
        if language == "it":
            panel.xaxis.set_major_formatter(lambda value, _: f"{value:g}".replace(".", ","))
    figure.supxlabel(f"{said[1]}\n{said[2]}", fontsize=10)
    return figure


def uses_in_time(counts: Counts, names: list[str], *, ax: Axes | None = None) -> Axes:
    """Draw where names stand: a row each, a mark for each document that holds it at its day, larger where it stands more often.

    A word that one document or one month carries shows as such (a dispersion plot). Documents without a whole date are left out.

    Parameters
    ----------
    counts
        From :func:`labkit.culture.of_concepts` or :func:`labkit.culture.of_terms`.
    names
        Which of its names, from above.

    Raises
    ------
    UsageError
        For an unknown name.
    """
    import matplotlib.pyplot as plt

    for name in names:
        if name not in counts.names:
            raise UsageError(f"uses_in_time: no name '{name}' ({did_you_mean(name, counts.names)})")
    if ax is None:
        _, ax = plt.subplots(figsize=(10, 0.9 + 0.42 * len(names)), layout="constrained")
    days = whole_days(counts.documents["published"])
    for place, name in enumerate(names):
        times = counts.x[:, [counts.names.index(name)]].toarray()[:, 0]
        ax.scatter(days, np.full(len(days), place), marker="|", s=60, color="#D5D8DC", linewidths=0.8, zorder=1)
        here = times > 0
        ax.scatter(
            days[here], np.full(here.sum(), place), s=16 * times[here], color=NEW, alpha=0.55, zorder=2, linewidths=0
        )
    ax.set_yticks(range(len(names)), names, fontsize=10)
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
    return ax


def frames_map(
    rows: pd.DataFrame, columns: pd.DataFrame, inertia: np.ndarray, *, ax: Axes | None = None, language: str = "it"
) -> Axes:
    """Draw the map of a correspondence analysis: phenomena as squares, frames as circles, names that do not overlap.

    Parameters
    ----------
    rows, columns, inertia
        From :func:`labkit.culture.correspondence`.
    """
    import matplotlib.pyplot as plt

    from labkit.network.layout import label_places

    said = spoken({"it": "asse", "en": "axis"}, language)
    if ax is None:
        _, ax = plt.subplots(figsize=(10, 7.5), layout="constrained")
    ax.axhline(0, color="#C9CDD3", linewidth=0.8, zorder=0)
    ax.axvline(0, color="#C9CDD3", linewidth=0.8, zorder=0)
    for table, marker, colour in ((rows, "s", OLD), (columns, "o", NEW)):
        ax.scatter(
            table["x"],
            table["y"],
            s=40 + 500 * table["mass"],
            marker=marker,
            color=colour,
            edgecolors=INK,
            linewidths=0.7,
            alpha=0.85,
            zorder=2,
        )
    ax.margins(0.18)
    for number, direction in enumerate(("x", "y")):
        share = f"{100 * inertia[number]:.0f}"
        getattr(ax, f"set_{direction}label")(f"{said} {number + 1} ({share} %)", fontsize=10)
    if language == "it":
        for direction in (ax.xaxis, ax.yaxis):
            direction.set_major_formatter(lambda value, _: f"{value:g}".replace(".", ","))
    ax.spines[["top", "right"]].set_visible(False)
    ax.figure.canvas.draw()
    renderer, scale = ax.figure.canvas.get_renderer(), ax.figure.dpi / 72
    points, texts, sizes, radii = {}, {}, {}, {}
    for kind, table, colour in (("row", rows, OLD), ("column", columns, NEW)):
        for name, at in table.iterrows():
            key = f"{kind} {name}"
            points[key] = tuple(ax.transData.transform((at["x"], at["y"])))
            texts[key] = ax.text(0, 0, str(name), fontsize=9, color=colour, ha="center", va="center", zorder=3)
            box = texts[key].get_window_extent(renderer)
            sizes[key], radii[key] = (box.width + 4, box.height + 2), np.sqrt(40 + 500 * at["mass"]) / 2 * scale
    window = ax.get_window_extent(renderer)
    places = label_places(
        sorted(points), points, radii, sizes, (window.x0, window.y0, window.x1, window.y1), step=5 * scale
    )
    for key, text in texts.items():
        if key in places:
            text.set_position(ax.transData.inverted().transform(places[key][:2]))
        else:
            text.remove()
    return ax
