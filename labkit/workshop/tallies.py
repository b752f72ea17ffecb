"""Tallies: what workshops said taken together – the share confirmed, what is disputed, what is missing, how far seats agree."""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.errors import UsageError, did_you_mean
from labkit.network.voices import agreed, tallied
from labkit.pvalues import enough

TIE = ["kind", "source", "target"]
UNSAID = "settore non detto, o di un posto solo"
FEWEST = 4  # seats, below which no interval is given
LEAST_SHARE = 0.2  # of either answer, below which intervals of alpha held too seldom in simulations


def confirmed(judgements: pd.DataFrame, by: str | tuple[str, ...] = "kind") -> pd.DataFrame:
    """Return the share of judgements that confirm a tie, of those that confirm or deny one.

    For the people in the room: of what the map shows, how much do those whom it shows say is so? Judgements that are unsure
    are counted beside it, ties that were added are not: nobody was asked about them.

    Formula: sum of confirmed over seats / sum of confirmed and denied over seats. The interval comes from leaving out one seat at
    a time: the share and Student's t (seats - 1) times the spread, cut at 0 and 1.

    Parameters
    ----------
    judgements
        ``lab.judgements``, whole or in part.
    by
        ``kind`` (of tie), ``sector`` (that the seat said it is of; missing where it did not say) or both.

    Returns
    -------
    pandas.DataFrame
        One row a group: what it is, ``n`` (judgements that confirm or deny), ``seats`` and ``ties`` behind these, ``estimate``,
        ``low`` and ``high`` (95 %, missing below four seats and where all seats say the same share: then it cannot be told),
        ``unsure`` (a number). Without such judgements the estimate is missing.

    Raises
    ------
    UsageError
        For another way of grouping.

    Notes
    -----
    Of nominal 95 % intervals in invented rooms whose seats differ in severity (tests/feedback_simulations.py, twenty ties, 4 to 20
    seats, 4,000 rooms each), .93 to .95 held what such seats would say of the same ties where 65 or 86 % are confirmed; where
    95 % are, .91 to .94 from six seats on (with four .99, and none was given in 13 % of rooms). They are of *these* ties: what
    such seats would say of other ties like them was held by .90 to .64, the less often the more seats there are.

    References
    ----------
    Efron and Stein 1981, The jackknife estimate of variance, doi:10.1214/aos/1176345462

    Examples
    --------
    >>> said = pd.DataFrame({"session_id": "m", "seat": ["s1", "s1", "s2"], "kind": "funding", "source": "a",
    ...                      "target": ["b", "c", "b"], "answer": ["confirmed", "denied", "unsure"]})
    >>> confirmed(said)[["kind", "n", "seats", "ties", "estimate", "unsure"]].values.tolist()
    [['funding', 2, 1, 2, 0.5, 1]]
    """
    groups = [by] if isinstance(by, str) else list(by)
    for name in groups:
        if name not in ("kind", "sector"):
            raise UsageError(f"confirmed: no group '{name}' ({did_you_mean(str(name), ('kind', 'sector'))})")
    asked = judgements[judgements["answer"] != "added"]
    rows = [dict(zip(groups, name)) | _share(group) for name, group in asked.groupby(groups, dropna=False, sort=True)]
    types = {"n": "int", "seats": "int", "ties": "int", "unsure": "int"}
    columns = [*groups, "n", "seats", "ties", "estimate", "low", "high", "unsure"]
    found = pd.DataFrame(rows, columns=columns).astype(
        {**types, **dict.fromkeys(("estimate", "low", "high"), "Float64")}
    )
    return found.astype(dict.fromkeys(groups, "str"))


def unsingled(judgements: pd.DataFrame) -> pd.DataFrame:
    """Return the judgements without the sectors that one seat alone spoke for: the only company of a room is that company.

    Examples
    --------
    >>> said = pd.DataFrame({"session_id": "m", "seat": ["s1", "s2", "s3"], "sector": ["public", "public", "profit"]})
    >>> unsingled(said)["sector"].fillna("").tolist()
    ['public', 'public', '']
    """
    seats = judgements["session_id"] + "." + judgements["seat"]
    alone = seats.groupby(judgements["sector"]).transform("nunique") < 2
    return judgements.assign(sector=judgements["sector"].mask(alone))


