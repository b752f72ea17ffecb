"""Figures of culture: rates by year with intervals, and the words that changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from labkit.wording import spoken

if TYPE_CHECKING:
    from matplotlib.axes import Axes

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


def axes_by_year(rates: pd.DataFrame, *, language: str = "it"):
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
    for panel, (axis, words) in zip(panels.flat, AXES.items()):
        for pole, colour, marker, style in (("old", OLD, "^", "--"), ("new", NEW, "o", "-")):
            rows = rates[rates["name"] == f"{axis}:{pole}"].sort_values("year")
            _line(panel, rows, colour, marker, style, words[language][pole == "new"])
        panel.set_ylim(bottom=0)
        panel.legend(frameon=False, fontsize=9, loc="upper left", bbox_to_anchor=(0, 1.2), handlelength=2.4)
        panel.spines[["top", "right"]].set_visible(False)
        panel.tick_params(labelsize=9)
        if language == "it":
            panel.yaxis.set_major_formatter(lambda value, _: f"{value:g}".replace(".", ","))
    panels[0, 0].margins(x=0.06)
    for panel in panels[:, 0]:
        panel.set_ylabel(unit, fontsize=10)
    return figure


def _line(panel: Axes, rows: pd.DataFrame, colour: str, marker: str, style: str, label: str) -> None:
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
