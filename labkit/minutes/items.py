"""What is decided and who says what."""

from __future__ import annotations

import re
from dataclasses import dataclass

from labkit.actors.identity import bare
from labkit.actors.mentions import Mention
from labkit.actors.people import Person
from labkit.language import sentences
from labkit.language.stems import Stems, within

_BODY = r"(?:l'assemblea|il\s+(?:tavolo|comitato(?:\s+dei\s+sindaci)?|coordinamento(?:\s+istituzionale)?|consiglio|direttivo|gruppo)|la\s+(?:consulta|conferenza(?:\s+dei\s+sindaci)?|commissione|cabina(?:\s+di\s+regia)?|giunta)|i\s+(?:presenti|sindaci|partecipanti))"
_DECIDES = re.compile(
    r"\b(?:si\s+(?:decide|conviene|concorda|stabilisce|approva|delibera|condivide\s+la\s+proposta|incarica|prevede\s+di|stabilisc\w+|propone\s+di)|(?:è|viene|vengono|sono|è\s+stat[oa]|sono\s+stat[ei]|e'\s+stat[oa])\s+(?:deciso|approvat\w+|stabilito|deliberat\w+|concordat\w+)|approva(?:no)?\s+all'unanimità|concorda\s+s\w+"
    rf"|{_BODY}(?:,[^.\n]{{0,80}},)?\s+(?:approva|delibera|decide|ha\s+(?:deciso|deliberato|approvato|stabilito)|hanno\s+(?:deciso|concordato|stabilito)|convengono|concordano\s+(?:di|che)|decidono|stabilisce|conviene|vota\s+(?:all'unanimità|a\s+favore|favorevolmente))"
    r"|(?-i:DELIBERA|DECIDE|STABILISCE|APPROVA)\s+(?:di|all'unanimità|il|la|lo|i|gli|le))\b",
    re.I,
)


def decisions(text: str, start: int) -> list[tuple[int, int]]:
    """Return the spans of sentences in which something is decided; a sentence that a line end breaks is followed on."""
    found = []
    places = _DECIDE_STEMS.places(text, start)
    for a, b in sentences.split(text, start):
        if within(places, a, b) and _DECIDES.search(text, a, b):
            bullet = _BULLET.match(text, a, b)
            found.append((bullet.end() if bullet else a, _to_stop(text, b)))
    return found


_DECIDE_STEMS = Stems("decid decis conv concord stabil approv delibera incaric condivid prevede propone vota".split())
_BULLET = re.compile(r"(?:[-•*·>]|\d{1,2}[.)]|[a-z]\))\s+")


def _to_stop(text: str, end: int) -> int:
    """Over one line end to the full stop, where the line breaks in the middle of a sentence."""
    following = text[end + 1 : end + 300].split("\n")[0]
    if end < len(text) and text[end] == "\n" and text[end - 1] not in ".:;!?" and following[:1].islower():
        return sentences.end_of(text, end + 1)
    return end


@dataclass(frozen=True)
class Statement:
    """Something a person or an organisation is reported or quoted to have said."""

    speaker: str
    mode: str
    start: int
    end: int


_SAYS = re.compile(
    r"\s*(?:,[^,.\n]{0,60},)?\s*(?:\(\w[^)]{0,40}\))?\s*(?:-\s*)?(?:ha\s+|hanno\s+|non\s+|si\s+)?(?:dichiar\w+|conclus\w+|sottoline\w+|evidenzi\w+|osserv\w+|chied\w+|chiest\w+|propon\w+|propost\w+|riferi\w+|illustr\w+|sintetizz\w+|ricord\w+|spieg\w+|obiett\w+|rispond\w+|rispost\w+|ribad\w+|riporta|racconta\w*|informa|comunic\w+|avvert\w+|precis\w+|aggiung\w+|aggiunt\w+|afferm\w+|sostiene|conferm\w+|nota|fa\s+(?:notare|presente)|dice|dett[oa]|espon\w+|relazion\w+|segnal\w+|invita|domanda|porta\s+(?:i|la|il)|rilev\w+|auspic\w+|conferm\w+|lament\w+|ritien\w+|anticip\w+|presenta(?:no|ta|to)?|presentò|presentano|presentato)\b"
)

