"""Organisations, bodies and initiatives named in a text: registry, grammar and acronyms.

One Aho-Corasick automaton holds every known name and every beginning of a name; what follows a beginning is read word
by word, so that boundaries are exact and a person's name after it is never swallowed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache

import ahocorasick
import simplemma

from labkit.actors.identity import bare, capital, is_place, org_key, places
from labkit.actors.sectors import sector_of
from labkit.codebook import Codebooks, sectors_of
from labkit.language.spans import Spans, occurrences
from labkit.language.stems import Cued
from labkit.language.vocabulary import first_names, lowered, word_list


@dataclass(frozen=True)
class Mention:
    """An actor named: span, surface, and who it is."""

    start: int
    end: int
    surface: str
    actor_id: str
    name: str
    type: str
    sector: str | None
    sector_source: str
    found_by: str
    certainty: float


@dataclass(frozen=True)
class Knowledge:
    """What reading knows beforehand: codebooks, acronyms that any file of the lab defines, and a spaCy pipeline, if one is named."""

    codebooks: Codebooks
    acronyms: tuple[tuple[str, str], ...] = ()
    model: str | None = None


@dataclass(frozen=True)
class _Name:
    """A name in the automaton: of an actor of the codebooks, or the beginning of an organisation's name."""

    kind: str
    id: str
    text: str
    label: str = ""
    sector: str | None = None
    exact: bool = False
    outside: bool = False


@lru_cache(maxsize=8)
def finder(knowledge: Knowledge) -> Finder:
    """Return the finder for what is known, built once per process."""
    return Finder(knowledge)


