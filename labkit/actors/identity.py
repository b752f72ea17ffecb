"""Identity: the keys under which spellings of one actor meet. Nothing is merged by likeness alone.

A person's key is the letters of the name without titles, sorted: it joins "Mariapia Verdi", "Verdi Maria Pia" and
"don Mario Rossi" with "Rossi Mario". An organisation's key is its words after abbreviations are written out and legal
forms dropped: "Coop. soc. L'Arca onlus" and "Cooperativa sociale Arca" meet; numbers keep names apart.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

from labkit.language.vocabulary import first_names, municipalities, plain, word_list


@lru_cache(maxsize=50_000)
def bare(text: str) -> str:
    """Small letters without accents, one kind of apostrophe."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", plain(text).lower())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


@lru_cache(maxsize=1)
def places() -> frozenset[str]:
    """Italian municipalities, provinces and regions, without accents, however typed: "Forlì", "Forli'"."""
    names = {bare(name) for name in municipalities()}
    return frozenset(names | {_TYPED_ACCENT.sub("", name) for name in names})


_TYPED_ACCENT = re.compile(r"(?<=[aeiou])'(?=\s|$)")


def is_place(name: str) -> bool:
    """Tell whether a name without accents is that of a place.

    >>> is_place("roe' volciano"), is_place("forli"), is_place("castelmirto")
    (True, True, False)
    """
    return name in places() or ("'" in name and _TYPED_ACCENT.sub("", name) in places())


def without_titles(name: str) -> list[str]:
    """Return the words of a person's name, titles left out."""
    found = re.findall(r"[^\s,.;:()]+", plain(name).replace("dott.ssa", "dottssa").replace("Dott.ssa", "dottssa"))
    return [word for word in found if bare(word).strip("'") not in word_list("titles")]


@lru_cache(maxsize=50_000)
def person_key(name: str) -> str:
    """Return the sorted letters of a name without titles.

    >>> person_key("don Saverio Galvasoni") == person_key("GALVASONI SAVERIO")
    True
    """
    return "".join(sorted(c for word in without_titles(name) for c in bare(word) if c.isalnum()))


def person_id(name: str) -> str:
    """Return the id of a person: ``p-`` and eight hexadecimal digits drawn from the key."""
    return "p-" + hashlib.sha256(person_key(name).encode()).hexdigest()[:8]


@lru_cache(maxsize=50_000)
def person_name(name: str) -> str:
    """Return a name as shown: first name first, capitals only at the start of words, no title.

    >>> person_name("BERTI MARIA PIA"), person_name("don Luca Riva")
    ('Maria Pia Berti', 'Luca Riva')
    """
    words = without_titles(name)
    surname = [word for word in words if word.isupper() and len(word) > 2]
    rest = words[len(surname) :]
    first_in_capitals = len(words) == 2 and bare(words[0]) in first_names() and bare(words[1]) not in first_names()
    if surname and words[: len(surname)] == surname and rest and not first_in_capitals:
        words = [*words[len(surname) :], *surname]  # "ROCCO Sandro": capitals tell which is the surname
        return " ".join(f"{w}." if len(w) == 1 else capital(w) if w.isupper() or w.islower() else w for w in words)
    parts = [capital(word) if word.isupper() or word.islower() else word for word in words]
    known = first_names()
    if len(parts) > 2 and bare(parts[0]) in ("de", "di", "del", "della", "dal", "da", "lo", "la", "li", "el"):
        if bare(parts[-1]) in known:  # "DE LUCA FRANCESCO": the surname is what begins with the particle
            parts = parts[-1:] + parts[:-1]
    elif len(parts) == 2 and bare(parts[0]) in ("de", "di", "del", "della", "dal", "lo", "la"):
        pass  # a surname alone
    elif len(parts) > 1 and bare(parts[0]) not in known and bare(parts[-1]) in known:
        turn = next((i for i in range(1, len(parts)) if bare(parts[i]) in known), 0)
        parts = parts[turn:] + parts[:turn]
    elif len(parts) == 2 and known.get(bare(parts[1]), 0) > 20 * max(1, known.get(bare(parts[0]), 0)):
        parts.reverse()
    return " ".join(f"{part}." if len(part) == 1 else part for part in parts)


def capital(word: str) -> str:
    return re.sub(r"(^|['\"(-])(\w)", lambda m: m.group(1) + m.group(2).upper(), word.lower())


_LONG_FORMS = [
    (re.compile(pattern), long)
    for pattern, long in (
        (
            r"\bcoop\.?\s*soc(?:iale|\.)?(?=\W|$)|\bcoop(?:erativa)?\s+sociale\b|\bsoc(?:ieta|\.)?\s*coop(?:erativa|\.)?(?:\s*(?:soc(?:iale|\.)))?(?=\W|$)",
            "cooperativa ",
        ),
        (r"\bcoop\.?(?=\s|$)|\bcooperative(?:\s+sociali)?\b", "cooperativa "),
        (r"\bfond\.(?=\s|$)", "fondazione "),
        (r"\b(?:ass|associaz)\.(?=\s|$)", "associazione "),
        (r"\bist\.(?=\s|$)", "istituto "),
        (r"\bcons\.(?=\s|$)", "consorzio "),
        (r"\bcitta di\b", "comune di"),
        (r"\bamministrazione (?:comunale|provinciale) di\b", "comune di"),
        (r"\buniv\.(?=\s|$)", "universita "),
    )
]
_LEGAL = re.compile(
    r"\b(?:s\.?\s?p\.?\s?a\.?|s\.?\s?r\.?\s?l\.?|s\.?\s?c\.?\s?s\.?|s\.?\s?n\.?\s?c\.?|onlus|aps|odv|ets|scarl|s\.?c\.?a\.?r\.?l\.?)(?=\W|$)"
)
_SMALL = frozenset(
    [
        "di",
        "del",
        "della",
        "dello",
        "dei",
        "degli",
        "delle",
        "d",
        "da",
        "in",
        "e",
        "ed",
        "il",
        "lo",
        "la",
        "l",
        "i",
        "gli",
        "le",
        "a",
        "al",
        "alla",
        "ai",
        "per",
        "con",
        "the",
        "dell",
        "all",
        "nel",
        "nella",
    ]
)


@lru_cache(maxsize=50_000)
def org_key(name: str) -> str:
    """Return the words of an organisation's name that tell it apart, joined by hyphens.

    >>> org_key("Coop. soc. L'Arca onlus"), org_key("Cooperativa sociale Arca")
    ('cooperativa-arca', 'cooperativa-arca')
    >>> org_key("Comune di Casale C.sco"), org_key("A.S.L.")
    ('comune-casale-csco', 'asl')
    """
    text = bare(name)
    for pattern, long in _LONG_FORMS:
        text = pattern.sub(long, text)
    text = _LEGAL.sub(" ", text)
    text = re.sub(r"\b(?:[a-z]\.){2,}[a-z]?", lambda m: m.group().replace(".", ""), text)
    found = re.findall(r"[a-z0-9]+(?:[.&-][a-z0-9]+)*", text)
    kept = [word.replace(".", "") for word in found if word not in _SMALL]
    return "-".join(kept or found) or "x"
