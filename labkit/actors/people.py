"""People named in a text: first names of the lexicon, titles and roles, and surnames of people already met."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import simplemma

from labkit.actors.identity import bare, is_place, person_key, person_name, places
from labkit.language.spans import Spans, occurrences
from labkit.language.vocabulary import first_names, word_list


@dataclass(frozen=True)
class Person:
    """A person named at a place in the text."""

    start: int
    end: int
    name: str
    found_by: str
    certainty: float

    @property
    def key(self) -> str:
        return person_key(self.name)


_WORD = r"(?:[A-ZÀ-Ý]'\s?)?[A-ZÀ-Ý][a-zà-ÿ]+(?:['-][A-ZÀ-Ý]?[a-zà-ÿ]+){0,3}"
_CAPS = r"(?:[A-ZÀ-Ý]')?[A-ZÀ-Ý][A-ZÀ-Ý']{1,30}(?:['-][A-ZÀ-Ý]+){0,3}"
_PARTICLE = r"(?:De|Di|Del|Della|Dello|Dal|Dalla|Degli|Da|La|Lo|Li|El|Al|Van|Von|de|di|del|della|de'|el|van|von|DE|DI|DEL|DELLA|DAL|DALLA|LA|LO|LI|EL|DA)"
_TOKEN = rf"(?:{_WORD}|{_CAPS})"
# A line end that only wraps a line is a space, with fillers for the indent of the next (vocabulary.unwrapped).
_GAP = r"[ ](?:[ ]|\x1e*)"
# The first letter of the first word, then the rest of _TOKEN: a search finds a capital at once and looks before it afterwards.
_OPENS = (
    r"[A-ZÀ-Ý](?<![\w.'-].)(?:(?:'\s?[A-ZÀ-Ý])?[a-zà-ÿ]+(?:['-][A-ZÀ-Ý]?[a-zà-ÿ]+){0,3}"
    r"|(?:'[A-ZÀ-Ý])?[A-ZÀ-Ý']{1,30}(?:['-][A-ZÀ-Ý]+){0,3})"
)
_RUN = re.compile(rf"{_OPENS}(?:{_GAP}(?:{_PARTICLE}{_GAP}|[A-ZÀ-Ý]\.{_GAP}|d')?{_TOKEN})*(?![\w])")
_INITIALS = re.compile(
    rf"[A-ZÀ-Ý](?<![\w.'].)\.[ ]?(?:[A-ZÀ-Ý]\.[ ]?)?(?P<surname>(?:(?:De|Di|Del|Della|Dal|Dalla|Lo|La|El)[ ])?(?:{_WORD}|{_CAPS})(?:[ ]{_WORD})?)(?!\w|\.\w)"
)
_INITIAL_LAST = re.compile(
    rf"(?<![\w.'])(?P<surname>(?:(?:De|Di|Del|Della|Dal|Dalla|Lo|La|El|D'|DE|DI|DEL|DELLA|LO|LA)[ ]?)?(?:{_WORD}|{_CAPS}))[ ](?P<initial>[A-ZÀ-Ý]\.(?:[ ]?[A-ZÀ-Ý]\.)?)(?=\s*(?:[,;:()\t\n–-]|\.?\s*$|ed?\b))"
)
_TITLE_BEFORE = re.compile(
    r"(?:\b(?:don|d|dott|dott\.ssa|dottor|dottoressa|dr|dr\.ssa|d\.ssa|sig|sig\.ra|sigg|signor|signora|signori|prof|prof\.ssa|professor|professoressa|ing|avv|arch|geom|rag|suor|sr|fra|frate|mons|padre|diacono|on|isp|cap|col|magg|mar|com|viceprefetto agg|dottssa|ingegner|avvocato|geometra|architetto)\.?\s*)$",
    re.I,
)
_PLACE_BEFORE = re.compile(
    r"\b(?:via|viale|v\.le|piazza|p\.zza|p\.za|piazzale|corso|largo|vicolo|strada|san|santa|sant'|s\.|istituto|scuola|liceo|ospedale|villa|parco|palazzo|palazzetto|oratorio|teatro|(?<!\bin )sala|salone|aula|auditorium|casa|palestra|piscina|monte|castello|biblioteca|centro|rione|quartiere|progetto|fondazione|premio|museo|chiesa|parrocchia|cascina|frazione|località|loc\.)\s*$",
    re.I,
)
_NOT_SURNAMES = frozenset(
    [
        "comunita",
        "comune",
        "provincia",
        "regione",
        "consorzio",
        "cooperativa",
        "coop",
        "fondazione",
        "associazione",
        "azienda",
        "caritas",
        "acli",
        "assessore",
        "assessora",
        "sindaco",
        "presidente",
        "direttore",
        "ufficio",
        "tavolo",
        "servizio",
        "servizi",
        "centro",
        "welfare",
        "piano",
        "progetto",
        "terzo",
        "settore",
        "istituto",
        "scuola",
        "dir",
        "dirigente",
        "parrocchia",
        "diocesi",
        "unione",
        "camera",
        "presiede",
        "coordina",
        "verbalizza",
        "conduce",
        "modera",
        "apre",
        "scrive",
        "redige",
        "assente",
        "assenti",
        "presente",
        "presenti",
        "nessuno",
        "cognome",
        "ass",
        "resp",
        "dip",
        "funz",
        "cons",
        "uff",
        "serv",
        "coord",
        "segr",
        "nome",
        "carica",
        "qualifica",
        "distretto",
    ]
)


def find(text: str, *, blocked: Iterable[tuple[int, int]] = ()) -> list[Person]:
    """Return the people that a running plain text names in full.

    Examples
    --------
    >>> text = "Ha parlato la dott.ssa Maria Pia Berti, poi don Luca RIVA in via Mario Neri."
    >>> [p.name for p in find(text)]
    ['Maria Pia Berti', 'Luca Riva']
    """
    full = _search(text, blocked, _in_run)
    taken, spans = Spans(blocked), Spans((p.start, p.end) for p in full)
    for match in _INITIALS.finditer(text):
        titled = _TITLE_BEFORE.search(text[max(0, match.start() - 16) : match.start()])
        if titled and not taken.overlaps(*match.span()) and not spans.overlaps(*match.span()):
            full.append(Person(match.start(), match.end(), person_name(match.group()), "title", 0.8))
    return sorted(full, key=lambda p: p.start)


def in_entry(text: str, *, blocked: Iterable[tuple[int, int]] = ()) -> list[Person]:
    """Return the people of one entry of an attendance list, where names in capitals, inverted or unknown are believed too."""
    return list(_in_entry(text, tuple(blocked)))


@lru_cache(maxsize=2048)
def _in_entry(text: str, blocked: tuple[tuple[int, int], ...]) -> tuple[Person, ...]:
    # Several rules ask for the people of one line.
    taken = Spans(blocked)
    full = _search(text, taken, _listed)
    spans = Spans((p.start, p.end) for p in full)
    for match in _INITIALS.finditer(text):
        if _OF_A_SERVICE.match(match.group()):
            continue
        if not taken.overlaps(*match.span()) and not spans.overlaps(*match.span()) and may_be_surname(match["surname"]):
            full.append(Person(match.start(), match.end(), person_name(match.group()), "list", 0.7))
    spans = Spans((p.start, p.end) for p in full)
    for match in _INITIAL_LAST.finditer(text):
        if match["initial"].replace(" ", "") == "A.G.":
            continue  # "assente giustificato"
        if not taken.overlaps(*match.span()) and not spans.overlaps(*match.span()) and may_be_surname(match["surname"]):
            name = person_name(f"{match['initial']} {match['surname']}")
            full.append(Person(match.start(), match.end(), name, "list", 0.7))
    return tuple(sorted(full, key=lambda p: p.start))


_BESIDE_BEFORE = re.compile(
    r"(?:^|[,;:(]|\b(?:ed?|con|sono|era|erano|è|da|di|a|[a-zà-ÿ]{4,}(?:a|o|e|ice|ore|ale|ista|ente))|\.|-)\s*$"
)
_BESIDE_AFTER = re.compile(r"\s*(?:[,;:.()-]|$|\b(?:e|ed|per|del|della|dell'|dello|dei|degli|di|in|da|con|ha|anche)\b)")


def in_sentence(text: str, *, blocked: Sequence[tuple[int, int]] = ()) -> list[Person]:
    """Return the people of a sentence that tells who came: those of the lexicon, and unknown names between commas or roles."""
    sure = find(text, blocked=blocked)
    spans = Spans((p.start, p.end) for p in sure)
    more = [
        p
        for p in in_entry(text, blocked=blocked)
        if not spans.overlaps(p.start, p.end)
        and (p.found_by == "lexicon" or not all(is_common(word) for word in text[p.start : p.end].split()))
        and _BESIDE_BEFORE.search(text[max(0, p.start - 25) : p.start])
        and _BESIDE_AFTER.match(text[p.end : p.end + 12])
        and not _PLACE_BEFORE.search(text[max(0, p.start - 14) : p.start])
    ]
    return sorted([*sure, *more], key=lambda p: p.start)


def _search(
    text: str, blocked: Iterable[tuple[int, int]] | Spans, look: Callable[[str, int, int], Person | None]
) -> list[Person]:
    taken = blocked if isinstance(blocked, Spans) else Spans(blocked)
    found: list[Person] = []
    for run in _RUN.finditer(text):
        if " " not in run.group():
            continue
        for start, end in (part for free in taken.outside(run.start(), run.end()) for part in _elided(text, *free)):
            found += _of_run(text, start, end, look)
    return found


LONGEST_RUN = 160  # capitalised words without anything between them: looked at in stretches, so that no line takes long


def _of_run(text: str, start: int, end: int, look: Callable[[str, int, int], Person | None]) -> Iterator[Person]:
    here = start
    while here < end:
        stop = end if end - here <= LONGEST_RUN else max(here + 1, text.rfind(" ", here, here + LONGEST_RUN))
        person = look(text, here, stop)
        if person is not None:
            yield person
            here = person.end
        elif stop < end:
            here = stop
        else:
            return


_ELISION = re.compile(r"(\S+) d'")


def _elided(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """ "Tommaso d'Ippolito" is a name, for the first word is one; "Centro d'Ascolto" is parted."""
    for found in _ELISION.finditer(text, start, end) if text.find(" d'", start, end) >= 0 else ():
        if bare(found[1]) not in first_names():
            yield start, found.start()
            start = found.end()
    if start < end:
        yield start, end


def _words(text: str, start: int, end: int) -> list[tuple[int, int]]:
    return [(m.start() + start, m.end() + start) for m in _SPACED.finditer(text[start:end])]


_SPACED = re.compile(r"\S+")


def titled_before(text: str, place: int) -> bool:
    """Whether a title stands just before a place."""
    return bool(_TITLE_BEFORE.search(text[max(0, place - 16) : place]))


def may_be_surname(word: str) -> bool:
    low = bare(word)
    if not _VOWEL.search(low) or (low.startswith("vice") and low[4:].lstrip("- ") in _role_words()):
        return False
    return low not in _NOT_SURNAMES and low not in _role_words() and word not in word_list("acronyms_not_actors")


_ADJECTIVE_END = re.compile(r"(?:are|ale|ile|ica|ese|ata|aria|ana|ina|osa|ente|ante)$")
_OF_A_SERVICE = re.compile(
    r"(?:U\.\s?O|D\.\s?S|S\.\s?S|R\.\s?S|N\.\s?P|C\.\s?A)\."
)  # "U.O. Materno Infantile", "la D.S."
_OF_A_UNIT = re.compile(r"\b(?:servizio|ufficio|area|settore|centro|dipartimento|distretto|unità)\s+$", re.I)
_VOWEL = re.compile("[aeiouy]")


@cache
def _role_words() -> frozenset[str]:
    """The first words of roles: "assistente" of "assistente sociale"."""
    return frozenset(role.split()[0] for role in word_list("roles"))


def _is_capitals(word: str) -> bool:
    return len(word) > 1 and word.isupper()


def _in_run(text: str, start: int, end: int) -> Person | None:
    words = next(iter(_by_capitals(text, _words(text, start, end))), [])
    titled = titled_before(text, start)
    if _PLACE_BEFORE.search(text[max(0, start - 12) : start]) and not titled:
        return None
    known = first_names()
    for place, (a, b) in enumerate(words):
        word = bare(text[a:b])
        if place and bare(text[words[place - 1][0] : words[place - 1][1]]) in _NAMED_AFTER:
            return None
        if _is_capitals(text[a:b]) and not titled:
            continue
        if known.get(word, 0) < (1 if titled else 2):
            continue
        first = _caps_before(text, words, place)
        last = _surname_end(text, words, place, titled=titled)
        if last is None and first == place:
            continue
        if first < place and (last is None or not _is_capitals(text[words[last][0] : words[last][1]])):
            after = words[place + 1] if place + 1 < len(words) else None
            if after is None or bare(text[after[0] : after[1]]) in known or last is None:
                stop = place + (after is not None and bare(text[after[0] : after[1]]) in known)
                return _person(text, words[first][0], words[stop][1], titled)
        if last is not None:
            return _person(text, a, words[last][1], titled)
    if titled and len(words) >= 2:
        return _titled(text, words)
    if len(words) == 2 and _ROLE_JUST_BEFORE.search(text[max(0, start - 30) : start]):
        a, b = words[0][0], words[1][1]
        if all(may_be_surname(text[x:y]) and not _is_capitals(text[x:y]) for x, y in words) and not any(
            is_common(text[x:y]) for x, y in words
        ):
            return Person(a, b, person_name(text[a:b]), "title", 0.7)
    return None


_ROLE_JUST_BEFORE = re.compile(
    r"\b(?:sindac[oa]|assessor[ea]|consiglier[ea]|presidente|direttor[ei]|direttrice|mediatore|mediatrice|educatore|educatrice|volontari[oa]|coordinatore|coordinatrice|parroco|preside|psicolog[oa]|operatore|operatrice|referente|responsabile|assistente\s+sociale|maestr[oa])\s+$",
    re.I,
)


# What bears the name of a saint or of somebody remembered.
_NAMED_AFTER = frozenset(
    "san santa santo sant via piazza villa casa palazzo biblioteca teatro liceo istituto scuola palestra parco ospedale cascina monte".split()
)


def _person(text: str, start: int, end: int, titled: bool) -> Person:
    return Person(start, end, person_name(text[start:end]), "title" if titled else "lexicon", 0.95)


def _titled(text: str, words: list[tuple[int, int]]) -> Person | None:
    """After a title two words are a name, whatever they are; in capitals up to four."""
    words = _without_place(text, words)
    while words and is_particle(text[words[-1][0] : words[-1][1]]):
        words = words[:-1]
    if len(words) < 2:
        return None
    caps = all(_is_capitals(text[a:b]) for a, b in words)
    count = min(len(words), 4) if caps else min(len(words), 3)
    if (len(words) > 3 and not caps) or not all(may_be_surname(text[a:b]) for a, b in words[:count]):
        return None
    a, b = words[0][0], words[count - 1][1]
    return Person(a, b, person_name(text[a:b]), "title", 0.8)


def _caps_before(text: str, words: list[tuple[int, int]], place: int) -> int:
    """Where the capitals before a first name begin: "DE SANTIS Loredana"."""
    first = place
    while (
        first > 0
        and place - first < 3
        and _is_capitals(text[words[first - 1][0] : words[first - 1][1]])
        and may_be_surname(text[words[first - 1][0] : words[first - 1][1]])
    ):
        first -= 1
    return first


def _surname_end(text: str, words: list[tuple[int, int]], place: int, *, titled: bool) -> int | None:
    """The last word of the name that begins at a place: up to three words after the first name, no role or head among them.

    A surname in capitals ("Nicoletta DI CAMPLI") is believed only right after the first names, since after a whole name
    capitals are an acronym ("Anna Riva CGIL").
    """
    last, real = place, 0
    for number in range(place + 1, min(len(words), place + 5)):
        word = text[words[number][0] : words[number][1]]
        if real and is_particle(word) and word.islower():  # "Luca Riva di Libera"
            break
        sure = titled and number == place + 1 and bare(word) not in _role_words() and not _is_capitals(word)
        if not (sure or may_be_surname(word)) or (
            _is_capitals(word) and real and not _caps_so_far(text, words, place, number)
        ):
            break
        if number > place + 3 and not _is_capitals(word):
            break
        last = number
        real += bare(word) not in first_names()
    while last > place and text[words[last][0]].islower():  # "Ilaria Riva della Regione"
        last -= 1
    if last == place:
        return None
    only = [bare(text[a:b]) for a, b in words[place + 1 : last + 1]]
    if not real and len(only) == 1 and first_names().get(only[0], 0) > 30:
        return None
    if (
        len(only) == 1
        and only[0] in places()
        and first_names().get(bare(text[words[place][0] : words[place][1]]), 0) < 20
    ):
        return None
    return last


def _caps_so_far(text: str, words: list[tuple[int, int]], place: int, number: int) -> bool:
    """All words between the first names and this one are in capitals, or particles."""
    known = first_names()
    first = bare(text[words[place][0] : words[place][1]])
    between = [text[a:b] for a, b in words[place + 1 : number]]
    return all(_is_capitals(word) or bare(word) in known or first + bare(word) in known for word in between)


def _listed(text: str, start: int, end: int) -> Person | None:
    """The first person of a run of an entry; roles, marks and heads of organisations part the run."""
    words = [
        (a, b)
        for a, b in _words(text, start, end)
        if bare(text[a:b]) not in word_list("titles") or is_particle(text[start:a].split(" ")[-2] if a > start else "")
    ]
    stretch: list[tuple[int, int]] = []
    for a, b in [*words, (end, end)]:
        if a < end and may_be_surname(text[a:b]) and text[a:b] not in ("SI", "NO", "X", "AG", "P", "A", "VS"):
            stretch.append((a, b))
            continue
        person = next((p for part in _by_capitals(text, stretch) if (p := _of_stretch(text, part))), None)
        if person:
            return person
        stretch = []
    return None


_SHAPES = [(re.compile(one), re.compile(rf"(?:{one}){{2,}}")) for one in (r"t+(?:p*c)+", r"(?:p*c)+t+")]


def _by_capitals(text: str, words: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """ "Anna BERTI Luca RIVA Pia DE SANTIS": capitals tell where one name ends and the next begins."""
    shapes = "".join("c" if _is_capitals(text[a:b]) else "p" if is_particle(text[a:b]) else "t" for a, b in words)
    for pattern, runs in _SHAPES:
        run = runs.match(shapes)
        if run:
            parts = [words[m.start() : m.end()] for m in pattern.finditer(run.group())]
            return [*parts, words[run.end() :]] if run.end() < len(words) else parts
    known, lead = first_names(), len(shapes) - len(shapes.lstrip("tp"))
    if lead and bare(text[slice(*words[0])]) not in known and "t" in shapes[:lead]:
        caps = [bare(text[a:b]) in known for a, b in words[lead:]]
        # "Rocca Sant'Elia BERTI ANNA", "Spello BERTI Anna", "Adulti e Disabili BERTI Anna": a place or an office and a name
        if (re.fullmatch(r"(?:p*c){2,}", shapes[lead:]) and any(caps)) or (
            re.fullmatch(r"(?:p*c)+t+", shapes[lead:]) and caps[-1] and shapes[lead:].count("t") < 3
        ):
            start = lead - (shapes[lead - 1] == "p")
            return [words[start:]]
    return [words] if words else []


def _of_stretch(text: str, words: list[tuple[int, int]]) -> Person | None:
    known = first_names()
    if len(words) > 2 and bare(text[words[0][0] : words[0][1]]) in ("san", "santa", "santo"):
        words = words[2:]  # "San Vincenzo Anna Berti"
    while words and is_particle(text[slice(*words[0])]) and text[words[0][0]].islower():
        words = words[1:]
    # "al Welfare Nadia Riva": a first name in the middle opens the name; at the end it closes an inverted one.
    first = next((n for n, (a, b) in enumerate(words) if bare(text[a:b]) in known), 0)
    while first and bare(text[words[first - 1][0] : words[first - 1][1]]) in word_list("not_first_names") and first < 2:
        first -= 1  # "Bianca Maria": a word that alone may be anything is a name beside one
    if words and not _is_name(text, words, len(words) - 1) and not _caps_before(text, words, first) < first:
        words = words[first:]
    words = _cut_at_acronym(text, words)
    words = _without_place(text, _after_capitals(text, words))
    while words and is_particle(text[words[-1][0] : words[-1][1]]):
        words = words[:-1]
    if not 2 <= len(words) <= 5:
        return None
    words = _before_particle(text, words)
    if is_place(bare(text[words[0][0] : words[-1][1]])) or bare(text[slice(*words[0])]) in _NAMED_AFTER:
        return None  # "Bosisio Parini", "San Vincenzo"
    if bare(text[slice(*words[0])]) in ("alto", "alta", "medio", "media", "basso", "bassa"):
        return None  # "Medio Friuli"
    lexical = any(bare(text[a:b]) in known for a, b in words)
    if not lexical and max(b - a for a, b in words) > 17:
        return None  # a heading that lost its spaces
    if re.fullmatch(r"[IVX]{2,}", text[slice(*words[-1])]):
        return None  # "Giovanni XXIII"
    if not lexical and _OF_A_UNIT.search(text[max(0, words[0][0] - 16) : words[0][0]]):
        return None  # "Servizio Età Evolutiva"
    shown = [bare(text[a:b]) for a, b in words]
    doubtful = [w in word_list("doubtful_first_names") for w in shown]
    surname = (
        len(shown) == 2
        and any(doubtful)
        and (
            any(w in word_list("surnames") for w in shown)
            or not _ADJECTIVE_END.search(shown[doubtful.index(False)] if False in doubtful else "")
        )
    )
    titled = titled_before(text, words[0][0])
    if not lexical and not surname and not titled and all(is_common(text[a:b]) for a, b in words):
        return None
    a, b = words[0][0], words[-1][1]
    # What stands in brackets beside a name is where the person comes from, unless the lexicon knows better.
    if not lexical and (len(words) > 3 or text[:a].rstrip().endswith("(")):
        return None
    return Person(a, b, person_name(text[a:b]), "lexicon" if lexical else "list", 0.95 if lexical else 0.7)


def _before_particle(text: str, words: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """ "Luca Riva di Libera": after a first name and a surname a small *di* leads to where the person comes from."""
    known = first_names()
    for number in range(2, len(words)):
        before = [bare(text[a:b]) in known for a, b in words[:number] if not is_particle(text[a:b])]
        word = text[words[number][0] : words[number][1]]
        if word.islower() and is_particle(word) and len(before) > 1 and any(before) and not all(before):
            return words[:number]
    return words


def _is_name(text: str, words: list[tuple[int, int]], number: int) -> bool:
    """A first name, or the second half of one ("Maria Grazia")."""
    low = bare(text[words[number][0] : words[number][1]])
    before = bare(text[words[number - 1][0] : words[number - 1][1]]) if number else ""
    return low in first_names() or before + low in first_names()


def is_particle(word: str) -> bool:
    return word.lower() in (
        "di",
        "del",
        "della",
        "dello",
        "dei",
        "degli",
        "da",
        "dal",
        "dalla",
        "de",
        "el",
        "al",
        "la",
        "lo",
        "li",
        "van",
        "von",
    )


def _after_capitals(text: str, words: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """ "COMUNE DI FANNA Toffolo Dario": capitals before a whole name are no part of it; "TOSI Maria Rosa" keeps them."""
    plain = next((n for n, (a, b) in enumerate(words) if not _is_capitals(text[a:b]) and not is_particle(text[a:b])), 0)
    rest = words[plain:]
    capitals = any(_is_capitals(text[a:b]) for a, b in words[:plain])
    if capitals and len(rest) >= 2 and not all(_is_name(text, rest, n) for n in range(len(rest))):
        return rest
    return words


def _without_place(text: str, words: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """ "Marisa di Galliate" comes from there: what follows a small *di* and is a municipality is no surname."""
    for number in range(1, len(words) - 1):
        if text[words[number][0] : words[number][1]] in ("di", "del", "della"):
            rest = bare(text[words[number + 1][0] : words[-1][1]])
            if rest in places() or rest.split()[0] in places():
                return words[:number]
    return words


@cache
def is_common(word: str) -> bool:
    """A word of the dictionary, a place or a particle: "Politiche Sociali" names nobody."""
    low = word.lower().strip("'")
    return (
        is_particle(word)
        or bare(word) in places()
        or bare(word) in word_list("areas")
        or simplemma.is_known(low, lang="it")
    )


def _cut_at_acronym(text: str, words: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Capitals after a whole name are no part of it: "Luca Riva UISP"; nor a third word in small letters after two in capitals."""
    shapes = [_is_capitals(text[a:b]) for a, b in words]
    for number in range(2, len(words)):
        if shapes[number] and not any(shapes[:number]) and not all(_is_name(text, words, n) for n in range(number)):
            return words[:number]
    return words


def by_surname(text: str, known: Iterable[str], *, blocked: Iterable[tuple[int, int]] = ()) -> list[Person]:
    """Return further mentions by surname alone of people whose full names are known, ambiguous surnames left out."""
    surnames: dict[str, set[str]] = {}
    for name in known:
        words = name.split()
        for cut in range(1, len(words)):
            surname = " ".join(words[cut:])
            if bare(words[cut]) not in first_names() or cut == len(words) - 1:
                surnames.setdefault(surname, set()).add(name)
                break
    single = {surname: next(iter(names)) for surname, names in surnames.items() if len(names) == 1 and len(surname) > 2}
    if not single:
        return []
    taken = Spans(blocked)
    return [
        Person(a, b, single[text[a:b]], "surname", 0.9)
        for a, b in occurrences(text, single)
        if not taken.overlaps(a, b)
    ]
