"""Numbers of shifterator (word shifts) and ruptures (the place of a break) on small counts, for tests/test_culture_numbers.py.

Made with shifterator 0.3.0 and ruptures 1.1.10, neither of which labkit needs: pip install shifterator ruptures; then
python tests/oracles/culture_numbers.py. The table of the correspondence analysis goes on to culture.R.
"""

from __future__ import annotations

import collections
import collections.abc
import json
from pathlib import Path

import numpy as np

BEFORE = {"emergenza": 32, "utente": 39, "comunità": 3, "casa": 20, "scuola": 11, "delega": 18}
AFTER = {"emergenza": 2, "utente": 6, "comunità": 56, "casa": 25, "scuola": 13, "fiducia": 47}
TABLE = [[18, 4, 7, 2], [5, 22, 3, 9], [8, 6, 19, 4], [1, 3, 2, 14], [12, 10, 11, 9]]


def shifted() -> dict:
    collections.Mapping = collections.abc.Mapping  # shifterator 0.3.0 asks for the name that Python 3.10 took away
    import shifterator

    shift = shifterator.JSDivergenceShift(type2freq_1=BEFORE, type2freq_2=AFTER, base=2)
    scores = {word: float(score) for word, score in sorted(shift.get_shift_scores().items())}
    return {"contributions": scores, "divergence": float(shift.diff)}


def broken() -> dict:
    import ruptures

    class PoissonCost(ruptures.base.BaseCost):
        """Minus the log-likelihood of one rate, up to what does not change: counts and words side by side."""

        model, min_size = "", 1

        def fit(self, signal):
            self.signal = signal
            return self

        def error(self, start, end):
            times, words = self.signal[start:end].sum(axis=0)
            return 0.0 if times == 0 else -times * np.log(times / words)

    random = np.random.default_rng(8)
    words = random.integers(300, 900, 40)
    times = random.poisson(words * np.where(np.arange(40) < 23, 2, 6) / 1000)
    signal = np.column_stack([times, words]).astype(float)
    found = ruptures.Dynp(custom_cost=PoissonCost(), min_size=4, jump=1).fit(signal)
    return {"times": times.tolist(), "words": words.tolist(), "place": found.predict(n_bkps=1)[0]}


def main() -> None:
    numbers = {"before": BEFORE, "after": AFTER, **shifted(), "broken": broken(), "table": TABLE}
    path = Path(__file__).parent / "culture.json"
    path.write_text(json.dumps(numbers, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
