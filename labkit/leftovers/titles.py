"""Titles: whether the words before a surname make it that of a person ("l'assessore al Welfare Rossini")."""

from __future__ import annotations

import re
from functools import cache, lru_cache

import simplemma

from labkit.actors.identity import bare, is_place
from labkit.language.vocabulary import first_names, word_list

REACH = 140  # how many signs before a surname are looked at

# Words of rank written in full, by how they begin; vice, pro and ex may come before.
_ROLES = (
    "assessor sindac president consiglier direttor direttric dirigent responsabil referent coordinator coordinatric segretari "
    "facilitator facilitatric educator educatric psicolog psichiatr psicoterapeut pedagogist pediatr geriatr neuropsichiatr "
    "sociolog operator operatric assistent animator animatric mediator mediatric moderator moderatric formator formatric "
    "ricercator ricercatric volontari rappresentant portavoce delegat commissari prefett questor parroc vescov cardinal rettor "
    "rettric presid vicar insegnant docent maestr bidell collaborator collaboratric consulent funzionari impiegat istruttor "
    "istruttric medic dottor infermier farmacist fisioterapist logopedist ostetric tutor supervisor amministrator "
    "amministratric fondator fondatric tesorier titolar relator relatric capogruppo ministr deputat senator senatric onorevol "
    "governator comandant maresciall notai giudic magistrat avvocat architett ingegner geometr ragionier professor signor "
    "signorin monsignor suor padr frat diacon collega collegh"
).split()
_ENDINGS = r"(?:e|a|i|o|he|hi|ie|essa|esse)?(?:\s+social[ei])?"
_SHORT = (
    r"dott(?:\.?\s?(?:ssa|sse|ri))?|dr(?:\.?\s?(?:ssa|a))?|sig(?:\.?\s?(?:ra|na|ri|re))?|sigg(?:\.?\s?ri)?|prof(?:\.?\s?(?:ssa|sse|ri))?|proff"
    r"|avv(?:\.?\s?(?:ta|to|ti))?|don|ingg?|archh?|geomm?|ragg?|mons|cav|comm|isp|segr|coord|resp|vicepres|rev|ins|magg?|amm|p\.\s?i"
)
# Short forms that are words of their own: nothing without their full stop.
_DOTTED = r"on|sen|col|cap|mar|gen|ten|fr|cons|pres|dir|ref|ass\.\s?(?:soc|re|ra)|assess|vice\s?pres|dep|min"
_LETTER = r"[^\W\d_]"
_SPACE = r"[\s,:;(«»\"“”*_|/–—-]"
_TITLE = (
    rf"(?<!{_LETTER})(?P<title>(?i:(?:(?:vice|pro|ex|co|sub)[\s-]?)?(?:{'|'.join(_ROLES)}){_ENDINGS})(?!{_LETTER}){_SPACE}+"
    rf"|(?i:{_SHORT})(?!{_LETTER})\.?{_SPACE}*|(?i:{_DOTTED})\.{_SPACE}*|(?i:fra)['’]\s*)"
)
_PREPOSITION = (
    r"(?:(?i:di|a|ad|al|allo|alla|ai|agli|alle|del|dello|della|dei|degli|delle|da|dal|dallo|dalla|dai|dagli|dalle|in|nel|nello|nella|nei"
    r"|negli|nelle|su|sul|sullo|sulla|sui|sugli|sulle|per|con|il|lo|la|i|gli|le)(?![\w'’])|(?i:all|dell|dall|nell|sull|d|l)['’])"
)
_SMALL = rf"(?:{_PREPOSITION}|(?i:e|ed|o|od|che|chi|non|ha|è|un|una|tra|fra)(?![\w'’]))"
_BIG = r"[A-ZÀ-ÖØ-Þ][\w'’&.-]*"
# A word of office: after a preposition any, else one in capitals or an adjective of rank ("comunale", "scolastica").
_LIKE_RANK = (
    r"\w{2,}(?:al[ei]|ic[oai]|iche|iv[oaie]|ari[oaie]?|ant[ei]|ent[ei]|at[oaie]|ut[oaie]|ese|esi|ian[oaie]|an[oaie])"
)
_OFFICE = rf"(?:(?:{_PREPOSITION}\s*)+(?!{_SMALL})\w[\w.&’'-]+|(?!{_SMALL}){_BIG}|(?!{_SMALL}){_LIKE_RANK}(?!{_LETTER})){_SPACE}+"
_INITIALS = r"(?:[A-ZÀ-Ý]\.?\s*){0,2}"
_BEFORE = re.compile(rf"{_TITLE}(?P<office>(?:{_OFFICE}){{0,2}}){_INITIALS}$")
# With a capital: "gli assessori Di Nardo e X", but "i sindaci di Soresina e X".
_NAME = rf"(?:(?:D['’]|De|Di|Del|Della|Dal|Dalla|Da|Lo|La|Li)\s*\b)?(?!{_SMALL})\w[\w'’-]+(?:\s(?!{_SMALL})\w[\w'’-]+)?"
_PAIR = re.compile(rf"{_TITLE}{_NAME}(?:\s*,\s*{_NAME})*\s*(?:,|(?i:\b(?:ed?|con)\b))\s*{_INITIALS}$")
_PLURAL = re.compile(r"(?i)(?:i|ie|he|esse|sse|gg|ff)\W*$")
# Before a place these name an office of that place.
_SEATS = re.compile(
    r"(?:(?i:comune|citt[aà]|provincia|regione|unione|distretto|ambito|area|zona|azienda|consorzio|ufficio|sede|sezione|filiale|ospedale|istituto|scuola"
    r"|centro|cooperativa|circolo|parrocchia|diocesi|associazione|fondazione|consultorio|casa|villa|piazza|via|casalasco|territorio)|[A-Z]{3,})\W*$"
)
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff\u0300-\u036f\x02\ufffe]")
_HALVES = re.compile(r"(?<=\w)[-\u2010\u2011]\s*\n\s*(?=[a-zà-ÿ])")