@dataclass
class Finder:
    """Finds organisations, bodies and initiatives in a plain text."""

    knowledge: Knowledge
    automaton: ahocorasick.Automaton = field(init=False)
    by_key: dict[str, _Name] = field(init=False)

    def __post_init__(self) -> None:
        books = self.knowledge.codebooks
        self.by_key = {}
        names: dict[str, list[_Name]] = {}
        for name in [*_beginnings(books), *_bodies(books), *_registry(books)]:
            same = names.setdefault(lowered(name.text), [])
            # A lab's own entries come after the default ones and take their place.
            same[:] = [other for other in same if other.kind == "beginning" or name.kind == "beginning"] + [name]
            if name.kind != "beginning":
                self.by_key[org_key(name.text)] = name
        for text in [t for t in names if t[-1:] in _TYPED or any(c in t for c in "àò")]:
            names.setdefault(_typed(text), names[text])
        self.automaton = ahocorasick.Automaton()
        for text, found in names.items():
            self.automaton.add_word(text, (len(text), tuple(found)))
        for acronym, long in self.knowledge.acronyms:
            if lowered(acronym) not in names:
                name = _Name("acronym", org_key(long), acronym, long, exact=True)
                self.automaton.add_word(lowered(acronym), (len(acronym), (name,)))
        self.automaton.make_automaton()

    def find(self, text: str, *, blocked: Iterable[tuple[int, int]] = ()) -> list[Mention]:
        """Return the mentions in a plain text, in order, none overlapping another or a blocked span."""
        candidates: list[Mention] = []
        for start, end, name in self._hits(text):
            candidates.extend(self._read(text, start, end, name))
        candidates.extend(self._groups(text))
        candidates.extend(self._legal_forms(text, candidates))
        candidates.extend(_projects(text))
        candidates.extend(self.town(text[a:b], a, b, text[a:b], certainty=0.6) for a, b in _towns_in_rows(text))
        found = _spelt_out(_longest_first(candidates, list(blocked)))
        return _under_acronyms(text, _by_head(text, _by_short_name(text, found)))

    def _hits(self, text: str) -> Iterable[tuple[int, int, _Name]]:
        low = lowered(text)
        for last, (length, names) in self.automaton.iter(low):
            for name in names:
                start, end = last + 1 - length, last + 1
                if _whole_word(low, start, end) and (not name.exact or text[start:end] == name.text):
                    yield start, end, name

    def _read(self, text: str, start: int, end: int, name: _Name) -> list[Mention]:
        if name.kind == "beginning":
            return self._grammar(text, start, end, name)
        if name.kind == "acronym":
            return [self.resolve(name.label, start, end, text[start:end], found_by="acronym", certainty=0.9)]
        if name.kind == "organisation" and not _has_place(name.text):
            parish = _PARISH.match(text, end) if name.id == "caritas" else None
            stop = _branch_end(text, parish.end() if parish else end)
            tail = _LEGAL_TAIL.match(text, stop)
            if tail:
                formed = _without_stop(text, stop, tail.end())
                stop = _branch_end(text, formed) if stop == end else formed  # "ANFFAS Onlus Udine"
            troop = re.compile(r"[ ]\d{1,2}\b").match(text, stop) if name.id == "agesci" else None
            stop = troop.end() if troop else stop
            if stop > end:
                whole = text[start:stop]
                return [self.resolve(whole, start, stop, whole, found_by="registry", certainty=0.95, like=name)]
        return [self._known(name, start, end, text[start:end])]

    def _known(
        self, name: _Name, start: int, end: int, surface: str, found_by: str = "registry", certainty: float = 1.0
    ) -> Mention:
        return Mention(
            start, end, surface, name.id, name.label, name.kind, name.sector, "registry", found_by, certainty
        )

    def resolve(
        self,
        name: str,
        start: int,
        end: int,
        surface: str,
        *,
        found_by: str,
        certainty: float,
        like: _Name | None = None,
        head: str | None = None,
        group: str | None = None,
    ) -> Mention:
        """Return the mention of an organisation under its registry name if it has one, else under its own key."""
        known = self.by_key.get(org_key(name))
        if known:
            return self._known(known, start, end, surface, found_by, certainty)
        sector, source = sector_of(name, registry=like.sector if like else None, head=head, group=group)
        name = " ".join(name.split()).strip(" '")
        shown = name.strip('"') if name.count('"') == 1 else name
        shown = in_small_letters(shown) if shown.isupper() and " " in shown else shown
        return Mention(start, end, surface, org_key(name), shown, "organisation", sector, source, found_by, certainty)

    def town(self, place: str, start: int, end: int, surface: str, *, certainty: float) -> Mention:
        """Return the mention of a municipality that stands there by the name of its place alone."""
        name = f"Comune di {in_small_letters(place) if place.isupper() else place}"
        return self.resolve(name, start, end, surface, found_by="grammar", certainty=certainty, head="public")

    def _grammar(self, text: str, start: int, end: int, head: _Name) -> list[Mention]:
        surface = text[start:end]
        follows = text[end : end + 2].lstrip()[:1]
        if surface[0].islower() and not (
            head.id in _LOWER_CASE_HEADS
            or surface in ("coop.", "coop")
            or (head.id in _LOWER_IF_NAMED and (follows.isupper() or follows == '"'))
        ):
            return []
        if head.id == "health-agency" and " " not in surface and not surface.isupper() and not surface[:1].isupper():
            return []
        if (
            head.id == "health-agency"
            and surface.upper() == "ATS"
            and _NOT_HEALTH.search(text, max(0, start - 40), end + 40)
        ):
            return []
        if head.text in _SINGULAR:
            return self._several(text, start, end, head)
        twin = _NAMES_WITH_AND.match(text, end) if head.id in ("provincia", "chamber", "foundation") else None
        if surface.islower() and self._another_follows(text, end, head):
            return []
        stop = twin.end() if twin else _extend(text, start, end, head)
        if stop is None:
            alone = (head.id == "health-agency" and surface.isupper()) or head.text in _WHOLE_HEADS
            if not alone:
                return []
            stop = end
        if head.id == "association" and _NOT_ASSOCIATION.match(text, start):
            return []
        if head.id == "school" and re.search(r"[Cc]onsigli\w\s+d(?:i\s|')$", text[max(0, start - 14) : start]):
            return []  # "Consiglio di Istituto"
        if surface.lower() == "ass." and (
            re.search(r"\b[Ll]'$", text[max(0, start - 2) : start])
            or (_person_starts(text, end + 1) and not re.match(r" (?:La|Le|Il|Lo|Gli|I) ", text[end : end + 5]))
        ):
            return []  # an assessor
        begin = start
        if head.outside:
            begin = end + len(text[end:stop]) - len(text[end:stop].lstrip())
        whole = text[begin:stop]
        found = [self.resolve(whole, begin, stop, whole, found_by="grammar", certainty=0.8, head=head.sector)]
        also = _ALSO_OF.match(text, stop) if head.id in ("comune", "provincia", "health-agency", "church") else None
        if also and municipality(also["place"]):
            name, at = f"{surface} di {municipality(also['place'])}", also.start("place")
            place = municipality(also["place"])
            found.append(
                self.resolve(name, at, at + len(place), place, found_by="grammar", certainty=0.8, head=head.sector)
            )
        return found

    def _another_follows(self, text: str, end: int, head: _Name) -> bool:
        """ "il forno Panificio Riva", "assessore alla scuola del Comune": a word in small letters before the name of another."""
        if head.id == "company":
            word = re.compile(r"[ ]([A-ZÀ-Ý]\w+)").match(text, end)
            return bool(word) and lowered(word[1]) in self.automaton
        of = re.compile(r"[ ](?:del|della|dell')[ ]?").match(text, end)
        return head.id == "school" and of is not None and bool(_ANOTHER_HEAD.match(text, of.end()))

    def _several(self, text: str, start: int, end: int, head: _Name) -> list[Mention]:
        """ "i Comuni di A, B e C", "le cooperative sociali A e B": one mention a name, under the singular of the head."""
        single, of = _SINGULAR[head.text]
        found, here = [], end
        while True:
            link = _NEXT_ITEM.match(text, here) if found else _FIRST_ITEM.match(text, here)
            if not link and of and len(found) > 4:
                link = _NO_COMMA.match(text, here)
            if not link:
                break
            if of and not found:
                bare_list = bool(link["list"])
                if not (bare_list or link["of"] or "(" in link.group()):
                    break
                if bare_list and not _lists_towns(text, link.end()):
                    break
            elif not of and not found and link["list"]:
                break
            stop = _item_end(text, link.end(), of)
            if stop is None or (link.re is _NO_COMMA and municipality(text[link.end() : stop]) is None):
                break
            item = text[link.end() : stop]
            name = f"{single} di {item}" if of or link.groupdict().get("of") else f"{single} {item}"
            found.append(
                self.resolve(name, link.end(), stop, item, found_by="grammar", certainty=0.8, head=head.sector)
            )
            here = stop
        return found

    def _legal_forms(self, text: str, known: list[Mention]) -> list[Mention]:
        """ "Tessiture Rossi S.p.A.": the capitalised words before a legal form, where no known name stands among them."""
        found = []
        for match in _LEGAL_FORM.finditer(text):
            start = _name_begins(text, match.start())
            if start is None or any(
                m.start < match.end() and start < m.end and (m.found_by == "registry" or m.start < start)
                for m in known
                if start - 80 < m.start < match.end()
            ):
                continue
            tail = _LEGAL_TAIL.match(text, match.end())
            end = _without_stop(text, match.start(), tail.end() if tail else match.end())
            name = text[start:end]
            if not _STREET.match(name):
                found.append(self.resolve(name, start, end, name, found_by="grammar", certainty=0.8))
        return found

    def _groups(self, text: str) -> list[Mention]:
        """ "imprese (A, B, C)": what a bracket lists after the name of a group belongs to its sector."""
        found = []
        for match in _GROUP.finditer(text):
            sector = next(s for word, s in _GROUP_SECTORS if re.match(word, match["group"], re.I))
            if match["list"].count(",") < 2:
                continue
            for part in re.finditer(r"[^,;]+", match["list"]):
                raw = part.group().strip()
                begin = match.start("list") + part.start() + part.group().index(raw[:1]) if raw else 0
                if raw and raw[0].isupper() and len(raw.split()) <= 7:
                    found.append(
                        self.resolve(raw, begin, begin + len(raw), raw, found_by="grammar", certainty=0.7, group=sector)
                    )
        return found


_TYPED = {"à": "a'", "è": "e'", "é": "e'", "ì": "i'", "ò": "o'", "ù": "u'"}


def _typed(text: str) -> str:
    """A name as typed without accents: "comunita' montana"."""
    return "".join(_TYPED.get(c, c) for c in text)


