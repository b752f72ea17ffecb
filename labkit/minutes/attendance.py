"""Who was there: attendance in the layouts that Italian minutes use.

Read are tables (:mod:`labkit.minutes.rolls`), lists under *Presenti*, *Chi c'era*, *Assenti giustificati* and their like,
sentences that tell who came, sent word or stayed away, and, where a text has no list, those who speak in it. Addressees,
signers, announced speakers and people of other meetings stand in none of these and so stay out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from labkit.actors import people
from labkit.actors.identity import bare, person_key, person_name, without_titles
from labkit.actors.mentions import Finder, Mention, municipality
from labkit.language import sentences
from labkit.language.spans import inside
from labkit.language.stems import Cued, Stems
from labkit.language.vocabulary import first_names, word_list
from labkit.minutes import entries, marks, rolls
from labkit.minutes.entries import Attendee, Named, Piece
from labkit.minutes.layouts import Layout

_LEAD = re.compile(r"[ \t]*(?:[-•*·o▪–>|§#=\[\]xX()]+[ \t]*)*(?:\d{1,2}[.)]\s*)?(?:[|>]+\s*)?")
_ALSO = r"(?:(?:altresì|inoltre|anche|pure|regolarmente|tutti|quindi|poi)\s+)*"
_BE = r"(?:(?:sono|erano|risultano|risulta|è|era|e')\s+)"
_EXCEPT = r"|[^\n:]{0,60}\bad\s+eccezione\s+d\w+"
_LABELS: tuple[tuple[str, str, str], ...] = (
    (
        "excused",
        "member",
        rf"{_BE}?{_ALSO}assent[ei]\s+(?:con\s+giustificazione|giustificat[oaie])|ass\.\s*giust\w*\.?|giustificat[oaie]|scusat[oaie]|(?:hanno|ha)\s+giustificato\s+l'assenza|assenze\s+giustificate|excus[ée]s?"
        r"|(?:si\s+(?:è|sono)|hanno\s+scritto\s+per)\s+scus\w+(?:\s+per\s+l'assenza)?|(?:avevano|hanno|ha)\s+avvisato[^:\n]{0,40}|(?:hanno|ha)\s+comunicato\s+di\s+non[^:\n]{0,40}",
    ),
    (
        "absent",
        "member",
        rf"{_BE}?{_ALSO}assent[ei](?:\s+ingiustificat[oaie])?|ass\.(?=\s*:)|assenze|manca(?:no|va|vano)?(?:\s+anche)?(?=\s*:)|non\s+c'er(?:ano|a)|non\s+rispond(?:e|ono)(?:\s+all'appello)?|non\s+(?:sono\s+|hanno\s+|erano\s+)?(?:present[ei]|intervenut[ie]|collegat[ie]|partecipato){_EXCEPT}",
    ),
    (
        "present",
        "facilitator",
        r"(?:(?:i|la|il|le)\s+)?facilit(?:atori|atore|atrice|atrici|ori|a)|conduttor[ei]|conduttrice|conduce|conducono|coordina",
    ),
    ("present", "chair", r"presiede|presidente\s+(?:della\s+seduta|dell'assemblea)"),
    (
        "present",
        "secretary",
        r"verbalizza(?:nte)?|segretari[oa]\s+verbalizzante|(?:tiene|redige|cura)\s+(?:il\s+)?verbale|(?:verbale\s+)?(?:redatto|a\s+cura)\s+d[ai]|prende\s+nota|appunti|conduce\s+e\s+scrive",
    ),
    (
        "present",
        "member",
        rf"{_BE}?{_ALSO}present[ei](?!\s+(?:il|lo|la|un|una|che)\s+(?:\w+\s+)?(?:verbal|atto|progett|document|situazion|normativ|propost|domand|rendicont|bilanc|dat[io]\b)|\s+(?:verbale|atto|documento|progetto))(?:\s+(?:all'incontro|al\s+tavolo|da\s+remoto|on\s?line|in\s+(?:sala|sede|aula|presenza|collegamento|videoconferenza)|alla\s+(?:seduta|riunione)|i\s+(?:signori|sigg\.?)|a\s+vario\s+titolo))?"
        r"|presenz[ae]|in\s+presenza|(?:collegat[ie]|connessi|da\s+remoto|online|on\s+line)(?:\s+(?:online|da\s+remoto|in\s+video\w+))?|chi\s+(?:c'era|c'è|ha\s+partecipato)|c'(?:erano|eravamo)|ci\s+(?:sono|erano)|(?:eravamo|siamo(?=\s+(?:in\s*:|presenti|:)))(?:\s+presenti|\s+in(?=\s*:))?"
        rf"|(?:hanno|ha)\s+(?:partecipato|preso\s+parte)|partecipanti(?:\s+(?:in\s+presenza|in\s+sala|da\s+remoto|on\s?line|in\s+(?:video)?(?:collegamento|conferenza)|alla\s+(?:riunione|seduta|call)|all'incontro|al\s+tavolo))?|partecipa(?:no)?|{_BE}?{_ALSO}intervenut[ie]|intervengono|convenuti|component[ei](?:\s+e\s+presenze|\s+presenti)?|all'appello\s+risultano|rispond(?:e|ono)(?:\s+all'appello)?|appello"
        r"|assist(?:e|ono)|uditori|elenco\s+(?:dei\s+)?(?:presenti|partecipanti)|(?:sono\s+)?rappresentat[ie](?=\s*:)|(?:hanno\s+)?firmato\s+(?:il\s+)?foglio(?:\s+\w+){0,2}(?=\s*:)|foglio\s+(?:firme|presenze)|altri(?:\s+(?:partecipanti|presenti))?|nelle\s+persone\s+d\w+(?:\s+(?:signori|sigg\.?))?|dal\s+registro\s+di\s+ingresso|per\s+(?:la\s+sds|l'ente|l'amministrazione)",
    ),
    ("present", "invited", r"(?:sono\s+)?invitat[ie]|ospit[ei]"),
)
_ANY_LABEL = "|".join(rf"(?P<l{n}>{pattern})" for n, (_, _, pattern) in enumerate(_LABELS))
# That which begins with any words is tried only on lines that hold its own.
_LABEL, _LABEL_OR_EXCEPT = (re.compile(p, re.I) for p in (_ANY_LABEL.replace(_EXCEPT, ""), _ANY_LABEL))
_AFTER_LABEL = re.compile(
    r"(?P<rest>[^:\n]{0,70})(?P<colon>:)|(?P<bare>[ \t]*(?:\([^)\n]*\))?[|*]*[^\n\w]*(?=\n|$))|(?P<run>\s*,?[ \t]*(?=(?:per|l'|la|il|gli|le|i|in\s+rappresentanza|inoltre|anche|altresì|senza\s+diritto|in\s+sede|i\s+consiglieri)[ \t'])|[ \t]+-?[ \t]*(?=[A-ZÀ-Ý][a-zà-ÿA-ZÀ-Ý']+ [A-ZÀ-Ý]))",
    re.I,
)

_PRESENT = Cued(
    r"\b(?:era(?:no)?\s+con\s+noi|ci\s+ha(?:nno)?\s+ospitat\w|ci\s+sono\s+(?:la|il|l'|lo)\s?|arriva(?:t[oaie])?\s+anche|al\s+tavolo,|(?<!fa\s)(?<!far\s)(?<!fanno\s)(?<!fatto\s)presen[tz][ei]\b(?!\s+(?:il|lo|la|un|una|che)\s+(?:\w+\s+)?(?:verbal|atto|progett|document|situazion|propost|domand|rendicont|bilanc)|\s+(?:verbale|atto|documento|progetto))|alla\s+presenza\s+d|si\s+registra\w*\s+la\s+presenza|partecip(?:a|ano|ato|ata|anti)\b|interv(?:engono|iene)\b|intervenut[oaie]\b|assist(?:e|ono|ito)\b|presied\w+|presieduta|verbalizz\w+|redige\b|funge\s+da|svolge\s+le\s+funzioni|"
    r"ti(?:ene|ene\s+il)\s+verbale|tiene\s+(?:gli\s+appunti|il\s+verbale)|tenuto\s+gli\s+appunti|coordina\b|conduce\b|modera\b|collegat[oaie]\b|l'accesso\s+di|rispondono(?:\s+(?:all'appello|i\b)|\s*:)|all'appello\b|preso\s+posto|sotto\s+la\s+presidenza|c'er(?:a|ano)\b|c'eravamo|eravamo\b|convenut[ie]|rappresentat[oaie]\s+da|firmato\s+il\s+foglio|sono\s+rappresentat[ie]\b|"
    r"(?:è|sono)\s+venut[oaie]|era(?:no)?\s+sces[oaie]|nelle\s+persone|prende\s+nota|stende\s+il|(?:assunto|assume)\s+la\s+presidenza|guida\s+i\s+lavori|guida\s+la|stata\s+sentita|stato\s+sentito|sedeva\w*|onori\s+di\s+casa|apr(?:ire|e|ito)\s+(?:la\s+serata|i\s+lavori|l'incontro)|"
    r"saluti\s+(?:sono\s+stati\s+)?(?:portati|istituzionali)|facilita\b|intorno\s+al\s+tavolo|seduti|è\s+in\s+sala|\bal\s+tavolo\s+(?:il|la|lo|l'|i|le)\b|prendono\s+parte|preso\s+parte|ci\s+sono:|composta\b|riunit[oaie]\b[^.;\n]{0,80}\bcompost[oaie]\s+da\b|si\s+unisce\s+ai|unit[oa]\s+ai\s+lavori)",
    (
        "arriva,presen,partecip,interv,assist,presied,verbalizz,redige,funge,svolge,tiene,tenuto,coordina,conduce,modera,collegat,l'accesso,rispond,all'appello,preso,sotto,"
        "c'er,eravamo,convenut,rappresentat,firmato,sono,nelle,prend,stende,assu,guida,stat,sedeva,onori,apr,saluti,facilita,intorno,seduti,composta,riunit,era con,era sc,"
        "erano con,erano sc,ci ha,ci sono,al tavolo,alla presenza,è venut,è in sala,si registra,si unisce,unito ai,unita ai"
    ).split(","),
)
_EXCUSED = Cued(
    r"\b(?:giustific\w+|scusat[oaie]|scusars[ie]|impossibilitat\w+|avvisat[oaie](?=\s*(?:$|[,;:.()]|che\b|di\b|dell))|(?:ha|hanno|aveva|avevano)\s+avvisato|non\s+ce\s+l'ha(?:nno)?\s+fatta|non\s+pot(?:eva|evano|é|uto|uta)\b|non\s+(?:ha|hanno|è|sono)\s+potut\w+|comunicat\w+\s+di\s+non|di\s+non\s+poter|trattenut[oaie]|(?:ha|hanno)\s+(?:mandato|inviato)\s+(?:\w+\s+){0,3}(?:scuse|messaggio|mail|righe)|assent[ei]\s+per\s+(?:motivi|un\s|malattia|impegn|altr|ferie|problem|salute)|excus[ée]s)",
    "giustific,scusa,impossibilitat,avvisat,hanno,avev,non,comunicat,trattenut,assent,excus,ha ,di non".split(","),
)
_ABSENT = Cued(
    r"\b(?:assent[ei]\b|non\s+c'(?:è|era)\s+(?:il|la|l'|lo|nessun)|non\s+(?:è|sono|era|erano|risulta|risultano)\s+(?:\w+\s+)?(?:present|intervenut|collegat|compars|pervenut|vist)\w*|non\s+si\s+(?:è|sono)\s+(?:presentat|vist)\w|non\s+rispond(?:e|ono)\s+all'appello|non\s+(?:ha|hanno)\s+(?:partecipato|preso\s+parte)\b|nessuna\s+notizia|non\s+present[ei]|manca(?:no|va|vano)?\s+(?:il\s+|la\s+|i\s+|l')?(?:\w+\s+)?(?-i:[A-ZÀ-Ý][a-zà-ÿ]+\s+[A-ZÀ-Ý]))",
    ["assent", "non", "nessuna", "manca"],
)
_FUTURE = re.compile(
    r"\b(?:interverr|partecip(?:erà|eranno)|saranno\s+present|sarà\s+present|parleranno|parlerà|relatori\b|sono\s+invitati\s+a)",
    re.I,
)
_AGENDA = re.compile(
    r"[ \t]*(?:[^\w\n]*)(?:(?:ordine\s+del\s+giorno|o\.?\s?d\.?\s?g\b|argoment[oi]|punto\s+(?:n\.?\s*)?\w+|§|oggetto|premess[oa]|delibera|sintesi|discussione|svolgimento|di\s+cosa|cosa\s+(?:ci|si)|si\s+(?:è\s+parlato|discute|passa|apre)|il\s+presidente\s+(?:apre|dichiara|constat)|la\s+presidente\s+(?:apre|dichiara|constat)|constatat|temi\b|decisioni|interventi)|(?:\d{1,2}\s?[.)]\s*|[A-Za-z]\s?[.)]\s+)[A-ZÀ-Ý][^\n]{3,})",
    re.I,
)
_MEETING = re.compile(
    r"\b(?:verbal[ei]|resoconto|riunion[ei]|riunit[oaie]|sedut[ae]|incontro|tavolo|assemblea|conferenza|comitato|consulta|si\s+(?:è|sono)\s+(?:svolt|tenut|riunit|incontrat|ritrovat|insediat)\w+|ci\s+siamo)\b",
    re.I,
)
_PRESS = re.compile(r"\bconferenza\s+stampa\b", re.I)
ZONE = 7000


def read(
    text: str,
    finder: Finder,
    *,
    start: int = 0,
    mentions: list[Mention] | None = None,
    layout: Layout | None = None,
) -> tuple[list[Attendee], bool]:
    """Return the people of the attendance lists of a plain text, each once, in the order of the text.

    Where there are none, the second value tells whether a list begins that holds names which were not understood.

    Parameters
    ----------
    mentions
        What ``finder`` found in the text, where it was asked already.
    layout
        How the body that met writes its lists, if the lab says so.
    """
    named = Named.of(text, finder, mentions)
    found, taken = [], []
    for roll in rolls.rolls(text, start, layout.columns if layout else ()):
        people_in = list(_from_roll(text, roll, finder, named))
        if people_in:
            found += people_in
            taken.append((roll.start, roll.end))
    found += marks.glued(text, start, finder, taken)
    found += marks.numbered(text, start, finder, named, taken)
    found += marks.flattened(text, start, finder, named, taken)
    found += marks.ending_lines(text, start, finder, named, taken)
    pieces = list(_pieces(text, start, finder, named, taken, layout))
    found = _people(text, start, finder, named, found, taken, pieces)
    return found, not found and any(_unread(text, piece) for piece in pieces)


def _people(
    text: str,
    start: int,
    finder: Finder,
    named: Named,
    found: list[Attendee],
    taken: list[tuple[int, int]],
    pieces: list[Piece],
) -> list[Attendee]:
    """Those of the tables, and those whom the pieces tell of."""
    told = _MEETING.search(text, 0, start + 1200) and not _PRESS.search(text, 0, start + 1500)
    if not found and all(piece.prose for piece in pieces) and not told:
        return []  # news that names who spoke somewhere tells of no meeting of ours
    read = [(piece, list(entries.read(text, piece, finder, named.inside(piece.start, piece.end)))) for piece in pieces]
    # Guests and moderators stand beside those present; where nobody is said to be present or absent they are still to come.
    told_of = [piece for piece, ones in read if ones and piece.function != "invited"]
    if found or any(not _hosts(text, piece) for piece in told_of) or (told_of and not _announced(text, start)):
        found += [one for _, ones in read for one in ones if not inside(one.start, taken)]
    found += _speakers(text, start, finder, named) if found else []
    found = _in_brackets(text, _once(_spelt(text, found)), named)
    found = _of_the_house(text, found, named)
    return _later(text, start, found) if found else found


_ANNOUNCES = Cued(
    r"(?P<heading>\bprogramma\b)|\biscri(?:zion[ei]|vers[ie])\b|\bingresso\s+libero|\bsi\s+terrà\b|\bin\s+programma\b|\bè\s+invitat",
    ["programma", "iscri", "ingresso", "si terrà", "in programma", "è invitat"],
)
_HELD = re.compile(
    r"\b(?:verbale|resoconto|riunione|seduta|incontro)\b[^.\n]{0,40}\bdel\b|\bsi\s+è\s+(?:svolt|tenut|riunit)", re.I
)


def _announced(text: str, start: int) -> bool:
    """The text speaks of what is to come; "Programma" does where it opens a line."""
    cues = (m for m in _ANNOUNCES.finditer(text, start) if not (m["heading"] and _line_before(text, m.start()).strip()))
    return next(cues, None) is not None and not _HELD.search(text, 0, start + 600)


def _line_before(text: str, place: int) -> str:
    return text[text.rfind("\n", 0, place) + 1 : place]


_HOST = re.compile(r"(?:modera|coordina|conduce|facilita|saluti|guida|apr)", re.I)


def _hosts(text: str, piece: Piece) -> bool:
    """The piece says who moderates, and of nobody that they came or stayed away."""
    if not piece.prose:
        return piece.function == "facilitator"
    there, place, end = [m.group() for m in _PRESENT.finditer(text, piece.start, piece.end)], piece.start, piece.end
    missing = _EXCUSED.search(text, place, end) or _ABSENT.search(text, place, end)
    return bool(there) and all(_HOST.match(cue) for cue in there) and not missing


def _unread(text: str, piece: Piece) -> bool:
    """A list of those present that holds names."""
    line = text[piece.start : piece.end].strip().split("\n")[0]
    names = re.findall(r"\b[A-ZÀ-Ý][a-zà-ÿ]+", line)
    return piece.status == "present" and not piece.prose and len(names) >= 2 and not re.search(r"\d", line)


# --- tables


def _from_roll(text: str, roll: rolls.Roll, finder: Finder, named: Named) -> Iterator[Attendee]:
    for row in roll.rows:
        cells = {}
        for kind, cell in zip(roll.columns, row):
            if cell.text:
                cells.setdefault(kind, cell)
        spot = _person_cell(cells)
        if spot is None:
            continue
        name, start, end = spot
        marks = [cell.text for kind, cell in zip(roll.columns, row) if kind == "other" and cell.text]
        status, notes = _row_status(roll.columns, cells), " ".join(marks)
        arrives = entries.clock_of_arrival(notes) or entries.clock_of_arrival(
            cells.get("presence", rolls.Cell("", 0, 0)).text
        )
        if "giust" in notes.lower() and status == "absent":
            status = "excused"
        if status == "absent" and re.search(r"\bentra\b|\barriva\b", notes, re.I):
            status = "present"
        role = cells.get("role")
        delegate = (
            re.search(r"\bdelega\s+d\w+'?\s*(?:sindac[oa]\s+)?(?P<who>[^,;()]+)", notes, re.I)
            if status == "present"
            else None
        )
        one = Attendee(
            name,
            status,
            start,
            end,
            "delegate" if delegate else "member",
            role=role.text if role else None,
            organisation=_row_organisation(text, row, cells, roll.columns, finder, named),
            arrives=arrives,
            leaves=entries.clock_of_leaving(notes),
            remote=entries.is_remote(
                " ".join([notes, *(c.text for k, c in cells.items() if k in ("presence", "present"))])
            ),
            delegate_for=delegate["who"].strip() if delegate else None,
        )
        yield one
        for who in people.in_entry(delegate["who"])[:1] if delegate else []:
            place = (
                next(
                    c.start + c.text.find(who.name.split()[-1])
                    for k, c in zip(roll.columns, row)
                    if k == "other" and delegate.group() in c.text
                )
                if any(delegate.group() in c.text for c in row)
                else start
            )
            yield Attendee(who.name, "absent", place, place + len(who.name), organisation=one.organisation)


def _person_cell(cells: dict[str, rolls.Cell]) -> tuple[str, int, int] | None:
    """The person of a row: name and span."""
    if "surname" in cells and "forename" in cells and "name" not in cells:
        one, other = cells["surname"], cells["forename"]
        if not _nobody(one.text):
            return person_name(f"{one.text} {other.text}"), min(one.start, other.start), max(one.end, other.end)
    for kind in ("name", "who", "surname", "forename"):
        cell = cells.get(kind)
        if cell is None or _nobody(cell.text):
            continue
        whole = re.split(r"[,(\n]|\s-\s", cell.text)[0].strip()
        words = without_titles(whole)
        if (
            2 <= len(words) <= 5
            and all(w[0].isupper() or people.is_particle(w) for w in words)
            and not any(map(_is_role_word, words))
        ):
            return person_name(whole), cell.start, cell.start + len(whole)
        found = people.in_entry(cell.text)
        if found:
            return found[0].name, cell.start + found[0].start, cell.start + found[0].end
        if words and len(words) <= 2 and words[0][:1].isupper() and not entries.is_role(cell.text):
            return person_name(whole), cell.start, cell.start + len(whole)
    return None


def _is_role_word(word: str) -> bool:
    return not people.may_be_surname(word)


def _nobody(text: str) -> bool:
    return not re.search(r"[^\W\d_]{3}", text) or bool(
        re.match(r"(?:assente|presente|nessuno|vacante|total\w+|legenda)\b", text, re.I)
    )


def _row_status(columns: list[str], cells: dict[str, rolls.Cell]) -> str:
    if "presence" in columns:
        cell = cells.get("presence")
        if cell is None:
            return "absent" if "who" not in columns or len(cells) > 1 else "present"
        return rolls.status(cell.text) or "present"
    excused = cells.get("excused")
    if excused is not None and rolls.status(excused.text) in ("present", "excused"):
        return "excused"
    if "absent" in columns or "present" in columns:
        absent, present = cells.get("absent"), cells.get("present")
        if absent is not None and (present is None or rolls.status(absent.text) in ("present", "excused")):
            mark = rolls.status(absent.text) == "excused" or re.search(r"\(\s*a?g\w*\.?\s*\)", absent.text, re.I)
            return "excused" if mark else "absent"
        return (rolls.status(present.text) or "present") if present is not None else "absent"
    return "present"


def _row_organisation(
    text: str, row: rolls.Row, cells: dict[str, rolls.Cell], columns: list[str], finder: Finder, named: Named
) -> Mention | None:
    cell = cells.get("organisation") or cells.get("town")
    if cell is not None and re.search(r"[^\W\d_]{2}", cell.text):
        inside = named.inside(cell.start, cell.end)
        if len(inside) == 1 and inside[0].start - cell.start <= 2 and inside[0].end >= cell.end - 3:
            return inside[0]
        place = municipality(cell.text)
        if place and len(place) >= len(cell.text.split("(")[0].strip(" *")) - 1:
            return finder.town(place, cell.start, cell.end, cell.text, certainty=0.8)
        whole = _joined_cell(cell.text)
        if inside and inside[0].start - cell.start <= 2:
            rest = cell.text[inside[0].end - cell.start :]
            if re.fullmatch(r"\s+[A-ZÀ-Ý][\w']+(?:\s[A-ZÀ-Ý][\w']+)?", rest) and not people.in_entry(rest):
                return finder.resolve(whole, cell.start, cell.end, whole, found_by="grammar", certainty=0.7)
            return inside[0]
        if entries.possible_organisation(whole):
            like = finder.find(whole)
            if len(like) == 1 and like[0].end - like[0].start >= len(whole) - 3:
                return replace(like[0], start=cell.start, end=cell.end, surface=whole)
            if "organisation" not in cells and not like and len(whole.split()) < 6 and not whole.isupper():
                return finder.town(whole, cell.start, cell.end, cell.text, certainty=0.6)
            return finder.resolve(whole, cell.start, cell.end, whole, found_by="grammar", certainty=0.7)
        return inside[0] if inside else None
    for kind, other in zip(columns, row):
        inside = named.inside(other.start, other.end)
        if inside and kind in ("role", "other", "name", "who"):
            return inside[0]
    role = cells.get("role")
    return entries.of_role(text, role.start, role.end, finder) if role is not None else None


def _joined_cell(text: str) -> str:
    return " ".join(text.split())


# --- speakers

_SPEAKER = re.compile(
    r"(?m)(?:^[ \t]*(?:[-•*–>]+[ \t]*)?|\s-\s)(?P<who>[^\n:(),]{3,50}?)\s*(?:\((?P<of>[^()\n]{2,60})\)|,\s(?P<role>[^:\n.;]{3,80}))\s*:\s"
)


def _in_lines(pattern: re.Pattern, text: str, start: int, sign: str) -> Iterator[re.Match]:
    """The matches of a pattern in the lines that hold a sign."""
    place = text.find(sign, start)
    while place >= 0:
        begin, end = max(start, text.rfind("\n", 0, place) + 1), text.find("\n", place) + 1 or len(text)
        yield from pattern.finditer(text, begin, end)
        place = text.find(sign, end)


def _speakers(text: str, start: int, finder: Finder, named: Named) -> Iterator[Attendee]:
    """ "Rossi (Comune di X): chiede ..." speaks at the meeting, so was there."""
    for match in _in_lines(_SPEAKER, text, start, ":"):
        what = match["of"] or match["role"]
        begin, end = match.start("who"), match.end("of" if match["of"] else "role")
        place = municipality(what)
        owner = entries.of_role(text, match.end("who"), end, finder)
        if not (named.inside(match.end("who"), end) or place == what.strip() or owner):
            continue
        found = list(
            entries.read(text, Piece(begin, end + (match["of"] is not None)), finder, named.inside(begin, end))
        )
        if found and found[0].start - begin < 16:
            # "Anna Brandi riassume il lavoro fatto, dal Comune:" is a sentence: the name would go on in small letters.
            if not text[found[0].end : match.end("who")].strip()[:1].islower():
                yield found[0]
        elif place and match["of"] and re.fullmatch(r"(?:[A-ZÀ-Ý]')?[A-ZÀ-Ý][\w']+", match["who"].strip()):
            owner = finder.town(place, match.start("of"), match.end("of"), place, certainty=0.7)
            who = match["who"].strip()
            yield Attendee(person_name(who), "present", begin, begin + len(who), organisation=owner)


# --- labelled lists and sentences


@dataclass
class _State:
    """The list that is being read: status and function of those below its label; where the opening ends."""

    layout: Layout | None = None
    status: str | None = None
    function: str = "member"
    colon: bool = False
    seen: bool = False
    listed: int = 0
    inline: bool = False
    lead: Mention | None = None
    closed: bool = False
    blanks: int = 0
    card: int = 0
    mark: str = ""


def _pieces(
    text: str,
    start: int,
    finder: Finder,
    named: Named,
    taken: list[tuple[int, int]],
    layout: Layout | None = None,
) -> Iterator[Piece]:
    """The stretches that tell who was there: entries under a label, and sentences of the opening with a word of presence."""
    state = _State(layout=layout)
    first = min((a for a, _ in taken), default=None)
    place = start
    lines = text[start:].split("\n")
    for number, line in enumerate(lines):
        end = place + len(line)
        if inside(place, taken):
            state.status, state.seen = None, state.seen or place >= first
        elif not line.strip():
            state.blanks += 1
            if state.blanks > 2 or state.inline:
                state.status = None  # a list that stood on the line of its label ends with its paragraph
        else:
            following = next((x for x in lines[number + 1 : number + 4] if x.strip()), "")
            for piece in _of_line(text, place, end, state, finder, named, following, start):
                state.seen = state.seen or not piece.prose or bool(people.find(text[piece.start : piece.end]))
                yield piece
            state.blanks = 0
        place = end + 1


def _of_line(
    text: str, place: int, end: int, state: _State, finder: Finder, named: Named, following: str, start: int
) -> Iterator[Piece]:
    line = text[place:end]
    opened = _opened(text, place, end) if not state.closed and line.rstrip().endswith(":") else None
    label = _label(text, place, end, state)
    if label and ((opened and not label[3]) or (state.status and _ABSENT_OF_GROUP.match(line))):
        label = None
    if label is None and not state.seen and state.status is None and _GROUPS_PRESENT.match(line):
        label = end, "present", "member", True
    if label:
        content, state.status, state.function, state.colon = label
        state.lead, state.inline = None, False
        if not text[content:end].strip():
            return
        state.inline = text[place:end].rstrip()[-1:] not in ":;,-"
        yield from _labelled(text, content, end, state, finder, named)
        if text[place:end].rstrip()[-1:] not in ":;,-" and not state.colon:
            state.status = None
        return
    if state.status is not None:
        in_list = _in_list(text, place, end, state, finder, named, following)
        if in_list is not None:
            yield from in_list
            return
        state.status = None
    if opened:
        cut, state.status = opened
        state.function, state.colon = "member", True
        yield from _sentences(text, place, cut, named)
        return
    if state.seen and _AGENDA.match(line) and not _person_first(text, place, end, named):
        state.closed = True
    cued = _cue(text, place, end)
    if state.listed > 2 and len(line) > 40 and not cued:
        state.closed = True  # a list was read, and the text goes on with something else
    if not state.closed and cued and place - start < ZONE:
        yield from _sentences(text, place, end, named)
    elif _LATE.match(line):
        yield Piece(place, end, "present", prose=True)


def _in_list(
    text: str, place: int, end: int, state: _State, finder: Finder, named: Named, following: str
) -> list[Piece] | None:
    """What a line below a label tells: an entry, a heading of the next entries, nobody; None where the list is over."""
    line = text[place:end]
    if end <= state.card or _NOBODY_SENT.search(line):
        return []
    card = _card(text, place, end, state.status, finder, named)
    if card:
        state.listed, state.card = state.listed + 1, card.end
        return [card]
    paragraph = state.blanks > 0 and bool(state.listed or named.inside(place, end))
    begins = paragraph and not re.search(r"[,:;]\s|[:;.]$", line)
    over = _stands_over(line, following, begins) and not _begins_with_person(line)
    if not over and (_like_entry(text, place, end, finder, named) or _bulleted(text, place, end, state)):
        state.listed += 1
        state.mark = _list_mark(line)
        since = place + entries.BULLET.match(line).end()
        here = replace(state, status=_said_first(line) or state.status)
        pieces = _split(text, since, end, here, finder, named)
        return [replace(piece, lead=piece.lead or state.lead) for piece in pieces]
    group = _subheading(text, place, end, finder, named, following, begins)
    if group:
        state.lead = group[0]
        return []
    return [] if _next_of_list(line, state) or _among_entries(line, following, state) else None


_ABSENT_OF_GROUP = re.compile(
    r"\W*(?:assent|giustificat|non\s+present)\w*\s*\([^()\n]*[A-ZÀ-Ý][^()\n]*\)\s*$|\s*\([^()\n]*\)\s*$", re.I
)
_SAID_FIRST = re.compile(r"\W*(?P<word>\[\s*\]|(?:non\s+present|assent|giustificat|ha\s+avvisato|excus)\w*)", re.I)


def _said_first(line: str) -> str | None:
    """The status that a line of a list begins with: "[ ] N", "(assente N, in ferie)", "assente (N ha avvisato)"."""
    found = _SAID_FIRST.match(line)
    if not found:
        return None
    return "excused" if re.search(r"giust|avvis|comunicat|impediment|excus", line, re.I) else "absent"


_GROUPS_PRESENT = re.compile(
    r"\s*per\s+(?:le|i|gli)\s+(?:associazioni|enti|comuni|cooperative|sindacati|organizzazioni|istituzioni|scuole)\b[^:\n]{0,30}:?\s*$",
    re.I,
)
_NOBODY_SENT = re.compile(r"(?::|^)\s*(?:nessuno|nessun\s+rappresentante|assente|--?|/+)\s*[.;]?\s*$", re.I)
_KEY = re.compile(r"\s*(?:ente|organizzazione|ruolo|qualifica|carica|provenienza|per)\s*:\s*", re.I)


def _card(text: str, place: int, end: int, status: str, finder: Finder, named: Named) -> Piece | None:
    """A name alone on its line, role and organisation on the lines below it."""
    who = text[place:end].strip()
    found = people.in_entry(who)
    rest = (who[: found[0].start] + who[found[0].end :]).strip(" -–,.") if found else who
    if len(found) != 1 or (len(rest) > 1 and not entries.is_role(rest)):
        return None
    lead, last, here = None, end, end + 1
    if entries.BULLET.match(text[place:end]).end() > len(_INDENT.match(text[place:end]).group()):
        return None  # an item of a list; what follows is no part of it
    spaced = text[place - 2 : place] == "\n\n"  # every line of the list has a blank one after it
    for line in text[here : here + 270].split("\n")[: 4 if spaced else 2]:
        a, b = here, here + len(line)
        here = b + 1
        if spaced and not line.strip():
            continue
        if len(_INDENT.match(line).group()) < len(_INDENT.match(text[place:end]).group()):
            break  # a heading set in less than the name
        key = _KEY.match(line)
        line, a = (line[key.end() :], a + key.end()) if key else (line, a)
        inside = named.inside(a, b)
        whole = bool(key) or (bool(inside) and inside[0].start - a <= 4 and b - inside[0].end <= 3)
        if not line.strip() or len(line) > 90 or not (whole or entries.is_role(line.strip())):
            break
        lead = lead or (inside[0] if inside else entries.of_role(text, a, b, finder))
        last = b
    return Piece(place, last, status, lead=lead) if last > end else None


def _opened(text: str, place: int, end: int) -> tuple[int, str] | None:
    """A sentence that ends in "sono intervenuti i Signori:" opens a list: where that clause begins, and the status it gives."""
    if not text[place:end].rstrip().endswith(":"):
        return None
    cut = max([place, *(m.end() for m in _CLAUSE_END.finditer(text, place, end - 1))])
    if cut == place:
        cut = max(place, end - 160)
    clause = text[cut:end]
    if _FUTURE.search(clause) or len(clause) < 8:
        return None
    if re.search(r"\bad\s+eccezione\s+d|\btranne\b|\beccetto\b", clause, re.I) or (
        _ABSENT.search(clause) and not _PRESENT.search(clause)
    ):
        return cut, "absent"
    if _EXCUSED.search(clause) and not _PRESENT.search(clause):
        return cut, "excused"
    return (cut, "present") if _PRESENT.search(clause) else None


_CLAUSE_END = re.compile(r";|(?<=\w\w\w)\.(?= )")
_LATE = re.compile(
    r"\s*(?:>>|\(|-|alle\s+)?\s*(?:ore\s+\d|alle\s+ore|alle\s+\d).{0,40}\b(?:entra\w*|si\s+unisc\w+|arriva\w*|giung\w+)\b",
    re.I,
)


def _label(text: str, place: int, end: int, state: _State) -> tuple[int, str, str, bool] | None:
    """Where the content under a label begins, with the status and function that the label gives."""
    lead = _LEAD.match(text, place, end)
    own = state.layout.label(text, lead.end(), end) if state.layout else None
    if own:
        return *own, "member", True
    labels = _LABEL_OR_EXCEPT if "eccezione" in text[place:end].lower() else _LABEL
    match = labels.match(text, lead.end(), end)
    if not match or _FUTURE.search(text, place, end):
        return None
    status, function, _ = _LABELS[int(match.lastgroup[1:])]
    if match.end() < end and text[match.end()].isalnum():
        return None
    after = _AFTER_LABEL.match(text, match.end(), end)
    if not after:
        return None
    if after["colon"]:
        rest = after["rest"]
        if len(rest.split()) > 9 or re.search(r"[.;]\s", rest) or (state.closed and len(rest.split()) > 4):
            return None
        if _PRESENT.search(rest) and status != "present":
            status = "present"
        elif function in ("member", "invited") and _EXCUSED.search(match.group() + rest):
            status = "excused"
        elif function == "member" and _ABSENT.search(match.group() + rest) and status == "present":
            status = "absent"
        return after.end(), status, function, True
    if after["bare"] is not None:
        return (
            (after.end(), status, function, True)
            if function in ("member", "invited", "facilitator") or after.end() < end
            else None
        )
    if state.closed and function == "member" and status == "present" and not people.find(text[after.end() : end]):
        return None
    return after.end(), status, function, False


def _labelled(text: str, content: int, end: int, state: _State, finder: Finder, named: Named) -> Iterator[Piece]:
    """What stands on the line of a label: the first sentence is under it, the next ones have words of their own."""
    stops = list(sentences.spans(text, content, end))
    first_end = stops[0][1] if stops else end
    yield from _clauses(text, content, first_end, state.status, state.function)
    for a, b in stops[1:]:
        if _cue(text, a, b):
            label = _label(text, a, b, state)
            if label:
                yield from _clauses(text, label[0], b, label[1], label[2])
            else:
                yield from _sentence(text, a, b)
        elif state.colon and _like_entry(text, a, b, finder, named):
            yield from _clauses(text, a, b, state.status, state.function)
    if len(stops) > 1:
        state.status = None


def _split(text: str, start: int, end: int, state: _State, finder: Finder, named: Named) -> Iterator[Piece]:
    """The clauses of an entry; "per la Federazione X: N; M; P" gives its organisation to all of them."""
    inside = named.inside(start, end)
    leads = inside and inside[0].start - start < 40 and entries.leads_a_list(text, inside[0].end)
    opens = inside and inside[0].start - start <= 8
    lead = inside[0] if leads else None if opens else _unknown_lead(text, start, end, finder)
    here = lead.end if lead and not leads else start
    for piece in _clauses(text, here, end, state.status, state.function):
        yield replace(piece, lead=lead) if lead else piece


_BEFORE_COLON = re.compile(r"(?:per\s+(?:il|la|lo|l'|i|gli|le)\s?)?(?P<name>[A-ZÀ-Ý\"][^:\n;]{3,80}?)\s*:\s+(?=\S)")
_CLOCKS = re.compile(r"\b\d{1,2}[.:,]\d\d\b|\bore\b")


def _unknown_lead(text: str, start: int, end: int, finder: Finder) -> Mention | None:
    """ "Gruppo Famiglie: N, M": what stands before a colon and people is their organisation, though no rule knows its name."""
    found = _BEFORE_COLON.match(text, start, end)
    if not found:
        return None
    name = found["name"].split("(")[0].strip()
    plain_name = not (_CLOCKS.search(name) or _LABEL.match(name) or _GENERIC.match(name) or len(name.split()) > 9)
    place = municipality(name)
    if not plain_name or place == name or entries.is_role(name) or not _of_names(name):
        return None
    if not entries.possible_organisation(name) or not people.in_entry(text[found.end() : min(end, found.end() + 60)]):
        return None
    at = found.start("name")
    return finder.resolve(name, at, at + len(name), name, found_by="grammar", certainty=0.5)


def _clauses(text: str, start: int, end: int, status: str, function: str) -> Iterator[Piece]:
    """The parts between semicolons; a word such as "assente giustificato" within changes the status from there on."""
    depth, begin = 0, start
    for place in range(start, end):
        char = text[place]
        depth += (char == "(") - (char == ")")
        if char == ";" and depth <= 0:
            depth = 0
            yield from _by_cues(text, begin, place, status, function)
            begin = place + 1
    yield from _by_cues(text, begin, end, status, function)


_TURN = re.compile(
    r"(?<=[;,.\s])(?:e\s+)?(?P<cue>rappresentati\s+(?:per|con|su)\s+delega|(?:risultano\s+|sono\s+|è\s+)?assent[ei]\s+giustificat[oaie]|assent[ei]|presenti|collegat[ie]\s+(?:da\s+remoto|online))\s*:?\s+(?=(?:il|la|lo|i|gli|le|l')?\s*[\w.]{0,9}\s*[A-ZÀ-Ý])",
    re.I,
)


def _by_cues(text: str, start: int, end: int, status: str, function: str) -> Iterator[Piece]:
    here = start
    for turn in _TURN.finditer(text, start, end):
        if text[here : turn.start()].strip():
            yield Piece(here, turn.start(), status, function)
        cue = turn["cue"].lower()
        status = "excused" if "giust" in cue else "absent" if re.search("assent|delega", cue) else "present"
        here = turn.end()
    if text[here:end].strip():
        yield Piece(here, end, status, function)


def _cue(text: str, start: int, end: int) -> bool:
    return bool(
        _PRESENT.search(text, start, end) or _EXCUSED.search(text, start, end) or _ABSENT.search(text, start, end)
    )


def _sentences(text: str, place: int, end: int, named: Named) -> Iterator[Piece]:
    """The sentences of a paragraph that has a word of presence or absence in it."""
    if _FUTURE.search(text, place, end):
        return
    begun = False
    for a, b in sentences.spans(text, place, end):
        if begun and _POINT.match(text, a):
            return
        if _cue(text, a, b):
            begun = True
            yield from _sentence(text, a, b)
        elif begun and _comes_with(text, a, b, named):
            yield Piece(a, b, "present", prose=True)


_POINT = re.compile(r"(?:punto|argomento|o\.?d\.?g)\b|\d{1,2}\s?[.)]\s", re.I)
_SPEAKS = re.compile(
    r"\b(?:ha\s+(?:detto|spiegato|chiesto|proposto|ricordato|riferito|raccontato|illustrato)|dice|spiega|chiede|propone|riferisce|illustra|ricorda|comunica)\b",
    re.I,
)


def _comes_with(text: str, start: int, end: int, named: Named) -> bool:
    """A sentence that goes on telling who came: it names an organisation beside its people and reports no speech."""
    return bool(named.inside(start, end)) and not _SPEAKS.search(text, start, end)


def _sentence(text: str, start: int, end: int) -> Iterator[Piece]:
    """One sentence; where those present and those missing stand in it together, it is cut at the turn."""
    missing = [
        (m.start(), m.end(), kind)
        for kind, cue in (("absent", _ABSENT), ("excused", _EXCUSED))
        for m in cue.finditer(text, start, end)
    ]
    # Where "Non è intervenuto" opens a clause, its word of presence tells of none; behind a name ("N, non presente; M") the
    # list goes on.
    opens = [(a, b) for a, b, _ in missing if text[start:a].rstrip()[-1:] in ("", ".", ";", ":")]
    there = [m.start() for m in _PRESENT.finditer(text, start, end)]
    cues = sorted(
        [(place, "present") for place in there if not any(a <= place < b for a, b in opens)]
        + [(a, kind) for a, _, kind in missing]
    )
    kinds = {kind for _, kind in cues}
    if len(kinds) == 1 or (kinds == {"absent", "excused"} and not _two_clauses(text, cues)):
        yield Piece(start, end, "excused" if "excused" in kinds else cues[0][1], prose=True)
        return
    here, (last, status) = start, cues[0]
    for place, kind in cues[1:]:
        near = not re.search(r"[,;]", text[last:place]) or place - last < 25
        last = place
        if kind == status or (kind == "absent" and status == "excused" and near):
            continue
        if kind == "excused" and status == "absent" and near:
            status = kind
            continue
        begun = _BEGINS_CUE.search(text, here, place)
        cut = begun.start() if begun else max(text.rfind(mark, here, place) for mark in ";:,.") + 1
        cut = cut if cut > here else place
        yield Piece(here, cut, status, prose=True)
        here, status = cut, kind
    yield Piece(here, end, status, prose=True)


def _two_clauses(text: str, cues: list[tuple[int, str]]) -> bool:
    """ "Si è scusato N, non si è visto M": the two words of absence stand in clauses of their own."""
    return any(
        one != other and b - a >= 25 and re.search(r"[,;]", text[a:b]) for (a, one), (b, other) in pairwise(cues)
    )


# "... Anna BERTI Luca RIVA Sono assenti": a verb with a capital begins a sentence though no stop ends the one before.
_BEGINS_CUE = re.compile(r"\b(?-i:Sono|Risultano|Risulta|Erano)\s+(?:altresì\s+)?$")


_FOR_LINE = re.compile(r"^(?:per|in rappresentanza d\w+)\s+(?:il|la|lo|gli|le|i|l'|\w)", re.I)


def _like_entry(text: str, place: int, end: int, finder: Finder, named: Named) -> bool:
    """A line that begins with a name, an organisation before its people, a role before a colon, or "per l'Ente"."""
    begin = place + entries.BULLET.match(text[place:end]).end()
    body = text[begin:end].strip()
    words = body.split()
    if not body or len(words) > 400:
        return False
    if len(words) <= 40 and (
        _FOR_LINE.match(body) or re.match(r"(?:la|il|l'|lo|i|gli|le)\s?[\w' ]{3,60}:\s*\S", body, re.I)
    ):
        return True
    spans = [(m.start - begin, m.end - begin) for m in named.inside(begin, end)]
    head = text[begin : min(end, begin + 200)]
    found = people.in_entry(head, blocked=spans)
    if found and _SAID_FIRST.match(body):
        return True
    if not found:
        after = body[spans[0][1] :].lstrip(" -–:,") if spans and spans[0][0] <= 4 else ""
        return (
            entries.titled(body)
            or entries.titled(after)
            or bool(spans and re.match(r"(?:[A-ZÀ-Ý]')?[A-ZÀ-Ý][a-zà-ÿ]+\s*\(", body))
        )
    first = found[0]
    if _colon_list(head, first.start) or (spans and spans[0][0] <= 4 and first.start <= spans[0][1] + 40):
        return True
    if spans and spans[0][0] <= 4 and re.search(r"\brappresentat\w\s|\bnell[ae]\s+person[ae]\s", head[: first.start]):
        return True
    if len(words) > 60 and len(found) < 3:
        return False
    if len(found) > 2 and all(_parted(head[a.end : b.start]) for a, b in pairwise(found)):
        return True
    before = head[: first.start]
    if first.start > 14 and not (re.fullmatch(rf"\s*(?:{_ROLES_BEFORE})\s*", before, re.I) or _role_first(before)):
        return False
    return _goes_on_as_entry(text, begin, end, first, spans)


def _parted(between: str) -> bool:
    """A comma, a semicolon or a dash parts two names of a list, with a bracket or a role at most beside it."""
    return len(between) < 60 and bool(re.search(r"[,;)]|\s-\s", between)) and not re.search(r"[.!?]\s+[A-Z]", between)


def _role_first(before: str) -> bool:
    words = re.sub(r"^\s*(?:e\s+)?(?:il|la|lo|l'|i|le|gli)\s*", "", before, flags=re.I)
    return len(before) < 90 and entries.is_role(words) and not re.search(r"[.:;]\s", before)


_ROLES_BEFORE = r"(?:(?:e\s+)?(?:il|la|lo|l'|i|le|un|una)?\s*[\w.' ]{3,40}?,?)"


def _colon_list(head: str, first: int) -> bool:
    """ "Ente: Nome, Nome": a colon stands before the first name, and little before the colon."""
    colon = head.find(":", 0, first)
    return colon > 0 and len(head[:colon].split()) <= 14 and first - colon < 30


def _goes_on_as_entry(text: str, begin: int, end: int, first: people.Person, spans: list[tuple[int, int]]) -> bool:
    rest = text[begin + first.end : end].strip()
    after = [] if spans and spans[0][0] <= first.end + 2 else rest.split()
    # "Corvaldi Agnese apre i lavori" is a sentence, not an entry: a verb in small letters follows the name.
    if after and after[0][0].islower() and after[0].strip(",.;") not in _SMALL and not rest.startswith("("):
        if after[0].strip(",.;") in word_list("roles") or " ".join(after[:2]) in word_list("roles"):
            return True
        return bool(re.match(r"(presente|assente|giustificat|da remoto|collegat)", after[0]))
    return not re.search(r"[.!?]\s+[A-Z]\w+\s+[a-z]", text[begin:end]) or len(rest.split()) < 16


_SMALL = frozenset(
    "e ed in per di del della dello dell' dei degli delle anche con da su dalla dal delegato delegata".split()
)


def _bulleted(text: str, place: int, end: int, state: _State) -> bool:
    """A bullet under a label that holds a person somewhere: "- in qualità di uditore, il dott. N"."""
    return (
        state.colon
        and bool(re.match(r"\s*[-•*·–]\s", text[place:end]))
        and bool(people.find(text[place:end]))
        and end - place < 260
    )


_GENERIC = re.compile(
    r"(?:per\s+)?(?:(?:i|gli|le|il|la|altri|altre)\s+)?(?:rappresentanti\s+(?:de\w+\s+)?)?(?:enti|comuni|associazioni|cooperative|sindaci|sindache|organizzazioni|sindacati|parti|terzo|scuole|operatori|operatrici|referenti|rappresentanti|"
    r"partecipanti|servizi|privato|volontari|volontariato|amministratori|istituzioni|imprese|aziende|tecnici|invitati|ospiti|componenti|membri|esperti|settore|area|ordini|cittadini|famiglie)\b",
    re.I,
)


_LIST_MARK = re.compile(r"\s*(?:(?P<number>\d{1,3})\s?[.)]|(?P<bullet>[-•*·–]))\s")


def _list_mark(line: str) -> str:
    found = _LIST_MARK.match(line)
    return (found["number"] or found["bullet"]) if found else ""


def _next_of_list(line: str, state: _State) -> bool:
    """An entry that was not understood, but whose number or bullet says that the list goes on."""
    mark = _list_mark(line)
    if not mark or not state.mark:
        return False
    goes_on = mark.isdigit() and state.mark.isdigit() and int(mark) == int(state.mark) + 1
    if goes_on or (mark == state.mark and not mark.isdigit() and not _AGENDA.match(line) and len(line) < 120):
        state.mark = mark
        return True
    return False


def _among_entries(line: str, following: str, state: _State) -> bool:
    """A short line that was not understood, between entries of one shape ("Ente - N"): the list goes on after it."""
    shape = next((mark for mark in (" - ", " (", "\t", ": ") if mark in line and mark in following), None)
    if shape is None or state.listed < 2 or len(line) > 110 or line.rstrip()[-1] in ".:" or _AGENDA.match(line):
        return False
    return bool(people.in_entry(following)) and not re.search(r"[.!?]\s+[A-ZÀ-Ý]", following)


def _begins_with_person(line: str) -> bool:
    found = people.in_entry(line)
    return bool(found) and found[0].start <= 12 and found[0].found_by == "lexicon"


def _subheading(
    text: str, place: int, end: int, finder: Finder, named: Named, following: str, begins: bool
) -> tuple[Mention | None] | None:
    """A line between entries that groups them: a kind ("Enti pubblici"), or the organisation of those set in below it."""
    line = text[place:end].strip().lstrip("> ")
    over = _stands_over(text[place:end], following, begins)
    if len(line.split()) > 14 or _AGENDA.match(line) or (line.endswith(".") and not over):
        return None
    inside = named.inside(place, end)
    first = inside[0] if inside and inside[0].start - place <= 8 else None
    if first and (end - first.end <= 4 or (over and _unit(text, first.end))):
        return (first,)
    name = re.sub(r"\s*\([^()]*\)\s*$", "", line.rstrip(": "))
    if over and (first or (not _GENERIC.match(line) and entries.possible_organisation(name) and _of_names(name))):
        at = place + text[place:end].index(line)
        return (finder.resolve(name, at, at + len(name), name, found_by="grammar", certainty=0.6),)
    if first:
        return (None,)
    if not over and (any(char.isdigit() for char in line) or (not line[:1].isupper() and line[:1] not in "-•*[(")):
        return None
    grouped = over or bool(people.in_entry(following)) or bool(re.match(r"\s*(?:[-•*·]|per\s)", following))
    return (None,) if grouped else None


def _of_names(name: str) -> bool:
    return len(name.split()) > 1 or name.isupper()


def _unit(text: str, end: int) -> bool:
    """What follows the name of an organisation is a part of it or a remark."""
    return bool(re.compile(r"\s*(?:[-,(/:]|$)", re.M).match(text, end))


_INDENT = re.compile(r"[ \t\x1e]*")
_MARKED = re.compile(r"\s*(?:[-•*·–o]|\d{1,3}\s?[.)])\s")


def _stands_over(line: str, following: str, begins: bool) -> bool:
    """The next line begins with a person and is set in below this one, or marked where this is not.

    Without either, a line that begins a paragraph of a list stands over the people below it.
    """
    below = len(_INDENT.match(following).group()) > len(_INDENT.match(line).group())
    marked = bool(_MARKED.match(following)) and not _MARKED.match(line)
    capitals = line.isupper() and not following.isupper() and len(line.split()) > 1
    if not (below or marked or capitals or begins) or not re.match(r"\s*\W?\s*[\"A-ZÀ-Ý]", line):
        return False
    entry = following[entries.BULLET.match(following).end() :].strip()
    found = people.in_entry(entry)
    if found and (
        found[0].start <= 4
        or _LIST_MARK.match(following)
        or entries.is_role(entry)
        or people.titled_before(entry, found[0].start)
    ):
        return True
    return bool(re.match(r"(?:nessun\w*|assent\w*|suor|don|padre|dott|sig)\b|--+|/+\s*$", entry, re.I)) or bool(
        re.match(r"[A-ZÀ-Ý][^:\n]{2,60}:\s", entry) and found
    )


def _person_first(text: str, place: int, end: int, named: Named) -> bool:
    begin = place + entries.BULLET.match(text[place:end]).end()
    found = people.in_entry(
        text[begin : min(end, begin + 80)], blocked=[(m.start - begin, m.end - begin) for m in named.inside(begin, end)]
    )
    return bool(found) and found[0].start <= 12


# --- after all are found


def _spelt(text: str, found: list[Attendee]) -> list[Attendee]:
    """ "R. Lapadula" and a lone surname take the whole name that the text gives once elsewhere."""
    short = [a for a in found if _is_short(a.name)]
    if not short:
        return found
    full: dict[str, set[str]] = {}
    for name in [*(p.name for p in people.find(text)), *(a.name for a in found if not _is_short(a.name))]:
        words = name.split()
        for cut in range(1, len(words)):
            full.setdefault(bare(" ".join(words[cut:])), set()).add(name)
    out = []
    for one in found:
        if _is_short(one.name):
            words = one.name.replace(".", ". ").split()
            surname = bare(" ".join(w for w in words if not w.endswith(".") or len(w) > 3))
            initial = re.match(r"[A-ZÀ-Ý]\.", one.name)
            options = {n for n in full.get(surname, ()) if not initial or bare(n)[0] == bare(words[0])[0]}
            if len({person_key(n) for n in options}) == 1:
                one = replace(one, name=min(options))
        out.append(one)
    return out


_BRACKET = re.compile(r"\((?=[^()\n]{3,70}\))")
_WORD_BEFORE = re.compile(r"[\w'-]{2,40}(?=\s?$)")


def _in_brackets(text: str, found: list[Attendee], named: Named) -> list[Attendee]:
    """ "Boccardo (cooperativa X) si dice disponibile": the discussion says where a person of a bare list comes from."""
    bare_ones = {bare(one.name.split()[-1]) for one in found if one.organisation is None}
    beside: dict[str, Mention] = {}
    for match in _BRACKET.finditer(text) if bare_ones else ():
        before = _WORD_BEFORE.search(text, max(0, match.start() - 41), match.start())
        word = bare(before.group()) if before else ""
        inside = named.inside(match.end(), match.end() + 70) if word in bare_ones else []
        if inside and inside[0].start - match.end() <= 4:
            beside.setdefault(word, inside[0])
    return [replace(a, organisation=a.organisation or beside.get(bare(a.name.split()[-1]))) for a in found]


_THE_HEAD = re.compile(
    r"\b(?:per\s+(?:il\s|l'|la\s)|del\s|dell'|della\s)(?P<head>Comune|Consorzio|Unione|Azienda|Comunità|Provincia|Fondazione|Cooperativa|Istituto)\b"
    r"(?!\s+(?:d[ie]l?l?[aeo']?|dei|degli|delle|per)\b)(?:\s(?P<next>[A-ZÀ-Ý][\w']+))?"
)


def _of_the_house(text: str, found: list[Attendee], named: Named) -> list[Attendee]:
    """ "per il Comune, N", "il Direttore del Consorzio N": the one of that kind that the text named before its list."""
    first = min((one.start for one in found), default=0)
    before = {m.actor_id: m for m in named.inside(0, first) if m.type == "organisation"}
    out, floor = [], 0
    for one in sorted(found, key=lambda a: a.start):
        since = max(floor, one.start - 70, text.rfind("\n", 0, one.start) + 1, text.rfind(";", 0, one.start) + 1)
        after = re.split(r"[;\n]|\.\s", text[one.end : one.end + 90])[0]
        head = _THE_HEAD.search(text, since, one.start) or _THE_HEAD.search(after)
        alone = head and (not head["next"] or head["next"] in one.name or bare(head["next"]) in first_names())
        if one.organisation is None and alone:
            like = [m for m in before.values() if m.surface.lower().startswith(head["head"].lower())]
            if len(like) == 1:
                one = replace(one, organisation=replace(like[0], certainty=0.6))
        out.append(one)
        floor = one.end
    board = [m for m in before.values() if _BOARD_OF.search(text, max(0, m.start - 50), m.start)]
    if len({m.actor_id for m in board}) == 1:
        house = replace(board[0], certainty=0.5)
        out = [one if one.organisation else replace(one, organisation=house) for one in out]
    return out


# "il Consiglio Direttivo dell'Associazione X": whoever sits there and comes from nowhere else is of it.
_BOARD_OF = re.compile(
    r"\b(?:consiglio\s+direttivo|direttivo|consiglio\s+di\s+amministrazione)\s+d(?:i|el|ello|ella|ell')\s*$", re.I
)


def _is_short(name: str) -> bool:
    return " " not in name or bool(re.match(r"[A-ZÀ-Ý]\.", name)) or people.is_particle(name.split()[0])


def _once(found: list[Attendee]) -> list[Attendee]:
    """One row a person: a status told apart beats a plain absence, a known organisation an unknown one."""
    rank = {"excused": 2, "absent": 1, "present": 0}
    kept: dict[str, Attendee] = {}
    for one in sorted(found, key=lambda a: a.start):
        key = person_key(one.name)
        before = kept.get(key)
        if before is None:
            kept[key] = one
            continue
        status = (
            max(before.status, one.status, key=lambda s: rank[s])
            if "present" not in (before.status, one.status)
            else before.status
        )
        function = one.function if before.function == "member" else before.function
        organisation = before.organisation or one.organisation
        kept[key] = replace(
            before, status=status, function=function, organisation=organisation, role=before.role or one.role
        )
    return list(kept.values())


_ENTERS = re.compile(
    r"(?:ore\s+|alle\s+)(?P<h>\d{1,2})[.:,](?P<m>\d{2})[^.\n]{0,30}?\b(?:entra\w*|arriva\w*|si\s+unisc\w+|giung\w+)\s+(?P<who>[^.\n]{0,90})"
    r"|\b(?P<who2>(?-i:[A-ZÀ-Ý])[\w' ]{2,40}?)\s+(?:entra|arriva|giunge)\s+(?:alle\s+)?(?:ore\s+)?(?P<h2>\d{1,2})[.:,](?P<m2>\d{2})",
    re.I,
)


_COMES = Stems(["entra", "arriva", "unisc", "giung"])


def _entrances(text: str, start: int) -> Iterator[re.Match]:
    for place in _COMES.places(text, start):
        match = _ENTERS.search(text, max(start, place - 90), place + 190) if place >= start else None
        if match:
            yield match
            start = match.end()


def _later(text: str, start: int, found: list[Attendee]) -> list[Attendee]:
    """Those marked absent at the opening who come in later were there."""
    came: dict[str, str] = {}
    entrances = list(_entrances(text, start))
    if not entrances:
        return found
    by_surname: dict[str, list[Attendee]] = {}
    for one in found:
        by_surname.setdefault(bare(one.name.split()[-1]), []).append(one)
    for match in entrances:
        hour, minute = match["h"] or match["h2"], match["m"] or match["m2"]
        who = {bare(word) for word in re.findall(r"[\w'-]+", match["who"] or match["who2"] or "")}
        for surname in sorted(who & by_surname.keys()):
            same = by_surname[surname]
            # Of two of one surname, the one whose first name is said.
            for one in same if len(same) == 1 else [a for a in same if bare(a.name.split()[0]) in who]:
                if len(surname) > 2:
                    came[one.name] = f"{int(hour):02d}:{minute}"
    return [replace(a, status="present", arrives=a.arrives or came[a.name]) if a.name in came else a for a in found]