_SAYING_STEMS = Stems(
    "dichiar conclus sottoline evidenzi osserv chied chiest propon propost riferi illustr sintetizz ricord spieg obiett rispond rispost ribad riporta racconta informa comunic avvert precis aggiun "
    "afferm sostiene conferm nota dice dett espon relazion segnal invita domanda porta rilev auspic lament ritien anticip present fa".split()
)
_FLOOR_STEMS = Stems(
    "interv parola afferma conclude osserva dice spiega commenta ricorda sottolinea ribadisce chiede risponde replica".split()
)
_TAKES_FLOOR = re.compile(
    r"\b(?:interviene|intervengono|prende\s+la\s+parola|ha\s+preso\s+la\s+parola|(?:afferma|conclude|osserva|dice|spiega|commenta|ricorda|sottolinea|ribadisce|chiede|risponde|replica))\s+(?:(?:il|la|lo|l')\s?)?(?:[\w.' ]{2,40}\s)?$",
    re.I,
)
_TURN = re.compile(
    r"(?m)^[ \t]*(?:[-•*–>]+[ \t]*)?(?:(?:dott|sig|ing|avv|prof|arch|geom|rag)\.?(?:ssa|ra)?\s+|don\s+|suor\s+)?(?P<who>[A-ZÀ-Ý][^\n:(),.;]{1,40}?)\s*(?:\([^()\n]{1,60}\)\s*)?(?::\s|\s[-–]\s)(?=\S)"
)


def statements(
    text: str, start: int, people: list[Person], mentions: list[Mention], *, person_ids: dict[str, str]
) -> list[Statement]:
    """Return what named speakers say: a verb of saying after the name, "Interviene N", or a turn that begins with the name."""
    speakers = [(p.start, p.end, person_ids[p.key]) for p in people if p.key in person_ids]
    speakers += [(m.start, m.end, m.actor_id) for m in mentions if m.type == "organisation"]
    found: dict[tuple[int, int], Statement] = {}
    saying, floor = _SAYING_STEMS.places(text), _FLOOR_STEMS.places(text)
    for a, b, speaker in sorted(speakers):
        says = within(saying, b, b + 140) and _SAYS.match(text, b)
        if a < start or not (says or (within(floor, a - 70, a) and _TAKES_FLOOR.search(text, max(start, a - 70), a))):
            continue
        begin = max(text.rfind("\n", 0, a) + 1, text.rfind(". ", 0, a) + 2 if text.rfind(". ", 0, a) >= 0 else 0)
        end = sentences.end_of(text, b)
        mode = "direct" if '"' in text[begin:end] else "reported"
        found.setdefault((begin, end), Statement(speaker, mode, begin, end))
    for statement in _turns(text, start, people, person_ids):
        if not any(statement.start <= a < statement.end for a, _ in found):
            found.setdefault((statement.start, statement.end), statement)
    return sorted(found.values(), key=lambda s: s.start)


def _turns(text: str, start: int, people: list[Person], person_ids: dict[str, str]) -> list[Statement]:
    """ "BALLARIN: disponibili a discuterne": a line that begins with a known name or surname and a colon or dash."""
    names: dict[str, set[str]] = {}
    for key, name in {p.key: p.name for p in people}.items():
        words = bare(name).split()
        for cut in range(len(words)):
            names.setdefault(" ".join(words[cut:]), set()).add(key)
        names.setdefault(" ".join([*words[1:], words[0]]), set()).add(key)
    found = []
    listed = {p.start for p in people if p.found_by == "list" and p.certainty == 1.0}
    for match in _TURN.finditer(text, start):
        keys = names.get(" ".join(bare(match["who"]).split()), set())
        if len(keys) == 1 and next(iter(keys)) in person_ids and match.start("who") not in listed:
            end = sentences.end_of(text, match.end())
            found.append(Statement(person_ids[next(iter(keys))], "reported", match.start("who"), end))
    return found