# "ATS" is also an association of organisations for one purpose, and an area of municipalities.
_NOT_HEALTH = re.compile(
    r"ATS\s+(?:n\.|\d|[A-Z]{1,3}\d|costituend|costituit)|temporanea di scopo|Ambito|capofila|Consorzio\s+ATS|VEN_", re.I
)
_NOT_ASSOCIATION = re.compile(
    r"comitato\s+(?:dei\s+sindaci|di\s+(?:distretto|partecipazione|pilotaggio|coordinamento|indirizzo|redazione|valutazione|gestione|sorveglianza)|tecnico|ristretto|direttivo|esecutivo|scientifico|promotore|istituzionale)"
    r"|associazion[ei]\s+temporane\w+|(?-i:Ass\.\s+[A-ZÀ-Ý]{3,}(?!\s+[A-ZÀ-Ý]))|ass\.\s+(?:soc|serv|pol|alle?|ai|comun|com\.|R\b)|gruppo\s+di\s+|lega\s+di\b",
    re.I,
)
_LOWER_IF_NAMED = frozenset(
    ["company", "named-by-trade", "home", "social-company", "against-violence", "public-office", "hospital"]
)
_LOWER_CASE_HEADS = frozenset(
    ["comune", "provincia", "regione", "cooperative", "association", "foundation", "church", "school", "consortium"]
)
_WHOLE_HEADS = frozenset(
    ("servizio sociale territoriale", "servizio sociale professionale", "servizio sociale dei comuni")
)
_GROUP_SECTORS = (
    (r"terzo settore|privato sociale|volontariato|associazionismo|cooperazione", "third_sector"),
    (r"impres[ea]|aziende|mondo (del )?profit|mondo produttivo|profit", "profit"),
    (r"mondo della (formazione|scuola)|scuol[ae]|enti (locali|pubblici)|istituzioni", "public"),
    (r"sindacati|organizzazioni sindacali", "other"),
)
_GROUP = Cued(
    rf"\b(?P<group>{'|'.join(words for words, _ in _GROUP_SECTORS)})\s*\((?P<list>[^()\n]{{8,400}})\)",
    [
        *"volontariato associazionismo cooperazione impres aziende mondo profit scuol istituzioni sindacati organizzazioni".split(),
        *("terzo settore", "privato sociale", "enti locali", "enti pubblici"),
    ],
)

_BRANCH = re.compile(
    r"(?:[ ]*[-,(]?[ ]*(?:[Ss]ezione|[Ss]ez\.|[Cc]omitato|[Dd]elegazione|[Ff]ederazione|[Cc]ircolo|[Ss]ede|[Gg]ruppo|[Uu]nità)(?:[ ]+(?:locale|provinciale|territoriale|comunale|regionale|zonale))?(?=[ ]+(?:d|[A-ZÀ-Ý])))?"
    r"(?:[ ]+(?:prov\.li|prov\.|[Ii]mprese|comunal[ei]|provincial[ei]|territorial[ei]|regional[ei]|zonal[ei]|local[ei]|cittadin[aoe]|diocesan[aoe]|parrocchial[ei]|interprovinciale|imprese|servizi|pensionati|[Ii]talia)(?=[ ]))?"
    r"[ ]+(?:(?P<of>(?:della[ ])?provincia[ ](?:di[ ]|dell')|di|della|del|dell'|dei|delle|degli|d')[ ]?)?(?P<place>(?:[A-ZÀ-Ý][\w'-]+)(?:[ ](?:(?:di|del|della|de'|sul|in)[ ])?[A-ZÀ-Ý][\w'-]+){0,3})"
)
_PARISH = re.compile(r"[ ](?:parrocchiale|interparrocchiale|vicariale|foraniale|decanale|zonale|cittadina)\b")
_CAPITAL = r"[A-ZÀ-Ý][\w'.&()-]*[\wà-ÿ)]|[A-ZÀ-Ý]"
_NAMES_WITH_AND = re.compile(
    r"(?: (?:Cassa di Risparmio|di Comunità))? (?:di |del |della )?(?:Pesaro e Urbino|Massa e Carrara|Forlì e Cesena|Monza e (?:della )?Brianza|Padova e Rovigo|Barletta,? Andria e Trani|Verona,? Vicenza,? Belluno e Ancona)"
)
# A town that opens the row of a table: after its number, or before the office of who came from it.
_ROW = re.compile(r"(?P<n>\d(?<!\S.)\d{0,2})\s?[.)]?[ \t]+(?=[A-ZÀ-Ý])")
_OFFICE = Cued(
    r"(?<=[ ])(?=(?:Vice[ -]?)?(?:Sindac[oa]|Assessor[ea]|Consiglier[ea]|Delegat[oa]|Vicesindac[oa])[ ])",
    ["vice", "sindac", "assessor", "consiglier", "delegat"],
)


def _towns_in_rows(text: str) -> Iterable[tuple[int, int]]:
    """Towns without *Comune di* in the rows of a list, four at least, and half of its rows."""
    rows, numbers, last = [], 0, 0
    for match in _ROW.finditer(text):
        number = int(match["n"])
        if number != 1 and not 0 < number - last < 9:
            continue
        numbers, last = numbers + 1, number
        place = municipality(text[match.end() : match.end() + 40])
        if place and not _PERSON_GOES_ON.match(text, match.end() + len(place)):
            rows.append((match.end(), match.end() + len(place)))
    offices = []
    for match in _OFFICE.finditer(text):
        end = match.start() - 1
        words = text[max(0, end - 40) : end].split("\n")[-1].split(" ")
        for count in range(min(5, len(words)), 0, -1):
            name = " ".join(words[-count:])
            if name[:1].isupper() and municipality(name) == name:
                offices.append((end - len(name), end))
                break
    if len(rows) > 3 and 2 * len(rows) >= numbers:
        yield from rows
    if len(offices) > 3:
        yield from offices


