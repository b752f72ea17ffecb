"""Ties that the text itself states: lists of partners, tensions, funding."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from labkit.actors.mentions import Finder, Mention
from labkit.language import sentences
from labkit.language.stems import Cued, Stems, within


@dataclass(frozen=True)
class Partnership:
    """Partners that a text lists for one project or agreement."""

    label: str
    members: tuple[Mention, ...]
    start: int
    end: int


LONGEST_LIST = 6000
_PARTNERS = Cued(
    r"\b(?:(?:i|tanti\s+i|numerosi\s+i|sono|altri|gli\s+enti)\s+partner\b|partner\s+(?:del|di|della)\b|(?:come\s+)?partner\s*:|(?:rete\s+di\s+)?(?:partenariato|partnership)\s+(?:è\s+)?(?:\w+\s+){0,3}(?:compost\w+|costituit\w+|format\w+|conta|comprende|riunisce)|partenariato\s*:|in\s+(?:partenariato|partnership|rete)\s+con\b|ne\s+fanno\s+parte|"
    r"(?:\bA\.?T\.?S\.?|\bA\.?T\.?I\.?|\bR\.?T\.?I\.?|associazione\s+temporanea\s+di\s+\w+|raggruppamento\s+temporaneo[^.\n]{0,30})\s*(?:\"[^\"\n]{2,50}\"\s*)?,?\s*(?:è\s+|costituenda\s+|costituita\s+)?(?:\w+\s+){0,7}?(?:compost[ao]|format[ao]|costituit[ao]|tra)\s*(?:da|dalla|dal|tra|fra|:)?"
    r"|(?:sottoscritt\w+|firmat\w+|siglat\w+)\s+(?:\w+\s+){0,6}(?:da|tra|fra)\b|accordo\s+(?:di\s+\w+\s+)?(?:tra|fra)\b)",
    (
        "tanti,numerosi,partner,partenariat,a.t,ats,ati,r.t,rti,associazione,raggruppament,sottoscri,firmat,siglat,accordo,"
        "ne fanno,i partner,sono partner,altri partner,gli enti,come partner,rete di,in parten,in partn,in rete"
    ).split(","),
)
_TENSION_STEMS = Stems("llineament conflitt tension contrast divergenz disaccord attrit incomprension".split())
_FUND_STEMS = Stems("finanzi erog conce stanzi assegn sost don contribut ricevut".split())
_ASSOCIATION = re.compile(r"A\.?T\.?[SI]\.?|R\.?T\.?I\.?")


def partnerships(text: str, start: int, finder: Finder, mentions: list[Mention]) -> list[Partnership]:
    """Return the lists of partners; what stands between commas in such a list is an organisation even if nothing else shows it."""
    found: list[Partnership] = []
    covered = 0  # what was read as a list is not read again from a word within it
    for cue in _PARTNERS.finditer(text, start):
        if cue.start() < covered:
            continue
        begin = max(text.rfind("\n", 0, cue.start()) + 1, text.rfind(". ", 0, cue.start()) + 1)
        end = covered = min(_list_end(text, cue.end()), cue.end() + LONGEST_LIST)
        since = begin if re.search(r"\bcapofila\b", text[begin : cue.start()], re.I) else cue.start()
        inside = [
            m
            for m in mentions
            if m.type == "organisation" and since <= m.start < end and not _ASSOCIATION.fullmatch(m.surface)
        ]
        colon = text.find(":", cue.end(), end)
        if colon > 0:
            inside = sorted([*inside, *_unknown_items(text, colon + 1, end, inside, finder)], key=lambda m: m.start)
        members = tuple({m.actor_id: m for m in reversed(inside)}.values())[::-1]
        if len(members) >= 3:
            label = next((m.name for m in mentions if m.type == "initiative" and begin <= m.start < end), None)
            found.append(
                Partnership(
                    label
                    or _quoted(text, begin, end)
                    or next((m.name for m in mentions if m.type == "initiative"), ""),
                    members,
                    begin,
                    end,
                )
            )
    return found


def _list_end(text: str, start: int) -> int:
    """The end of the sentence; a list that goes on over bulleted lines is followed to its end."""
    end = sentences.end_of(text, start)
    if text[start:end].rstrip().endswith(":"):
        while end < min(len(text), start + LONGEST_LIST):
            following = text[end : end + LONGEST_LIST].lstrip("\n \t")
            line_end = (
                min(len(text), end + LONGEST_LIST)
                - len(following)
                + (following.find("\n") if "\n" in following else len(following))
            )
            line = following.split("\n", 1)[0]
            if (
                not re.match(r"[-•*·]\s|\d+[.)]\s", line)
                and not line.rstrip().endswith((";", ","))
                and text[start:end].rstrip()[-1] not in ":;,"
            ):
                break
            end = line_end
            if line.rstrip().endswith(".") or not line:
                break
    return end


def _unknown_items(text: str, start: int, end: int, known: list[Mention], finder: Finder) -> Iterator[Mention]:
    for part in re.finditer(r"[^,;\n]+", text[start:end]):
        raw = re.sub(r"^(?:\s|-|•|e\s|ed\s|il\s|la\s|l'|lo\s|i\s|gli\s|le\s)+|[\s.]+$", "", part.group())
        begin = start + part.start() + part.group().find(raw) if raw else 0
        if (
            raw
            and raw[0].isupper()
            and len(raw.split()) <= 8
            and not any(m.start < start + part.end() and start + part.start() < m.end for m in known)
        ):
            yield finder.resolve(raw, begin, begin + len(raw), raw, found_by="grammar", certainty=0.7)


def _quoted(text: str, begin: int, end: int) -> str | None:
    found = re.search(r"\"([^\"\n]{3,50})\"", text[begin:end])
    return found.group(1) if found else None


@dataclass(frozen=True)
class Tie:
    """A tie that the text itself states between two actors."""

    kind: str
    source: Mention
    target: Mention
    sign: int
    directed: bool
    start: int
    end: int
    label: str = ""


_TENSION = re.compile(
    r"\b(?:non\s+allineamento|disallineament\w+|conflitt\w+|tension[ei]|contrast\w+|divergenz\w+|disaccord\w+|attrit[oi]|incomprension\w+)\b[^.\n]{0,30}?\b(?:tra|fra)\b",
    re.I,
)
# Who gives: "X ha concesso un contributo a Y"; who receives: "Y è finanziata da X", "Y ha ricevuto un contributo da X".
_GIVES = re.compile(
    r"\b(?:ha\s+|hanno\s+)?(?:finanziat[oa]|finanzia(?:no)?|finanzierà|erogat[oa]|eroga|concess[oa]|concede|stanziat[oa]|assegnat[oa]|sostiene|sostenuto|donat[oa]|deliberato\s+(?:un\s+)?contributo)\b",
    re.I,
)
_RECEIVES = re.compile(
    r"\b(?:finanziat[oaie]\s+(?:\w+\s+){0,2}?d[ai]|sostenut[oaie]\s+da|contribut[oi]\s+(?:[\w.,]+\s+){0,7}?(?:d[aei]l?l?[ae']?|di)|ricevuto\s+(?:[\w.,]+\s+){0,7}?da|con\s+(?:il\s+)?(?:contributo|sostegno)\s+d\w+)(?:l|lla|ll'|gli|i)?\s*",
    re.I,
)
_TO = re.compile(
    r"\b(?:a|al|alla|all'|allo|ai|alle|per|per\s+la|per\s+il|a\s+favore\s+d\w+'?|in\s+favore\s+d\w+'?)\s*$", re.I
)


def stated_ties(text: str, start: int, mentions: list[Mention]) -> list[Tie]:
    """Return tensions ("non allineamento tra A e B") and funding ("finanziato dalla Fondazione X") that the text states."""
    actors = [m for m in mentions if m.type == "organisation"]
    found = []
    for cue in _TENSION.finditer(text, start) if _TENSION_STEMS.anywhere(text, start) else ():
        # "tra la Comunità Sociale (CSC) e ...": the acronym in brackets is the same actor again.
        near = {m.actor_id: m for m in reversed(actors) if cue.end() <= m.start < cue.end() + 120}
        pair = sorted(near.values(), key=lambda m: m.start)[:2]
        if len(pair) == 2 and not re.search(r"[.;\n]", text[cue.end() : pair[1].start]):
            found.append(Tie("tension", *pair, -1, False, cue.start(), pair[1].end))
    found += _funding(text, start, mentions)
    return found


def _funding(text: str, start: int, mentions: list[Mention]) -> Iterator[Tie]:
    """Sentences that say who funds whom, an organisation or an initiative; both ends must be named there."""
    places = _FUND_STEMS.places(text, start)
    for a, b in sentences.split(text, start):
        if not within(places, a, b):
            continue
        inside = [m for m in mentions if a <= m.start < b and m.type in ("organisation", "initiative")]
        if len({m.actor_id for m in inside}) < 2:
            continue
        pair = _received(text, a, b, inside) or _given(text, a, b, inside)
        if pair and pair[0].actor_id != pair[1].actor_id:
            funder, target = pair
            yield Tie("funding", funder, target, 1, True, a, b, target.name if target.type == "initiative" else "")


def _received(text: str, a: int, b: int, inside: list[Mention]) -> tuple[Mention, Mention] | None:
    for cue in _RECEIVES.finditer(text, a, b):
        funder = next((m for m in inside if cue.end() <= m.start <= cue.end() + 4 and m.type == "organisation"), None)
        if funder is None:
            continue
        before = [m for m in inside if m.end <= cue.start()]
        project = next((m for m in before if m.type == "initiative"), None)
        after = next((m for m in inside if m.start > funder.end), None)
        target = project or (before[-1] if before else None)
        if target is None and after is not None and (after.type == "initiative" or _TO.search(text, a, after.start)):
            target = after
        if target is not None:
            return funder, target
    return None


def _given(text: str, a: int, b: int, inside: list[Mention]) -> tuple[Mention, Mention] | None:
    for cue in _GIVES.finditer(text, a, b):
        before = [m for m in inside if m.end <= cue.start() and cue.start() - m.end < 60 and m.type == "organisation"]
        after = [m for m in inside if m.start >= cue.end()]
        if (
            not before
            or not after
            or re.search(r"\b(?:è|sono|viene|vengono|stat[oaie])\s*$", text[a : cue.start()], re.I)
        ):
            continue
        direct = after[0].start - cue.end() < 12
        target = next(
            (m for m in after if _TO.search(text[max(a, m.start - 24) : m.start])), after[0] if direct else None
        )
        if target is not None:
            return before[-1], target
    return None
