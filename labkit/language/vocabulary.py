"""Words: the copy of a text that rules are matched on, words, lemmas, first names and places.

Lemmas come from simplemma, with a table of preposition-article forms and a tested list of words of this field before
it (measured on the ISDT treebank: 95 % of all words, 91 % of nouns, verbs and adjectives). No trained model is needed.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import simplemma
import yaml

_PLAIN = {
    "\u00a0": " ",
    "\u2007": " ",
    "\u202f": " ",
    "\u2009": " ",
    "\u200b": " ",
    "\ufeff": " ",
    "’": "'",
    "‘": "'",
    "ʼ": "'",
    "`": "'",
    "´": "'",
    "′": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "«": '"',
    "»": '"',
    "″": '"',
    "–": "-",
    "—": "-",
    "‐": "-",
    "‑": "-",
    "−": "-",
    "º": "°",
}


def plain(text: str) -> str:
    """Return a copy of the same length with one kind of space, quotation mark, apostrophe and dash.

    >>> plain("l’équipe «a\u00a0b» – c")
    'l\\'équipe "a b" - c'
    """
    if not text.isascii():
        for strange, sign in _PLAIN.items():
            text = text.replace(strange, sign)
    return text


_ITEM = re.compile(r"\s*(?:[-•*·–>=]|\d{1,3}\s*[.)°]|[A-Za-z]\)|[IVX]+\.)\s|\s*$")


def unwrapped(text: str) -> str:
    """Return a copy of the same length in which line ends that only wrap a long line are spaces.

    Where most lines of a text are about as long as the longest, they were wrapped by a printer or a PDF.

    >>> long = "si decide di riaprire lo sportello e di chiedere ai Comuni di esserci" + chr(10)
    >>> unwrapped(long * 9).count(chr(10)), unwrapped("poche parole" + chr(10) + "altre").count(chr(10))
    (1, 1)
    """
    lines = text.split("\n")
    width, commas = _width(lines), _comma_lists(lines) | _torn(lines)
    out = list(text)
    place = 0
    for number, (line, following) in enumerate(pairwise(lines)):
        end = place + len(line)
        place = end + 1
        if number in commas or _wraps(line, following, width):
            indent = len(following) - len(following.lstrip(" "))
            out[end : end + 1 + indent] = " " + "\x1e" * indent
    return "".join(out)


# "... (Storo) - Anna" / "BERTI (Bondone)", "Luca RIVA" / "(Tione di Trento)"
_NAME_OPENS = re.compile(r"(?:\)\s+[-–]\s+[A-ZÀ-Ý][a-zà-ÿ]+|[-–]\s[^-–()]*\s[A-ZÀ-Ý'’]{2,})$")
_NAME_CLOSES = re.compile(r"\s*(?:\([A-ZÀ-Ý]|[A-ZÀ-Ý'’]{2,}[\s(])")


def _width(lines: list[str]) -> int | None:
    """How long a full line is, in a text that was wrapped; None for any other."""
    full = sorted(len(line) for line in lines if line.strip())
    if len(full) < 8 or full[-1] > 170:
        return None
    width = full[int(len(full) * 0.9)]
    wrapped = width >= 60 and sum(length > width * 0.8 for length in full) >= len(full) * 0.3
    return width if wrapped else None


def _comma_lists(lines: list[str]) -> set[int]:
    """The lines of a list of names that goes on in the next, be it in the middle of a name: all are about full, with commas."""
    found: set[int] = set()
    start = 0
    for number in range(len(lines) + 1):
        if number < len(lines) and lines[number].strip() and not lines[number].rstrip().endswith((":", ".")):
            continue
        part = [line.rstrip() for line in lines[start:number]]
        longest = max(map(len, part), default=0)
        full = [line for line in part if line.count(",") > 1 and len(line) > 0.72 * longest]
        if longest > 50 and len(full) > 1 and len(full) >= len(part) - 1 and _torn_names(part):
            found.update(range(start, number - (number == len(lines) or not lines[number].strip())))
        start = number + 1
    return found


def _torn_names(part: list[str]) -> bool:
    """A list that wraps: lines end in a comma or in a lone word after one, and not each in an entry of its own."""
    inner = part[:-1]
    ends = [line.rsplit(",", 1)[-1].strip() for line in inner]
    return any(not end for end in ends) and all(len(end.split()) < 2 for end in ends)


def _torn(lines: list[str]) -> set[int]:
    """The lines of a paragraph that was broken by a page or a mail: most end in the middle of a sentence."""
    found: set[int] = set()
    start = 0
    for number in range(len(lines) + 1):
        if number < len(lines) and lines[number].strip():
            continue
        breaks = range(start, number - 1)
        inner = [n for n in breaks if _in_a_sentence(lines[n], lines[n + 1])]
        if len(inner) > 1 and len(inner) >= 0.5 * len(breaks) and min(len(lines[n]) for n in breaks) > 38:
            found.update(n for n in breaks if lines[n].rstrip()[-1] not in ":;" and not _ITEM.match(lines[n + 1]))
        start = number + 1
    return found


def _in_a_sentence(line: str, following: str) -> bool:
    return line.rstrip()[-1] not in ".:;!?" and following.lstrip()[:1].islower()


_GOES_ON = frozenset(
    "il lo la i gli le di del dello della dei degli delle al alla ai e ed per con da dal dalla dai nel nella sul sulla "
    "dott. dott.ssa sig.".split()
)


def _goes_on(line: str) -> bool:
    """A line that begins with a word and ends with one that another must follow."""
    *rest, last = line.rsplit(None, 1) or [""]
    return bool(rest) and last.lower() in _GOES_ON and (rest[0].lstrip()[0].isalnum() or rest[0].lstrip()[0] == "_")


def _wraps(line: str, following: str, width: int | None) -> bool:
    """A line goes on in the next if it is about full and ends no sentence, ends in an article, or is a long item of a list."""
    stripped = line.rstrip()
    if not stripped or not following.strip() or _ITEM.match(following):
        return False
    if _ITEM.match(stripped) and len(following) - len(following.lstrip()) < len(line) - len(line.lstrip()):
        return False  # an item set in, and a heading after it
    if _goes_on(stripped) or (
        len(stripped) > 70 and stripped[-1].isalpha() and _ITEM.match(stripped) and not following.rstrip().endswith(":")
    ):
        return True
    if _NAME_OPENS.search(stripped) and _NAME_CLOSES.match(following):
        return True
    if len(stripped) > 40 and stripped.count("(") > stripped.count(")") and ")" in following:
        return True
    first = following.split(" ", 1)[0] or following.strip().split(" ", 1)[0]
    if width is None or len(stripped) <= width * 0.72 or len(stripped) + len(first) <= width * 0.86:
        return False
    if stripped[-1] in ".:;!?":
        return stripped[-1] in ".;!?" and following.lstrip()[:1].islower()
    return "\t" not in line and "   " not in line.strip()


def lowered(text: str) -> str:
    """Return the text in small letters, with the same length whatever the alphabet."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def words(text: str) -> list[str]:
    """Return the words of a text in small letters; an apostrophe ends a word, a hyphen does not.

    >>> words("L'équipe dell'Ambito: 3 co-progettazioni")
    ['l', 'équipe', 'dell', 'ambito', 'co-progettazioni']
    """
    return WORD.findall(lowered(plain(text)))


