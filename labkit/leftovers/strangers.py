"""Strangers: a first name of the lexicon and a capitalised word, which may be a person that nobody listed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from labkit.actors.identity import bare, places
from labkit.language.vocabulary import is_function_word, lemma, word_list
from labkit.leftovers.finding import Leftover
from labkit.leftovers.letters import TAG, decoded, words_of
from labkit.leftovers.titles import is_first_name
from labkit.wording import MONTHS

# Streets, schools, saints: what bears the name of a person who is not meant.
_HEADS = frozenset(
    "san santa santo sant s ss santi sante beato beata via viale vicolo vico piazza piazzale piazzetta largo corso lungo contrada strada "
    "istituto ist scuola scuole liceo plesso asilo nido fondazione ospedale presidio oratorio parrocchia chiesa basilica duomo "
    "santuario convento monastero seminario cooperativa coop associazione ass ente casa villa palazzo teatro cinema biblioteca "
    "museo parco giardino premio legge decreto circolo centro residenza rsa opera pia pio comprensivo universita accademia "
    "conservatorio stadio ponte borgo cascina rifugio caserma collegio convitto comunita gruppo polisportiva banda coro editore "
    "edizioni libreria primaria infanzia statale secondaria lago monte isola madonna cappella consorzio societa studio festa".split()
)
_NO_SURNAMES = frozenset(
    "comune provincia regione citta ufficio servizio servizi sportello tavolo gruppo centro progetto piano welfare lab lega "
    "sociale sociali pubblico pubblica onlus aps odv ets srl spa scs impresa impresse nazionale locale territoriale operatore "
    "assessore assessora sindaco sindaca presidente consigliere consigliera direttore direttrice dott dottssa".split()
)
_BIG = r"(?:[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+(?:['’-][A-ZÀ-ÖØ-Þa-zà-öø-ÿ]+)*|[A-ZÀ-ÖØ-Þ]['’][A-ZÀ-ÖØ-Þ]\w+|[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ'’-]{2,}|S\.)"
_SPACE = r"(?:[ \u00a0\u202f]{1,3}|[ \u00a0]*\n[ \u00a0]*)"
_PARTICLE = r"(?:de|di|da|del|della|dello|dei|dal|dalla|lo|la|li|van|von|el)"
_ROW = re.compile(rf"(?<![\w'’]){_BIG}(?:{_SPACE}(?:{_PARTICLE}{_SPACE})?{_BIG})+(?!\w)")
_WORD_BEFORE = re.compile(r"([^\W\d_]+)[\s.'’\"“«]*$")
_ROMAN = re.compile(r"[IVXLC]+")


@lru_cache(maxsize=1)
def _place_names() -> str:
    return "\n".join(f" {' '.join(words_of(name))} " for name in sorted(places()))


def unlisted(texts: dict[str, str], names: Iterable[str], *, known: Iterable[str] = ()) -> list[Leftover]:
    """Return what looks like the name of a person whom no list holds, in what people read of some texts.

    Parameters
    ----------
    names
        People who are listed: a part of their names is no stranger.
    known
        Names of organisations and initiatives, with those of people in them.

    Examples
    --------
    >>> [one.name for one in unlisted({"a": "Con Giovanni Malaspina in via Giuseppe Verdi"}, [])]
    ['Giovanni Malaspina']
    """
    people = [frozenset(words_of(name)) for name in names]
    spoken = "\n".join(f" {' '.join(words_of(name))} " for name in known) + _place_names()
    found = []
    for where, text in texts.items():
        seen = set()
        # Code is read by machines alone.
        for place, name in () if where.endswith((".js", ".css")) else _pairs(_read(text)):
            words = words_of(name)
            key = " ".join(words)
            if key in seen or f" {key} " in spoken or any(set(words) <= listed for listed in people):
                continue
            seen.add(key)
            found.append((where, place, name))
    return [Leftover(f"{where}:{line}", name, False, "unlisted") for where, line, name in found]


_SCRIPTS = re.compile(r"(?is)<(script|style)\b(?![^>]*json)[^>]*>.*?</\1\s*>")
_SPOKEN = re.compile(
    r"""(?i)\b(?:title|alt|label|aria-label|value|placeholder|content|summary)\s*=\s*("[^"]*"|'[^']*')"""
)


def _read(text: str) -> str:
    """What people read of a text: of a page neither its code nor its markup, but titles and labels."""
    if not TAG.search(text):
        return decoded(text)
    text = _SCRIPTS.sub(lambda m: "\n" * m[0].count("\n"), text)

    def spoken(tag: re.Match) -> str:
        said = " | ".join(m[1][1:-1] for m in _SPOKEN.finditer(tag[0])) if "=" in tag[0] else ""
        return (f" | {said} | " if said else " | ") + "\n" * (tag[0].count("\n") - said.count("\n"))

    return decoded(TAG.sub(spoken, text))


def _pairs(text: str) -> Iterator[tuple[int, str]]:
    """Line and words of each first name that a capitalised word follows."""
    line = place = 0
    for row in _ROW.finditer(text):
        words = row[0].split()
        if not any(is_first_name(bare(word)) for word in words[:-1]):
            continue
        line, place = line + text.count("\n", place, row.start()), row.start()
        before = _WORD_BEFORE.search(text[max(0, row.start() - 40) : row.start()])
        for name in _people_in(words, bare(before[1]) if before else ""):
            yield 1 + line, name


def _people_in(words: list[str], before: str) -> Iterator[str]:
    """The people in a row of capitalised words."""
    low = [bare(word).strip(".'’") for word in words]
    n = 0
    while n < len(words) - 1:
        headed = {before, *low[max(0, n - 2) : n]} & _HEADS if n < 3 else set(low[max(0, n - 2) : n]) & _HEADS
        if not is_first_name(low[n]) or is_function_word(lemma(low[n])) or headed:
            n += 1
            continue
        end = n + 1
        while end < len(words) and (is_first_name(low[end]) or low[end] in _PARTICLES) and end < len(words) - 1:
            end += 1
        if _may_be_surname(words[end], low[end]):
            yield " ".join(words[n : end + 1])
        n = end + 1


_PARTICLES = frozenset(_PARTICLE[3:-1].split("|"))


def _may_be_surname(word: str, low: str) -> bool:
    nothing = low in _HEADS or low in _NO_SURNAMES or low in MONTHS or is_function_word(low) or _ROMAN.fullmatch(word)
    return not nothing and low not in word_list("areas")
