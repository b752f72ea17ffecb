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

from labkit.actors.identity import bare, org_key
from labkit.actors.sectors import sector_of
from labkit.codebook import Codebooks, sectors_of
from labkit.language.spans import Spans
from labkit.language.vocabulary import first_names, lowered, municipalities, word_list


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
        self.automaton = ahocorasick.Automaton()
        for text, found in names.items():
            self.automaton.add_word(text, tuple(found))
        for acronym, long in self.knowledge.acronyms:
            if lowered(acronym) not in names:
                self.automaton.add_word(lowered(acronym), (_Name("acronym", org_key(long), acronym, long, exact=True),))
        self.automaton.make_automaton()

    def find(self, text: str, *, blocked: Iterable[tuple[int, int]] = ()) -> list[Mention]:
        """Return the mentions in a plain text, in order, none overlapping another or a blocked span."""
        candidates: list[Mention] = []
        for start, end, name in self._hits(text):
            candidates.extend(self._read(text, start, end, name))
        candidates.extend(self._groups(text))
        candidates.extend(self._legal_forms(text, candidates))
        return _spelt_out(_longest_first(candidates, list(blocked)))

    def _hits(self, text: str) -> Iterable[tuple[int, int, _Name]]:
        low = lowered(text)
        for last, names in self.automaton.iter(low):
            for name in names:
                start, end = last + 1 - len(name.text), last + 1
                if _whole_word(low, start, end) and (not name.exact or text[start:end] == name.text):
                    yield start, end, name

    def _read(self, text: str, start: int, end: int, name: _Name) -> list[Mention]:
        if name.kind == "beginning":
            return self._grammar(text, start, end, name)
        if name.kind == "acronym":
            return [self.resolve(name.label, start, end, text[start:end], found_by="acronym", certainty=0.9)]
        if name.kind == "organisation":
            place = _PLACE_AFTER.match(text, end)
            if place and _is_place(place.group("place")) and not _has_place(name.text):
                return [
                    self.resolve(
                        text[start : place.end()],
                        start,
                        place.end(),
                        text[start : place.end()],
                        found_by="registry",
                        certainty=1.0,
                        like=name,
                    )
                ]
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
        shown = _shown(re.sub(r"\s+", " ", name).strip(" \"'"))
        return Mention(start, end, surface, org_key(name), shown, "organisation", sector, source, found_by, certainty)

    def _grammar(self, text: str, start: int, end: int, head: _Name) -> list[Mention]:
        surface = text[start:end]
        if surface[0].islower() and head.id not in _LOWER_CASE_HEADS and surface not in ("coop.", "coop"):
            return []
        if head.id == "health-agency" and " " not in surface and not surface.isupper():
            return []
        if head.text in ("comuni", "comuni di"):
            return self._several(text, start, end, head)
        stop = _extend(text, start, end, head)
        if stop is None:
            alone = (head.id == "health-agency" and surface.isupper()) or head.text in _WHOLE_HEADS
            if not alone:
                return []
            stop = end
        whole = text[start:stop]
        return [self.resolve(whole, start, stop, whole, found_by="grammar", certainty=0.8, head=head.sector)]

    def _several(self, text: str, start: int, end: int, head: _Name) -> list[Mention]:
        """ "i Comuni di A, B e C": one mention a municipality."""
        listed = _LISTED.match(text, end)
        if not listed:
            return []
        found = []
        for part in _LISTED_PART.finditer(text, listed.start("list"), listed.end("list")):
            name = f"Comune di {part.group()}"
            found.append(
                self.resolve(
                    name, part.start(), part.end(), part.group(), found_by="grammar", certainty=0.8, head=head.sector
                )
            )
        return found

    def _legal_forms(self, text: str, known: list[Mention]) -> list[Mention]:
        """ "Tessiture Rossi S.p.A.": capitalised words that end in a legal form, where no known name stands among them."""
        found = []
        named = Spans((m.start, m.end) for m in known)
        for match in _LEGAL_FORM.finditer(text):
            start, end = match.span()
            if named.overlaps(start, end):
                continue
            words = list(re.finditer(r"\S+", match.group()))
            if len(words) > 3 and _person_starts(text, start):
                start += words[2].start()
            found.append(self.resolve(text[start:end], start, end, text[start:end], found_by="grammar", certainty=0.8))
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


_LOWER_CASE_HEADS = frozenset(
    ["comune", "provincia", "regione", "cooperative", "association", "foundation", "church", "school", "consortium"]
)
_WHOLE_HEADS = frozenset(("servizio sociale territoriale", "servizio sociale professionale"))
_GROUP_SECTORS = (
    (r"terzo settore|privato sociale|volontariato|associazionismo|cooperazione", "third_sector"),
    (r"impres[ea]|aziende|mondo (del )?profit|mondo produttivo|profit", "profit"),
    (r"mondo della (formazione|scuola)|scuol[ae]|enti (locali|pubblici)|istituzioni", "public"),
    (r"sindacati|organizzazioni sindacali", "other"),
)
_GROUP = re.compile(
    rf"\b(?P<group>{'|'.join(words for words, _ in _GROUP_SECTORS)})\s*\((?P<list>[^()\n]{{8,400}})\)", re.I
)