_PERSON_GOES_ON = re.compile(r"[ ][A-ZÀ-Ý][a-zà-ÿ]+[ ]*(?:$|[\n,;:(-])", re.M)
# "ASL di Bari e di Foggia", "il Comune di Fidenza e quello di Noceto"
_ALSO_OF = re.compile(r"\s+e\s+(?:quell[oa]\s+)?di\s+(?P<place>[A-ZÀ-Ý][^,;.\n]{2,40})")
_SINGULAR = {
    "comuni": ("Comune", True),
    "sindaci": ("Comune", True),
    "province": ("Provincia", True),
    "parrocchie": ("Parrocchia", False),
    "cooperative": ("Cooperativa", False),
    "cooperative sociali": ("Cooperativa sociale", False),
    "associazioni": ("Associazione", False),
    "fondazioni": ("Fondazione", False),
    "istituti comprensivi": ("Istituto comprensivo", False),
}
_FIRST_ITEM = re.compile(
    r"(?:(?P<list>\s+(?:presenti|assenti|aderenti|associati|soci)(?:\s+per\s+delega)?\s*:[\s,]*|\s*(?:\sdi\s*)?:\s*)|\s+(?:\(\s*)?(?:soci\s+)?)(?P<of>(?<=\()|di\s+|d')?(?=[A-ZÀ-Ý\"])"
)
_NEXT_ITEM = re.compile(r"\s*(?:,\s*)*(?:,|\se|\sed|\snonché)\s+(?P<of>di\s+|d')?(?=[A-ZÀ-Ý\"])")


def _lists_towns(text: str, start: int) -> bool:
    """Half of the first names of a list are municipalities; the others may be misspelt."""
    items = [part.strip() for part in re.split(r"[,;\n]", text[start : start + 160])[:4] if part.strip()]
    return 2 * sum(municipality(item) is not None for item in items) >= len(items)


_NO_COMMA = re.compile(r"[ ](?=[A-ZÀ-Ý])")


def _item_end(text: str, start: int, of: bool) -> int | None:
    """Where one name of such a list ends; None where something else begins."""
    quoted = re.compile(r'"[^"\n]{2,50}"').match(text, start)
    if quoted:
        return quoted.end()
    if _ANOTHER_HEAD.match(text, start):
        return None
    if of:
        place = municipality(text[start : start + 60])
        if place:
            return start + len(place)
    item = re.compile(
        r"[A-ZÀ-Ý][\w'.-]*\w(?:\s(?:(?:di|del|della|dei|delle|d'|sul|sull'|in|al|per)\s?)?[A-ZÀ-Ý][\w'-]*)*"
    ).match(text, start)
    if not item or _person_starts(text, start):
        return None
    tail = _LEGAL_TAIL.match(text, item.end())
    return tail.end() if tail else item.end()


_ANOTHER_HEAD = re.compile(
    r"(?:Comun[ei]|Provinc\w+|Regione|Cooperativ\w+|Coop|Consorzio|Fondazion\w+|Associazion\w+|Azienda|ASL|ATS|ASST|Caritas|Camera|Diocesi|Parrocchi\w+|Istitut\w+)\b"
)


_STREET = re.compile(r"(?:via|viale|piazza|p\.zza|corso|località|loc\.|contrada|c\.da|vicolo)\s", re.I)
_FORM = (
    r"(?:[Ss]\.?\s?[Pp]\.?\s?[Aa]|[Ss]\.?\s?[Rr]\.?\s?[Ll](?:\.?\s?[Ss])?|[Ss]\.?\s?[Nn]\.?\s?[Cc]|[Ss]\.?[Aa]\.?[Ss]|[Ss]\.?[Cc]\.?[Ss]|SCS|SCARL|[Ss]carl|[Ss]\.c\.a\.r\.l|a\s+r\.?\s?l|[Ii]mpresa\s+[Ss]ociale|"
    r"[Ss]ocietà\s+[Cc]ooperativa(?:\s+[Ss]ociale)?|soc\.\s?coop\.(?:\s?soc)?|ONLUS|[Oo]nlus|ODV|[Oo]d[Vv]|odv|APS|[Aa]ps|ETS|[Ee]ts|ASD|asd)"
)
_LEGAL_TAIL = re.compile(rf"(?:[ ]{_FORM}\.?(?=[\s,;:).]|$))+")
_LEGAL_FORM = re.compile(rf"[ ](?<=[\w'\".)].){_FORM}(?:\.(?=[\s,;:)]|$)|(?=[\s,;:).]|$))")
_PART_OF_NAME = re.compile(
    r"(?:[A-ZÀ-Ý0-9\"][\w&.'’\"-]*|di|del|della|dello|dei|degli|delle|d'|dell'|e|&|per|con|in|in\b|a|al|alla|per\b|l'|dall')"
)


_NOT_IN_NAME = frozenset(
    "Il La Lo L' I Le Gli Per Con Da Dalla Alla Anche Inoltre Quindi Poi Infine Solo Secondo Presso Ora Oggi Se Ma E".split()
)


def _without_stop(text: str, form: int, end: int) -> int:
    """The point that ends a sentence is no part of "SpA"; that of "S.p.A." is."""
    return end - 1 if text[end - 1] == "." and "." not in text[form : end - 1] else end


def _name_begins(text: str, end: int) -> int | None:
    """Where the name that ends in a legal form begins: back over capitalised words and what joins them."""
    line = max(text.rfind(mark, max(0, end - 90), end) for mark in "\n;:(\t") + 1
    line = max(line, end - 90)
    words = [(m.start() + line, m.end() + line) for m in re.finditer(r"[^\s,]+|,", text[line:end])]
    start = None
    for a, b in reversed(words):
        word = text[a:b]
        if (
            word == ","
            or word in ("X", "P", "A", "AG", "SI", "NO")
            or word.isdigit()
            or re.fullmatch(_FORM, word)
            or not _PART_OF_NAME.fullmatch(word.strip('"') or word)
        ):
            break
        if word.endswith(".") and len(word) > 3 and start is not None:
            break
        if (
            word[0].isupper()
            or word[0] in '"0123456789'
            or ("'" in word[:5] and word[-1:].isalpha() and word.split("'")[-1][:1].isupper())
        ):
            start = a
    if start is None:
        return None
    opens = start == 0 or text[:start].rstrip(" ")[-1:] in ".\n:!?"
    elided = re.match(r"(?:l|d|dell|all|dall|nell|L|D|Dell|All)'(?=[A-ZÀ-Ý])", text[start:end])
    if elided and (elided.group()[0].islower() or (opens and _ANOTHER_HEAD.match(text, start + elided.end()))):
        start += elided.end()
    first = text[start:end].split()[0]
    if opens and first in _NOT_IN_NAME and len(text[start:end].split()) > 1:
        start += len(first) + 1
    if _person_starts(text, start) and len(text[start:end].split()) > 3:
        start = start + len(" ".join(text[start:end].split()[:2])) + 1
    return start if text[start:end].strip() else None


