"""What is decided and who says what."""

from __future__ import annotations

import re
from dataclasses import dataclass

from labkit.actors.mentions import Mention
from labkit.actors.people import Person
from labkit.language import sentences

_DECIDES = re.compile(
    r"\b(?:si\s+(?:decide|conviene|concorda|stabilisce|approva|delibera|condivide\s+la\s+proposta|incarica|prevede\s+di|stabilisc\w+|propone\s+di)|(?:è|viene|vengono)\s+(?:deciso|approvat\w+|stabilito|deliberat\w+)|approva(?:no)?\s+all'unanimità|concorda\s+s\w+|l'assemblea\s+(?:approva|delibera))\b",
    re.I,
)


def decisions(text: str, start: int) -> list[tuple[int, int]]:
    """Return the spans of sentences in which something is decided."""
    return [(a, b) for a, b in sentences.spans(text, start) if _DECIDES.search(text, a, b)]


@dataclass(frozen=True)
class Statement:
    """Something a person or an organisation is reported or quoted to have said."""

    speaker: str
    mode: str
    start: int
    end: int


_SAYS = re.compile(
    r"\s*(?:,[^,.\n]{0,60},)?\s*(?:\(\w[^)]{0,40}\))?\s*(?:-\s*)?(?:ha\s+|hanno\s+|non\s+|si\s+)?(?:dichiar\w+|conclus\w+|sottoline\w+|evidenzi\w+|osserv\w+|chied\w+|chiest\w+|propon\w+|propost\w+|riferi\w+|illustr\w+|sintetizz\w+|ricord\w+|spieg\w+|obiett\w+|rispond\w+|rispost\w+|ribad\w+|riporta|racconta\w*|informa|comunic\w+|avvert\w+|precis\w+|aggiung\w+|aggiunt\w+|afferm\w+|sostiene|conferm\w+|nota|fa\s+(?:notare|presente)|dice|dett[oa]|espon\w+|relazion\w+|segnal\w+|invita|domanda|porta\s+(?:i|la|il)|rilev\w+|anticip\w+|present\w+)\b"
)


def statements(
    text: str, start: int, people: list[Person], mentions: list[Mention], *, person_ids: dict[str, str]
) -> list[Statement]:
    """Return sentences whose subject is a named speaker with a verb of saying after it."""
    speakers = [(p.start, p.end, person_ids[p.key]) for p in people if p.key in person_ids]
    speakers += [(m.start, m.end, m.actor_id) for m in mentions if m.type == "organisation"]
    found = {}
    for a, b, speaker in sorted(speakers):
        if a < start or not _SAYS.match(text, b):
            continue
        begin = max(text.rfind("\n", 0, a) + 1, text.rfind(". ", 0, a) + 2 if text.rfind(". ", 0, a) >= 0 else 0)
        end = sentences.end_of(text, b)
        mode = "direct" if '"' in text[begin:end] else "reported"
        found.setdefault((begin, end), Statement(speaker, mode, begin, end))
    return sorted(found.values(), key=lambda s: s.start)