def _share(group: pd.DataFrame) -> dict[str, object]:
    told = group[group["answer"].isin(("confirmed", "denied"))]
    yes = (told["answer"] == "confirmed").groupby([told["session_id"], told["seat"]]).agg(["sum", "size"])
    estimate, low, high = interval(yes["sum"].to_numpy(float), yes["size"].to_numpy(float))
    return {
        "n": len(told),
        "seats": len(yes),
        "ties": len(told[TIE].drop_duplicates()),
        "estimate": estimate,
        "low": low,
        "high": high,
        "unsure": int((group["answer"] == "unsure").sum()),
    }


def interval(yes: np.ndarray, of: np.ndarray) -> tuple[float | None, float | None, float | None]:
    """Return a share of sums over seats and its 95 % interval from leaving out one seat at a time; None where it cannot be told.

    >>> [round(x, 3) for x in interval(np.array([8, 9, 6, 10]), np.array([10, 10, 10, 10]))]
    [0.825, 0.553, 1.0]
    >>> interval(np.array([1, 2]), np.array([2, 2]))
    (0.75, None, None)
    """
    seats = len(of)
    if not seats:
        return None, None, None
    share = float(yes.sum() / of.sum())
    if seats < FEWEST:
        return share, None, None
    from scipy import stats

    without = (yes.sum() - yes) / (of.sum() - of)
    spread = float(np.sqrt((seats - 1) / seats * ((without - without.mean()) ** 2).sum()))
    if spread < 1e-12:
        return share, None, None
    reach = float(stats.t.ppf(0.975, seats - 1)) * spread
    return share, max(0.0, share - reach), min(1.0, share + reach)


def disputed(judgements: pd.DataFrame) -> pd.DataFrame:
    """Return the ties that at least one seat denied, the most disputed first.

    Returns
    -------
    pandas.DataFrame
        One row a tie: ``kind``, ``source``, ``target``, the seats that ``confirmed``, ``denied``, ``unsure``, ``added``, and ``share``: those who
        deny it, of all who confirm, add or deny. Those that most seats deny come first, then by share.

    Examples
    --------
    >>> said = pd.DataFrame({"kind": "funding", "source": "a", "target": ["b", "b", "c"], "answer": ["confirmed", "denied", "added"]})
    >>> disputed(said)[["target", "denied", "share"]].values.tolist()
    [['b', 1, 0.5]]
    """
    found = tallied(judgements)
    found = found[found["denied"] > 0]
    found = found.assign(share=found["denied"] / found[["confirmed", "denied", "added"]].sum(axis=1))
    order = ["denied", "share", *TIE]
    return found.sort_values(order, ascending=[False, False, True, True, True], ignore_index=True)


def missing(judgements: pd.DataFrame) -> pd.DataFrame:
    """Return the ties that participants added to a map which lacked them, those that most seats added first.

    Returns
    -------
    pandas.DataFrame
        One row a tie: ``kind``, ``source``, ``target``, the seats that ``added``, ``confirmed`` and ``denied`` it (in a later session, say), and
        whether it is ``agreed``: more for it than against.

    Examples
    --------
    >>> said = pd.DataFrame({"kind": "funding", "source": "a", "target": ["b", "c"], "answer": ["confirmed", "added"]})
    >>> missing(said)[["target", "added", "agreed"]].values.tolist()
    [['c', 1, True]]
    """
    found = tallied(judgements)
    found = found[found["added"] > 0]
    found = found.assign(agreed=agreed(found))[[*TIE, "added", "confirmed", "denied", "agreed"]]
    return found.sort_values(["added", *TIE], ascending=[False, True, True, True], ignore_index=True)