def _whole_word(low: str, start: int, end: int) -> bool:
    if start and (low[start - 1].isalnum() or low[start - 1] == "-"):
        return False
    return end == len(low) or not (low[end].isalnum() and low[end - 1].isalnum())


def _is_place(text: str) -> bool:
    words = bare(text).strip(".")
    known = places()
    return words in known or words.split()[0] in known


def municipality(text: str) -> str | None:
    """Return the beginning of a text that is the name of a municipality, as it stands there; None if there is none.

    >>> municipality("San Fratello - Presidente"), municipality("FORNI DI SOPRA"), municipality("Bilancio")
    ('San Fratello', 'FORNI DI SOPRA', None)
    """
    words = list(re.finditer(r"[^\s,;:()]+", text.split("\n")[0]))[:6]
    for count in range(len(words), 0, -1):
        stretch = text[: words[count - 1].end()].rstrip(".*-– ")
        name = " ".join(bare(stretch).replace("' ", "'").split())
        saint = name.removeprefix("s. ")
        if (
            is_place(name)
            or is_place(" ".join(bare(stretch).split()))
            or (saint != name and {f"san {saint}", f"sant'{saint}", f"santa {saint}"} & places())
        ):
            return stretch
    return None


@lru_cache(maxsize=1)
def _place_words() -> frozenset[str]:
    """The first words of names of places: "Ascoli" of "Ascoli Piceno"."""
    return frozenset(name.split()[0] for name in places() if len(name.split()[0]) > 3)


def _branch_end(text: str, end: int) -> int:
    """Where the name of a local branch ends: "Auser territoriale Grosseto", "CISL di Arezzo", "AISM sezione di Grosseto"."""
    found = _BRANCH.match(text, end)
    if not found or (")" in text[end : found.start("place")]):
        return end
    place = found["place"]
    at = found.start("place")
    if _LEGAL_TAIL.match(text, found.end()) and not _person_starts(text, at):
        return found.end()  # "CSV Irpinia Sannio ETS"
    known = municipality_or_area(place) or (place.split()[0] if bare(place.split()[0]) in word_list("areas") else None)
    if known:
        return _further_places(text, at + len(known))
    first = place.split()[0]
    if first in ("San", "Santa", "Santo", "Sant'") and len(place.split()) > 1:
        first = " ".join(place.split()[:2])
    marked = bool(found["of"]) or found.group()[: at - end].strip(" -,(") != ""
    if (
        marked
        and found["of"] not in ("della", "del", "dell'", "dei", "delle", "degli")
        and not _person_starts(text, at)
    ):
        return at + len(first)
    if found["of"] in ("di", "d'") and bare(first) in _place_words():
        return at + len(first)
    if found["of"] or _person_starts(text, at) or bare(first) in first_names() or _another_begins(text, at, False):
        return end
    lone = place.split()[:2]
    if (
        (len(lone) == 1 or not lone[1][0].isupper())
        and not lone[0].isupper()
        and bare(lone[0]) not in word_list("roles")
        and at - end == 1
    ):
        return at + len(first)
    return end


def _further_places(text: str, end: int) -> int:
    """ "CISL Monza Brianza Lecco", "CGIL Monza e Brianza"."""
    while more := re.compile(r"[ ](?:e[ ])?(?P<place>[A-ZÀ-Ý][\w'-]+)").match(text, end):
        word = bare(more["place"])
        joined = " e " in more.group()
        if word not in word_list("areas") and (
            joined or word not in places() or _person_starts(text, more.start("place"))
        ):
            break
        end = more.end()
    return end


def municipality_or_area(text: str) -> str | None:
    """The beginning of a text that is a place: a municipality, or several joined by hyphens, or a valley or plain with one."""
    found = municipality(text)
    if found:
        return found
    words = text.split()
    if words and "-" in words[0] and any(bare(part) in places() for part in words[0].split("-")):
        joined = re.match(r"[A-ZÀ-Ý][\w']+(?:-[A-ZÀ-Ý][\w']+)+", text)
        return joined.group() if joined else None
    if (
        words
        and words[0]
        in ("Val", "Valle", "Alta", "Alto", "Bassa", "Basso", "Media", "Piana", "Terra", "Terre", "Sud", "Nord")
        and len(words) > 1
    ):
        of = re.match(r"\w+(?:[ ](?:di|del|della|d')[ ]?)?[ ]?[A-ZÀ-Ý][\w'-]+", text)
        return of.group() if of else None
    return None


def _has_place(text: str) -> bool:
    """The name already says where: "ASL di Cremona", "Comunità Sociale Cremasca" does not."""
    words = text.split()
    if len(words) < 2 or bare(words[-1]) not in places():
        return False
    return words[-2].lower() in ("di", "della", "del") or (len(words) == 2 and words[0].isupper())


def _registry(books: Codebooks) -> Iterable[_Name]:
    for entry in books.actors.values():
        sector = next((s["value"] for s in sectors_of(entry)), None)
        texts = [entry["label"], *entry.get("aliases", [])]
        texts += [".".join(text) + "." for text in texts if text.isupper() and text.isalpha() and len(text) > 2]
        for text in dict.fromkeys(texts):
            exact = entry.get("exact", False) or not any(c.islower() for c in text)
            yield _Name(entry.get("type", "organisation"), entry.id, text, entry["label"], sector, exact)


def _bodies(books: Codebooks) -> Iterable[_Name]:
    for entry in books.bodies.values():
        for text in dict.fromkeys([entry["label"], *entry.get("aliases", [])]):
            yield _Name("body", entry.id, text, entry["label"], entry.get("sector"), text.isupper())


