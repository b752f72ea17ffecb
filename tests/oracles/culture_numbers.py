"""Numbers of shifterator (word shifts) and ruptures (the place of a break) on small counts, for tests/test_oracles.py.

Made with shifterator 0.3.0 and ruptures 1.1.10, neither of which labkit needs: pip install shifterator ruptures; then
python tests/oracles/culture_numbers.py. The table of the correspondence analysis goes through culture.R.
"""

import collections
import collections.abc
import json
from pathlib import Path

import numpy as np
import ruptures

collections.Mapping = collections.abc.Mapping  # shifterator 0.3.0 asks for the name that Python 3.10 took away
import shifterator  # noqa: E402

BEFORE = {"emergenza": 32, "utente": 39, "comunità": 3, "casa": 20, "scuola": 11, "delega": 18}
AFTER = {"emergenza": 2, "utente": 6, "comunità": 56, "casa": 25, "scuola": 13, "fiducia": 47}
TABLE = [[18, 4, 7, 2], [5, 22, 3, 9], [8, 6, 19, 4], [1, 3, 2, 14], [12, 10, 11, 9]]


class PoissonCost(ruptures.base.BaseCost):
    """Minus the log-likelihood of one rate, up to what does not change: counts and words side by side."""

    model, min_size = "", 1

    def fit(self, signal):
        self.signal = signal
        return self

    def error(self, start, end):
        times, words = self.signal[start:end].sum(axis=0)
        return 0.0 if times == 0 else -times * np.log(times / words)


def broken() -> dict:
    random = np.random.default_rng(8)
    words = random.integers(300, 900, 40)
    times = random.poisson(words * np.where(np.arange(40) < 23, 2, 6) / 1000)
    found = ruptures.Dynp(custom_cost=PoissonCost(), min_size=4, jump=1).fit(
        np.column_stack([times, words]).astype(float)
    )
    return {"times": times.tolist(), "words": words.tolist(), "place": found.predict(n_bkps=1)[0]}


shift = shifterator.JSDivergenceShift(type2freq_1=BEFORE, type2freq_2=AFTER, base=2)
scores = shift.get_shift_scores()
numbers = {
    "before": BEFORE,
    "after": AFTER,
    "contributions": {word: float(score) for word, score in sorted(scores.items())},
    "divergence": float(shift.diff),
    "broken": broken(),
    "table": TABLE,
}
path = Path(__file__).parent / "culture.json"
path.write_text(json.dumps(numbers, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