@cache
def _first_names() -> frozenset[str]:
    return frozenset(bare(name) for name in first_names())


def is_first_name(word: str) -> bool:
    """Tell whether a word in small letters without accents is a first name of the lexicon.

    Examples
    --------
    >>> is_first_name("nicolo"), is_first_name("galvasoni")
    (True, False)
    """
    return word in _first_names()


@lru_cache(maxsize=20_000)
def doubtful(surname: str) -> bool:
    """Tell whether a surname in small letters is also a first name, a place or a common word.

    Examples
    --------
    >>> [doubtful(name) for name in ("bruno", "ferrara", "conti", "de santeris", "galvasoni")]
    [True, True, True, False, False]
    """
    if " " in surname:
        return False
    known = is_first_name(surname) or is_place(surname) or surname in word_list("surnames") or len(surname) < 4
    return known or simplemma.is_known(surname, lang="it")


def titled(before: str, surname: str, *, capital: bool) -> bool:
    """Tell whether a surname comes after a title or a role, up to two words of office between them.

    Parameters
    ----------
    before
        The text before it.
    surname
        In small letters without accents.
    capital
        Whether it begins with a capital; one that is also a first name, a place or a common word must.

    Examples
    --------
    >>> [titled(text, "rossini", capital=True) for text in ("l'assessore al Welfare ", "gli assessori Galvi e ", "con ")]
    [True, True, False]
    """
    if doubtful(surname) and not capital:
        return False
    window = _HALVES.sub("", _UNSEEN.sub("", before[-REACH:]))
    found = _BEFORE.search(window)
    if found:
        # "il direttore del Distretto Crema", "i responsabili di servizio, Terzo Settore": offices and no people.
        seat = is_place(surname) and _SEATS.search(found["office"])
        listing = doubtful(surname) and found["office"].rstrip().endswith(",") and _PLURAL.search(found["title"])
        return not (seat or listing)
    found = _PAIR.search(window)
    return bool(found) and (not is_place(surname) or bool(_PLURAL.search(found["title"])))