def _beginnings(books: Codebooks) -> Iterable[_Name]:
    for entry in books.grammar.values():
        for text in entry["forms"]:
            yield _Name(
                "beginning", entry.id, text, entry["label"], entry.get("sector"), outside=entry.get("outside", False)
            )


_CONNECT = re.compile(
    r"\s+(?:(?:di|del|della|dello|dei|degli|delle|presso il|presso la|della provincia di|per|per la|per il|per i|per gli|per le|con|con il|con la|in|a|al|alla|agli|sul|nel|nella|"
    r"tra|tra le|tra i|tra gli|fra|oltre|oltre il|oltre la|oltre le|verso|verso il|senza|contro la|contro le|d'|e del|e della|e delle|e dei|e degli|e le|e la|e i|e il|e)\s+|(?:dell'|della provincia dell'|e dell'|d'|per l'|all'|nell'|sull')\s?)(?-i:(?=[\"A-ZÀ-Ý]))",
    re.I,
)
_SPACE = re.compile(r"(?:[ ]\x1e*|\t)(?=[\"A-ZÀ-Ý0-9(]|n\.\s?\d)")
_ADJECTIVE = re.compile(
    r"\s+(?:sociali?|comunale|comunali|provinciale|regionale|diocesan[ao]|comunitaria|territoriale|consortile|speciale|montana|casearia|superiore|"
    r"primaria|secondaria|statale|onlus|O\.?N\.?L\.?U\.?S\.?|ambito|autonoma|comprensivo|scolastico|unica|cittadina|parrocchiale|interparrocchiale|vicariale|foraniale|decanale|temporanea|nazionale|ospedaliera|sanitaria|del lavoro|del territorio|dello spettacolo|autonomo|archeologica|immobiliare|dei servizi sociali|dei servizi socio-assistenziali|di servizi sociali|scientifico|classico|artistico|linguistico|musicale|intercomunale|islamico|islamica)\b(?=[\s,;.:)]|$)"
)
_ELEMENT = re.compile(
    rf"(?:San|Santa|Santo|S\.)\s+[A-ZÀ-Ý][\w']+|Sant'\s?[A-ZÀ-Ý]\w+|\"[^\"\n]{{2,50}}\"|(?:S\.\s?p\.\s?A\.|S\.\s?r\.\s?l\.|S\.C\.S\.|S\.\s?n\.\s?c\.)|(?:{_CAPITAL})(?:'(?=[A-ZÀ-Ý]))?|(?:n\.\s?)?\d{{1,3}}\b"
)


def _extend(text: str, start: int, end: int, head: _Name) -> int | None:
    """Return where the name that begins with a head ends; None if nothing of a name follows."""
    here, named = end, 0
    limit = 7
    capitals = text[start:end].isupper() and end - start > 4
    while named < limit:
        adjective = _ADJECTIVE.match(text, here)
        if adjective:
            here = adjective.end()
            continue
        link = _CONNECT.match(text, here) or _SPACE.match(text, here)
        if text[here - 1 : here] == "'":
            link = re.compile("").match(text, here)
        if not link or "\t" in link.group():
            break
        word = link.group().strip().lower()
        element = _ELEMENT.match(text, link.end())
        if not element or (word.split()[:1] == ["e"] and (named == 0 or not _joins(head, element.group()))):
            break
        if (
            named
            and element.group().isdigit()
            and head.id != "health-agency"
            and re.match(r"\s+[A-ZÀ-Ý]", text[element.end() : element.end() + 3])
        ):
            break  # the number of the next entry of a list
        if head.id in ("home", "public-office") and element.group().lower() in ("municipale", "comunale"):
            return None  # "Residenza Municipale" is a town hall
        if _no_part(text, link.end(), element.group(), word, head):
            break
        if word in _MOVES and (_another_begins(text, link.end(), False) or (named and _in_a_town(text, link, head))):
            break
        after_person = head.id in _NAMED_AFTER_PEOPLE and bool(_ONLY_TITLES.fullmatch(text[end:here]))
        if named and (
            (_person_starts(text, link.end(), capitals) and not after_person)
            or _another_begins(text, link.end(), capitals)
        ):
            break
        if not named and _stands_alone(head, word) and _person_starts(text, link.end(), capitals):
            break  # "per la Caritas Anna Brandi", "la presidente della Provincia ANNA BRANDI"
        if (
            not named
            and not word
            and element.group()[-1].isdigit()
            and head.id not in ("health-agency", "social-company")
        ):
            break
        if named and _case_turns(text[end:here], element.group(), capitals):
            break
        here, named = element.end(), named + 1
    if not named:
        return None
    while text[here - 1] in ".'" and not re.search(r"(?:\.\w){1,3}\.$|C\.sco$", text[start:here]):
        here -= 1
    if text[here - 1] == ")" and "(" not in text[start:here]:
        here -= 1
    tail = _LEGAL_TAIL.match(text, here)
    return _without_stop(text, here, tail.end()) if tail else here


def _no_part(text: str, at: int, element: str, link: str, head: _Name) -> bool:
    """A mark, a title, an office or the word of a column or an act ends the name: "Comune di Spello Sindaco", "COMUNE COGNOME"."""
    of_place = head.id in ("comune", "provincia", "regione")
    if _A_MARK.match(text, at) or (of_place and element[:2] == "n.") or (element.isupper() and _NO_NAME.match(element)):
        return True
    office = bare(element) in word_list("roles") and (not link or of_place)
    return office or bool(_TITLE.match(element))


# "dall'ASL all'ATS": what moves from one to the other is no part of a name.
_MOVES = frozenset(
    ["in", "a", "al", "alla", "all'", "agli", "alle", "nel", "nella", "nell'", "con", "sul", "per il", "per la"]
)


def _in_a_town(text: str, link: re.Match, head: _Name) -> bool:
    """ "Azienda ULSS n. 15 in Cittadella": where it sits is no part of a name, but of that of a town."""
    return (
        head.id != "comune"
        and link.group().strip().lower() in ("in", "a")
        and bool(municipality(text[link.end() : link.end() + 40]))
    )