@cache
def _lists() -> dict[str, object]:
    path = Path(__file__).parent.parent / "data" / "words.yml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@cache
def word_list(name: str) -> frozenset[str]:
    """Return one of the lists of ``data/words.yml``."""
    return frozenset(_lists()[name])


@cache
def _lemma_table() -> dict[str, str]:
    tables = _lists()
    forms = {form: lemma for lemma, found in tables["prepositions"].items() for form in found.split()}
    return {**forms, **{form: lemma for lemma, found in tables["lemmas"].items() for form in found.split()}}


@cache
def lemma(word: str) -> str:
    """Return the dictionary form of a word in small letters.

    >>> [lemma(w) for w in ("dei", "comunità", "percorso", "famiglie")]
    ['di', 'comunità', 'percorso', 'famiglia']
    """
    known = _lemma_table().get(word)
    return known if known else simplemma.lemmatize(word, lang="it").lower()


def lemma_counts(found: list[str]) -> Counter[str]:
    """Count the lemmas of some words, those of one letter and elided articles left out."""
    counts: Counter[str] = Counter()
    for word, n in Counter(found).items():
        if len(word) > 1:
            counts[lemma(word)] += n
    return counts


def is_function_word(lemma_: str) -> bool:
    """Tell whether a lemma only holds a sentence together (articles, prepositions, pronouns, auxiliaries)."""
    return lemma_ in word_list("function_words") or len(lemma_) < 3


def _dataset(name: str) -> list[dict[str, str]]:
    """Read a list of the package random-italian-person (MIT) without importing its code."""
    spec = find_spec("random_italian_person")
    folder = Path(spec.submodule_search_locations[0]) / "datasets"
    with open(folder / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def first_names() -> dict[str, int]:
    """Return Italian first names, in small letters, with how many of 40 thousand people bear them.

    A double name ("Maria Luisa") also counts written as one word.
    """
    known: Counter[str] = Counter()
    for row in _dataset("names.csv"):
        name = lowered(row["name"]).replace("'", "")
        number = int(row["number"])
        known[name.replace(" ", "")] += number
        if " " not in name:
            known[name] += 0
    for word in word_list("not_first_names"):
        known.pop(word, None)
    for word in word_list("more_first_names"):
        known[word] += 2
    return dict(known)


@cache
def municipalities() -> frozenset[str]:
    """Return the Italian municipalities and provinces, in small letters."""
    rows = _dataset("municipalities.csv")
    return frozenset(plain(lowered(row[key])) for row in rows for key in ("municipality", "province", "region"))
