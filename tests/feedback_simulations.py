"""How often the intervals of workshop answers hold, in invented rooms: seats differ in severity, ties in how plainly they are so.

    python tests/feedback_simulations.py            # some two minutes; --quick for a first look

The figures stand in docs/methods.md and in labkit/workshop/tallies.py.
"""

from __future__ import annotations

import argparse

import numpy as np

from labkit.workshop.tallies import alpha_interval, interval, nominal_alpha

SEATS, TIES, JUDGED, UNSURE = (4, 6, 8, 12, 20), 20, 0.7, 0.1
SEVERITY = 0.8  # standard deviation of a seat's leaning, in log odds
# Log odds of the plain and of the doubtful ties, and the share of the plain ones.
ROOMS = {"mixed": (2.2, -1.2, 0.65), "mostly confirmed": (3.0, 0.3, 0.8), "nearly all confirmed": (3.6, 2.2, 0.9)}


def chance(log_odds: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-log_odds))


def ties(random: np.random.Generator, room: str, n: int = TIES) -> np.ndarray:
    """How plainly each tie is so, in log odds: most are, some are doubtful."""
    plain, doubtful, share = ROOMS[room]
    return np.where(random.random(n) < share, plain, doubtful) + random.normal(0, 0.5, n)


def said(random: np.random.Generator, truth: np.ndarray, leaning: np.ndarray) -> np.ndarray:
    """Answers by seat and tie: 1 confirmed, 0 denied, nan not judged or unsure."""
    answers = (random.random((len(leaning), len(truth))) < chance(truth + leaning[:, None])).astype(float)
    answers[random.random(answers.shape) < 1 - JUDGED * (1 - UNSURE)] = np.nan
    return answers


def shares(runs: int) -> None:
    """The share confirmed: what seats like these would say of these ties, and of other ties like these."""
    print(
        f"share confirmed, {TIES} ties, {runs} rooms each: intervals that held / not given / mean width; for other ties too"
    )
    for room in ROOMS:
        random = np.random.default_rng(len(room))
        many = random.normal(0, SEVERITY, 4000)
        others = chance(ties(random, room, 4000)[:, None] + many[None, :400]).mean()
        for seats in SEATS:
            held, wide, given, held_others = [], [], 0, []
            for _ in range(runs):
                truth = ties(random, room)
                true = chance(truth[:, None] + many[None, :]).mean()
                answers = said(random, truth, random.normal(0, SEVERITY, seats))
                told = ~np.isnan(answers)
                here = told.any(axis=1)
                _, low, high = interval(np.nansum(answers, axis=1)[here], told.sum(axis=1)[here])
                if low is None:
                    continue
                given += 1
                held.append(low <= true <= high)
                held_others.append(low <= others <= high)
                wide.append(high - low)
            print(
                f"    {room} ({others:.2f})".ljust(30)
                + f"{seats:3} seats  {np.mean(held):.3f}  {1 - given / runs:.3f}  {np.mean(wide):.2f}   other ties {np.mean(held_others):.3f}",
                flush=True,
            )


def alphas(runs: int, draws: int) -> None:
    """Alpha: does the interval hold that of very many ties like these, judged by the same seats?"""
    print(
        f"alpha, {runs} rooms each, {draws} draws: mean alpha of very many ties / intervals that held / not given / mean width"
    )
    for room in ROOMS:
        for seats, n in ((4, 20), (8, 20), (8, 60), (20, 60)):
            random = np.random.default_rng(seats + n)
            held, wide, trues = [], [], []
            for _ in range(runs):
                leaning = random.normal(0, SEVERITY, seats)
                true = nominal_alpha(_counts(said(random, ties(random, room, 3000), leaning)))
                values = _counts(said(random, ties(random, room, n), leaning))
                _, low, high = alpha_interval(values, draws=draws, random=random)
                trues.append(true)
                if low is not None:
                    held.append(low <= true <= high)
                    wide.append(high - low)
            mean = [f"{np.mean(x):.3f}" if x else "-" for x in (held, wide)]
            print(
                f"    {room:20} {seats:3} seats, {n} ties  {np.mean(trues):.2f}  {mean[0]}  {1 - len(held) / runs:.3f}  {mean[1]}",
                flush=True,
            )


def rarer(runs: int, draws: int) -> None:
    """Alpha again, in rooms of every kind, whatever the share of the rarer answer: from which share on do intervals hold?"""
    print(
        f"alpha, {runs} rooms drawn at random, 3 to 20 seats, 10 to 60 ties, {draws} draws, by share of the rarer answer"
    )
    random, seen = np.random.default_rng(5), {}
    for _ in range(runs):
        plain, doubtful, share = random.uniform(1.5, 4), random.uniform(-2, 2), random.uniform(0.4, 1)
        leaning = random.normal(0, SEVERITY, random.choice([3, 4, 6, 8, 12, 20]))
        many, few = (
            _counts(
                said(random, np.where(random.random(n) < share, plain, doubtful) + random.normal(0, 0.5, n), leaning)
            )
            for n in (3000, int(random.choice([10, 20, 40, 60])))
        )
        true = nominal_alpha(many)
        _, low, high = alpha_interval(few, draws=draws, random=random, least_share=0)
        if true is not None and low is not None:
            part = min(int(20 * few.sum(axis=0).min() / few.sum()), 6)
            seen.setdefault(part, []).append(low <= true <= high)
    for part, held in sorted(seen.items()):
        print(f"    from {part / 20:.2f}   {np.mean(held):.3f}   ({len(held)} rooms)", flush=True)


def _counts(answers: np.ndarray) -> np.ndarray:
    values = np.stack([np.nansum(answers == 1, axis=0), np.nansum(answers == 0, axis=0)], axis=1)
    return values[values.sum(axis=1) > 1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    shares(200 if quick else 4000)
    alphas(30 if quick else 500, 100 if quick else 300)
    rarer(300 if quick else 6000, 100 if quick else 200)


if __name__ == "__main__":
    main()