# "Università degli Studi Suor Orsola Benincasa": what bears a person's name begins with a title.
_NAMED_AFTER_PEOPLE = frozenset(
    ["school", "university", "foundation", "church", "hospital", "home", "association", "social-company"]
)
_ONLY_TITLES = re.compile(
    r"[\s\"]*(?:degli Studi|di|Suor|Don|Padre|Monsignor|Mons\.|Fra|Madre|Beato|Beata|Dott\.|Opera|\s)*", re.I
)


_A_MARK = re.compile(r"(?:P|A|X|AG|SI|NO)(?=\s*(?:$|\n|\t|\s\s|\d))", re.M)
_NO_NAME = re.compile(
    r"(?:COGNOME|NOME|QUALIFICA|CARICA|RUOLO|PRES|PRESENT[EI]|PRESENZ[AE]|ASSENT[EI]|NOTE|FIRMA|ENTE|VERBALE|DELIBERAZIONE|DELIBERA|SEDUTA|OGGETTO|PROVINCIA|CONSIGLIO|GIUNTA|SINDACO|DELEGATO)$"
)
_TITLE = re.compile(r"(?:dott|dr|sig|prof|avv|ing|arch|geom|rag)(?:ssa|\.ssa|\.ra)?\.?$", re.I)


def _stands_alone(head: _Name, link: str) -> bool:
    """The first word is a name in itself or names a place; what follows may be a person."""
    return head.id in ("comune", "provincia", "unione", "public-office") or (
        not link and (head.text == "caritas" or head.id == "health-agency")
    )


def _case_turns(so_far: str, element: str, capitals: bool) -> bool:
    """A name in capitals ends where small letters begin ("COMUNE DI FANNA Toffolo"), and the other way round."""
    if _is_place(element):
        return False
    letters = [c for c in so_far if c.isalpha()]
    if capitals and letters and "".join(letters).isupper():
        return not element.isupper() and any(c.islower() for c in element) and element[0].isalpha()
    return not capitals and element.isupper() and len(element) > 5 and element.isalpha()


def _joins(head: _Name, word: str) -> bool:
    """ "e" stays inside names of schools and parishes ("San Rocco e San Biagio"), nowhere else."""
    if head.id in ("church", "school"):
        return word.startswith(("San", "S."))
    if head.id in ("cooperative", "association", "foundation", "company", "consortium", "social-company"):
        # "Arti e Mestieri", but not "La Fonte e Auser" nor "Argento Vivo e Luca Riva"
        low = word.lower()
        if low in (
            "banca",
            "cassa",
            "credito",
            "hotel",
            "unione",
            "cooperative",
            "consulta",
            "centro",
            "gruppo",
            "scuola",
        ):
            return False
        return len(word) > 3 and simplemma.is_known(low, lang="it") and low not in first_names() and not _is_place(word)
    return head.id in ("public-office", "unione")


def _person_starts(text: str, at: int, capitals: bool = True) -> bool:
    """A first name and another capitalised word: a person follows the organisation, which may be written in capitals."""
    found = _TWO_WORDS.match(text, at)
    if not found:
        return False
    noble = _PARTICLE_NAME.match(text, at)  # "DE GIORGI Cosimo"
    if noble and first_names().get(bare(noble[1]), 0) >= 1:
        return True
    one, other = found.group(1), found.group(2)
    known = first_names()
    if re.fullmatch(_FORM, other):
        return False
    if one.isupper() and len(one) > 1:
        if other.isupper():  # "della Provincia ANNA BERTI": a head in small letters and a name in capitals
            return not capitals and known.get(bare(one), 0) >= 5 and not _is_place(other)
        return known.get(bare(other), 0) >= 1 and not _is_place(one)
    return known.get(bare(one), 0) >= 2 and not _is_place(one)


_PARTICLE_NAME = re.compile(r"(?:DE|DI|DEL|DELLA|LO|LA|DAL|D')\s?[A-ZÀ-Ý']{3,}\s+([A-ZÀ-Ý][a-zà-ÿ]+)")
_TWO_WORDS = re.compile(r"([A-ZÀ-Ý][\w']+)\s+([A-ZÀ-Ý][\w']+)")


_ANOTHER = re.compile(
    r"(?:Comune|Comuni(?=\s+di)|Provincia|Regione|Prefettura|Questura|Carabinieri|Polizia|Tribunale|Procura|Ministero|Unione|Società|Istituto|Scuola|Università|Croce|Misericordia|Confcooperative|CGIL|CISL|UIL|Cooperativa|Coop|Consorzio|Fondazione|Associazione|Azienda|ASL|ATS|ASST|Caritas|Camera|Diocesi|Parrocchia|"
    r"Presiede|Presenti|Assenti|Assente|Ore|Orario|Sede|Via|Il|La|Lo|Gli|Le|I|L'|Si|Ordine|Oggetto|SI|NO|X)\b"
)


def _another_begins(text: str, at: int, capitals: bool) -> bool:
    return bool(_ANOTHER.match(text, at)) and not capitals


def _longest_first(candidates: list[Mention], blocked: list[tuple[int, int]]) -> list[Mention]:
    """Keep the longest of overlapping mentions; at the same length the registry comes first."""
    taken = Spans(blocked)
    kept = []
    order = {"registry": 0, "acronym": 1, "grammar": 2}
    for mention in sorted(candidates, key=lambda m: (m.start - m.end, order.get(m.found_by, 3), m.start)):
        if not taken.overlaps(mention.start, mention.end):
            kept.append(mention)
            taken.add(mention.start, mention.end)
    return sorted(kept, key=lambda m: m.start)


_JOINING = frozenset("di del della dello dei degli delle in sul al e per la il a d'".split())


def in_small_letters(name: str) -> str:
    """A name written in capitals, as one would write it in a text: acronyms stay as they are.

    >>> in_small_letters("ASL DI VILLA D'ALMÈ")
    "ASL di Villa D'Almè"
    """
    return " ".join(
        word.lower() if word.lower() in _JOINING else word if _acronym(word) else capital(word) for word in name.split()
    )


_ACRONYMS = frozenset(
    "ASL ATS ASST AUSL USL ASP ULSS AULSS AO ASREM CGIL CISL UIL UGL ACLI ARCI AUSER ANFFAS AVIS AIDO ANPI CSV ODV APS ETS ONLUS ASD SPA SRL SCS IC IIS INPS INAIL IPAB CPI".split()
)