def agreement(judgements: pd.DataFrame, *, draws: int = 1000, seed: int) -> pd.DataFrame:
    """Tell how far seats agree on the ties that two or more of them judged: Krippendorff's alpha.

    1 if all who judged a tie say the same, 0 if they agree as often as chance would have it. Confirmed and denied are the two values;
    who is unsure, and ties that were added, count as not judged.

    Formula: 1 - observed disagreement / expected disagreement, nominal. The interval: ties are drawn anew with replacement and also
    left out one at a time; alpha and Student's t (ties - 1) times the larger of the two spreads. Other ties, the same seats.

    Parameters
    ----------
    draws
        How often the ties are drawn.
    seed
        Start of chance.

    Returns
    -------
    pandas.DataFrame
        One row: ``alpha``, ``low``, ``high``, ``ties`` (judged by two seats at least), ``seats`` and ``n`` judgements of these, ``draws``. Missing
        with fewer than two such ties or where all say one and the same: then it cannot be told. The interval is missing where
        it cannot be trusted: with less than a fifth of either answer, or where no draw changes alpha.

    Notes
    -----
    Where nearly all ties are confirmed, alpha is low although most seats say the same: it asks whether they agree on *which*
    ties are not so. Read it beside the share confirmed.
    In invented rooms (tests/feedback_simulations.py, 3 to 20 seats, 10 to 60 ties) .90 of the intervals held the alpha of very many
    ties judged by the same seats where 20 to 25 % of the answers are the rarer one, .93 to .96 where more are. With fewer they held
    in .41 to .88: those are left out.

    References
    ----------
    Hayes and Krippendorff 2007, Answering the call for a standard reliability measure for coding data,
    doi:10.1080/19312450709336664; Krippendorff 2011, Computing Krippendorff's Alpha-Reliability,
    https://repository.upenn.edu/handle/20.500.14332/2089

    Examples
    --------
    >>> said = pd.DataFrame({"session_id": "m", "seat": ["s1", "s2"] * 3, "kind": "funding", "source": "a",
    ...                      "target": ["b", "b", "c", "c", "d", "d"], "answer": ["confirmed"] * 3 + ["denied"] * 3})
    >>> agreement(said, draws=100, seed=1)[["ties", "seats", "alpha"]].round(3).values.tolist()
    [[3, 2, 0.444]]
    """
    enough(draws, "agreement")
    told = judgements[judgements["answer"].isin(("confirmed", "denied"))]
    counts = tallied(told)
    counts = counts[counts["confirmed"] + counts["denied"] > 1]
    values = counts[["confirmed", "denied"]].to_numpy()
    told = told.merge(counts[TIE], on=TIE)
    alpha, low, high = alpha_interval(values, draws=draws, random=np.random.default_rng(seed))
    row = {
        "alpha": alpha,
        "low": low,
        "high": high,
        "ties": len(counts),
        "seats": len(told[["session_id", "seat"]].drop_duplicates()),
        "n": len(told),
        "draws": draws,
    }
    return pd.DataFrame([row]).astype(dict.fromkeys(("alpha", "low", "high"), "Float64"))


def alpha_interval(
    values: np.ndarray, *, draws: int, random: np.random.Generator, least_share: float = LEAST_SHARE
) -> tuple[float | None, float | None, float | None]:
    """Return alpha of seats by tie and answer, and its 95 % interval; None where it cannot be told."""
    alpha, ties = nominal_alpha(values), len(values)
    if alpha is None or values.sum(axis=0).min() < least_share * values.sum():
        return alpha, None, None
    drawn = [nominal_alpha(values[random.integers(ties, size=ties)]) for _ in range(draws)]
    without = [nominal_alpha(np.delete(values, n, axis=0)) for n in range(ties)]
    drawn, without = ([value for value in many if value is not None] for many in (drawn, without))
    if len(drawn) < 0.95 * draws or len(without) < ties:
        return alpha, None, None
    spread = max(np.std(drawn, ddof=1), np.sqrt(ties - 1) * np.std(without))
    if spread < 1e-12:
        return alpha, None, None
    from scipy import stats

    reach = float(stats.t.ppf(0.975, ties - 1) * spread)
    return alpha, max(-1.0, alpha - reach), min(1.0, alpha + reach)


def nominal_alpha(values: np.ndarray) -> float | None:
    """Return alpha of seats by tie and answer; None with fewer than two ties or one answer alone.

    >>> nominal_alpha(np.array([[2, 0], [1, 1], [0, 2]]))
    0.4444444444444444
    """
    if len(values) < 2 or np.count_nonzero(values.sum(axis=0)) < 2:
        return None
    import krippendorff

    return float(krippendorff.alpha(value_counts=values, level_of_measurement="nominal"))