_PLACE_AFTER = re.compile(r"\s+(?:(?:di|della|del|provincia di)\s+|diocesana\s+di\s+)?(?P<place>[A-ZÀ-Ý][\w'-]+)")
_CAPITAL = r"[A-ZÀ-Ý][\w'.&()-]*[\wà-ÿ)]|[A-ZÀ-Ý]"
_LISTED_PART = re.compile(r"[A-ZÀ-Ý][\w'-]+(?:(?:\s+(?:di|del|della|d'|sul|in|al|C\.))?\s*[A-ZÀ-Ý][\w'.-]*[\w])*")
_LISTED = re.compile(
    r"\s+di\s+(?P<list>[A-ZÀ-Ý][\w' .-]+?(?:,\s*[A-ZÀ-Ý][\w' -]+?)*\s+ed?\s+(?:di\s+)?[A-ZÀ-Ý][\w'-]+(?:\s+[A-ZÀ-Ý][\w'-]+)*)"
)


_LEGAL_FORM = re.compile(
    r"(?<![\w'])(?:[A-ZÀ-Ý][\w&.'-]+ (?:(?:di|del|della|e|&) (?=[A-ZÀ-Ý]))?){1,5}"
    r"(?:S\.?p\.?A|S\.?r\.?l|S\.?n\.?c|S\.?a\.?s|S\.?C\.?S|SCS|SpA|Srl|ONLUS|Onlus|onlus|ODV|OdV|APS|ETS)(?:\.(?=\W|$)|(?=\W|$))"
)


def _whole_word(low: str, start: int, end: int) -> bool:
    before, after = low[start - 1 : start], low[end : end + 1]
    if before and (before.isalnum() or before == "-"):
        return False
    return not (after and after.isalnum() and low[end - 1].isalnum())


def _is_place(text: str) -> bool:
    words = bare(text).strip(".")
    known = _bare_places()
    return words in known or words.split()[0] in known


@lru_cache(maxsize=1)
def _bare_places() -> frozenset[str]:
    return frozenset(bare(name) for name in municipalities())


def _has_place(text: str) -> bool:
    return any(word in _bare_places() for word in bare(text).split())


def _registry(books: Codebooks) -> Iterable[_Name]:
    for entry in books.actors.values():
        sector = next((s["value"] for s in sectors_of(entry)), None)
        for text in dict.fromkeys([entry["label"], *entry.get("aliases", [])]):
            exact = entry.get("exact", False) or not any(c.islower() for c in text)
            yield _Name(entry.get("type", "organisation"), entry.id, text, entry["label"], sector, exact)


def _bodies(books: Codebooks) -> Iterable[_Name]:
    for entry in books.bodies.values():
        for text in dict.fromkeys([entry["label"], *entry.get("aliases", [])]):
            yield _Name("body", entry.id, text, entry["label"], entry.get("sector"), text.isupper())


def _beginnings(books: Codebooks) -> Iterable[_Name]:
    for entry in books.grammar.values():
        for text in entry["forms"]:
            yield _Name("beginning", entry.id, text, entry["label"], entry.get("sector"))


_CONNECT = re.compile(
    r"\s+(?:(?:di|del|della|dello|dei|degli|delle|per|per la|per il|d'|e)\s+|(?:dell'|d'|per l')\s?)(?=[\"A-ZÀ-Ý])",
    re.I,
)
_SPACE = re.compile(r"[ \t]+(?=[\"A-ZÀ-Ý0-9(])")
_ADJECTIVE = re.compile(
    r"\s+(?:sociali?|comunale|comunali|provinciale|regionale|diocesan[ao]|comunitaria|territoriale|consortile|speciale|montana|casearia|superiore|"
    r"primaria|secondaria|statale|onlus|O\.?N\.?L\.?U\.?S\.?|ambito)\b(?=[\s,;.:)]|$)"
)
_ELEMENT = re.compile(
    rf"(?:San|Santa|Santo|S\.)\s+[A-ZÀ-Ý][\w']+|Sant'\s?[A-ZÀ-Ý]\w+|\"[^\"\n]{{2,50}}\"|(?:S\.\s?p\.\s?A\.|S\.\s?r\.\s?l\.|S\.C\.S\.|S\.\s?n\.\s?c\.)|(?:{_CAPITAL})(?:'(?=[A-ZÀ-Ý]))?|\d{{1,3}}\b"
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
        if not element or (word == "e" and (named == 0 or not _joins(head, element.group()))):
            break
        if named and (_person_starts(text, link.end()) or _another_begins(text, link.end(), capitals)):
            break
        if not named and not word and element.group().isdigit():
            break
        here, named = element.end(), named + 1
    if not named:
        return None
    while text[here - 1] in ".'" and not re.search(r"(?:\.\w){1,3}\.$|C\.sco$", text[start:here]):
        here -= 1
    if text[here - 1] == ")" and "(" not in text[start:here]:
        here -= 1
    return here


def _joins(head: _Name, word: str) -> bool:
    """ "e" stays inside names of schools and parishes ("San Rocco e San Biagio"), nowhere else."""
    return head.id in ("church", "school") and word.startswith(("San", "S."))


def _person_starts(text: str, at: int) -> bool:
    """A first name and another capitalised word: a person follows the organisation."""
    found = re.compile(r"([A-ZÀ-Ý][a-zà-ÿ]+)\s+[A-ZÀ-Ý][a-zà-ÿ']+").match(text, at)
    return bool(found) and first_names().get(bare(found.group(1)), 0) >= 2 and not _is_place(found.group(1))


_ANOTHER = re.compile(
    r"(?:Comune|Provincia|Regione|Cooperativa|Coop|Consorzio|Fondazione|Associazione|Azienda|ASL|ATS|ASST|Caritas|Camera|Diocesi|Parrocchia|"
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


def _shown(name: str) -> str:
    """A name written in capitals, as one would write it in a text."""
    if not name.isupper() or " " not in name:
        return name
    small = frozenset(["di", "del", "della", "dello", "dei", "degli", "delle", "e", "per", "la", "il"])
    return " ".join(word.lower() if word.lower() in small else word.capitalize() for word in name.split())


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