def _acronym(word: str) -> bool:
    return word.strip('"().,') in _ACRONYMS or any(c.isdigit() for c in word) or "." in word[:-1]


def _spelt_out(found: list[Mention]) -> list[Mention]:
    """A short form stands for the one longer name of the same text that begins with it: "l'ASL" for "l'ASL della Val Tersa"."""
    keys = {m.actor_id: m for m in found if m.type == "organisation"}
    longer: dict[str, Mention] = {}
    for key, mention in keys.items():
        if mention.found_by == "grammar":
            fuller = [m for other, m in keys.items() if other.startswith(f"{key}-")]
            if len(fuller) == 1:
                longer[key] = fuller[0]
    return [
        replace(m, actor_id=full.actor_id, name=full.name, sector=full.sector, sector_source=full.sector_source)
        if (full := longer.get(m.actor_id))
        else m
        for m in found
    ]


_SHORT_HEADS = re.compile(
    r"(?:(?:la\s+)?(?:soc(?:ietà|\.)\s*)?coop(?:erativa|\.)?(?:\s+(?:sociale|soc\.))?|associazione(?:\s+di\s+volontariato)?|ass\.|consorzio(?:\s+(?:sociale|di\s+cooperative\s+sociali))?|fondazione)\s+(?P<rest>.+)",
    re.I,
)


def _by_short_name(text: str, found: list[Mention]) -> list[Mention]:
    """ "Cooperativa sociale Le Querce", then "Le Querce chiede": the name without its head, further on in the text."""
    short: dict[str, Mention] = {}
    for m in found:
        head = _SHORT_HEADS.fullmatch(m.surface) if m.type == "organisation" and m.found_by == "grammar" else None
        rest = _LEGAL_TAIL.sub("", " " + head["rest"]).strip(" \"'") if head else ""
        if rest and _telling(rest):
            short.setdefault(rest, m)
    if not short:
        return found
    taken, more = Spans((m.start, m.end) for m in found), []
    for start, end in occurrences(text, short):
        surface = text[start:end]
        if start > short[surface].start and not taken.overlaps(start, end):
            more.append(replace(short[surface], start=start, end=end, surface=surface, certainty=0.7))
    return sorted([*found, *more], key=lambda m: m.start)


_LONG_HEADS = (
    "comunità montana",
    "comunita' montana",
    "unione montana",
    "società della salute",
    "azienda speciale",
    "azienda sociale",
)


def _by_head(text: str, found: list[Mention]) -> list[Mention]:
    """ "la Comunità Montana" alone, in a text that names one: it is that one."""
    low, more = "", []
    taken = Spans((m.start, m.end) for m in found)
    for head in _LONG_HEADS:
        full = {m.actor_id: m for m in found if m.surface.lower().startswith(head)}
        if len(full) != 1:
            continue
        low, one = low or lowered(text), next(iter(full.values()))
        start = low.find(head)
        while start >= 0:
            end = start + len(head)
            if text[start].isupper() and not taken.overlaps(start, end) and _whole_word(low, start, end):
                more.append(replace(one, start=start, end=end, surface=text[start:end], certainty=0.7))
            start = low.find(head, end)
    return sorted([*found, *more], key=lambda m: m.start) if more else found


def _telling(name: str) -> bool:
    """A short name that cannot be anything else: no place, no person, no single word of the dictionary."""
    words_ = name.split()
    if len(name) < 5 or not name[0].isupper() or _is_place(name) or _person_starts(name, 0):
        return False
    return (len(words_) > 1 and any(w[0].isupper() for w in words_[1:])) or not simplemma.is_known(
        name.lower(), lang="it"
    )


_PROJECT = Cued(
    r"\b(?:progett[oi]|laboratori[oi]|percors[oi]|programm[ai]|iniziativ[ae]|rassegna|campagna)\s+(?:\w+\s+){0,2}\"(?P<name>[A-ZÀ-Ý][^\"\n]{2,50})\"",
    "progett laboratori percors programm iniziativ rassegna campagna".split(),
)


def _projects(text: str) -> Iterable[Mention]:
    """ "il progetto «Passi Avanti»": an initiative that no registry knows, under its quoted name."""
    for match in _PROJECT.finditer(text):
        name, (start, end) = match["name"].strip(), match.span("name")
        yield Mention(
            start, end, text[start:end], f"progetto-{org_key(name)}", name, "initiative", None, "none", "grammar", 0.7
        )


def _under_acronyms(text: str, found: list[Mention]) -> list[Mention]:
    """An acronym that the text defines in brackets after a name stands for it: "Agenzia ... (ATS)", then "l'ATS"."""
    defined = acronyms_defined(text, found) if "(" in text else {}
    if not defined:
        return found
    longer = {short: next(m for m in found if m.surface == long) for short, long in defined.items()}
    return [
        replace(m, actor_id=full.actor_id, name=full.name, sector=full.sector, sector_source=full.sector_source)
        if (full := longer.get(m.surface.replace(".", ""))) and m.type == "organisation"
        else m
        for m in found
    ]


_DEFINED = re.compile(r"\((?P<acronym>[A-Z][A-Za-z.]{1,8})\)")


def acronyms_defined(text: str, found: Iterable[Mention]) -> dict[str, str]:
    """Return acronyms that the text defines in brackets after an organisation's name.

    The letters must begin words of the name; acronyms of laws, funds and forms are left out.
    """
    by_end = {m.end: m for m in found if m.type == "organisation"}
    defined: dict[str, str] = {}
    for match in _DEFINED.finditer(text):
        acronym = match["acronym"].replace(".", "")
        before = match.start()
        while before and text[before - 1] == " ":
            before -= 1
        mention = by_end.get(before)
        if mention and acronym.upper() not in word_list("acronyms_not_actors") and _initials(acronym, mention.surface):
            defined[acronym] = mention.surface
    return defined


def _initials(acronym: str, name: str) -> bool:
    letters = iter(word[0] for word in re.findall(r"\w+", bare(name)))
    return len(acronym) > 1 and all(c in letters for c in acronym.lower())


def shifted(mention: Mention, by: int) -> Mention:
    return replace(mention, start=mention.start + by, end=mention.end + by)
