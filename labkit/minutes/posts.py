"""Pages into posts: where one post ends and the next begins, its title, date of publication and kind.

A page dump of a blog shows its newest post first, each under a line that is nothing but a date; a later date than the
one above it therefore belongs to the text and not to the blog.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from functools import cached_property

from labkit.language.vocabulary import plain, words
from labkit.minutes import dates
from labkit.minutes.page import Page


@dataclass
class Post:
    """One post: the stored text is title, blank line, body; ``body_start`` is where the body begins."""

    title: str
    published: str | None
    text: str
    body_start: int
    headings: set[int] = field(default_factory=set)
    line: int = 1
    kind: str = ""
    dated_by_line: bool = False

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()

    @cached_property
    def doc_id(self) -> str:
        # Letters and figures alone: the same post from a web page, a Word document or a PDF keeps its id.
        letters = self.text.encode("utf-8").translate(None, _SIGNS).decode("utf-8")
        seed = f"{self.published or ''}\n{letters if letters.isalnum() else _NO_LETTER.sub('', letters)}"
        return hashlib.sha256(seed.encode("utf-8")).hexdigest()[:12]


_SIGNS = bytes(sign for sign in range(128) if not chr(sign).isalnum())  # most of them are gone at once
_NO_LETTER = re.compile(r"[\W_]+")
_FURNITURE = re.compile(
    r"""^\s*(
        nessun\ commento:?|posta\ un\ commento|\d+\ comment[io]:?|linkwithin|related\ posts\ plugin.*|post\ più\ (vecchi|recenti)
      | home(\ page)?|iscriviti\ a:?.*|invia\ tramite\ email|postalo\ sul\ blog|condividi\ su.*|etichette:.*|reazioni:?
      | pubblicato\ da\ .{0,60}|archivio\ blog|visualizza\ la\ versione.*|powered\ by.*|torna\ all'inizio|link\ a\ questo\ post
      | (pubblicat|postat|inserit)[oa]\ (il|l'|in\ data)\ ?.{4,40}
    )\s*$""",
    re.X | re.I,
)


def split(page: Page) -> list[Post]:
    """Return the posts of a page, in the order of the page.

    Examples
    --------
    >>> page = Page("lunedì 3 marzo 2014\\n\\nTitolo uno\\n\\nTesto.\\n\\nsabato 1 marzo 2014\\n\\nTitolo due\\n\\nAltro.")
    >>> [(p.title, p.published) for p in split(page)]
    [('Titolo uno', '2014-03-03'), ('Titolo due', '2014-03-01')]
    """
    if page.whole_post:
        return [_whole(page)]
    lines = page.text.split("\n")
    starts = _date_lines(lines)
    if not starts:
        return [_whole(page)]
    posts = []
    for number, (place, date) in enumerate(starts):
        end = starts[number + 1][0] if number + 1 < len(starts) else len(lines)
        for first, last in _same_day(lines, place + 1, end):
            post = _post(lines[first:last], date, line=first + 1)
            if post:
                posts.append(post)
    return posts


def _date_lines(lines: list[str]) -> list[tuple[int, str]]:
    """The lines that are a date of publication: the first line of the page, and later ones that go back in time."""
    found: list[tuple[int, str]] = []
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        date = dates.date_line(plain(line)) if len(line) < 60 else None
        if not found and date is None:
            return []
        alone = number == 0 or not lines[number - 1].strip()
        if date and (not found or (alone and date <= found[-1][1])):
            found.append((number, date))
    return found


_LINKS = re.compile(r"\b(link|scaricabil\w+|scarica\w*|cliccand\w+|clicca\w*|qui\b)", re.I)


def _same_day(lines: list[str], start: int, end: int) -> list[tuple[int, int]]:
    """Split what stands under one date: a title after a short note that only points elsewhere begins another post."""
    cuts = [start]
    for number in range(start, end):
        if number > cuts[-1] and _title_like(lines, number, end) and _is_note(lines[cuts[-1] : number]):
            cuts.append(number)
    return list(zip(cuts, [*cuts[1:], end]))


def _title_like(lines: list[str], number: int, end: int) -> bool:
    line = lines[number].strip()
    around = not lines[number - 1].strip() and (number + 1 >= end or not lines[number + 1].strip())
    return (
        around and 3 <= len(line.split()) <= 25 and line[-1] not in ".;:," and not line.startswith(("-", "•", "http"))
    )


def _is_note(lines: list[str]) -> bool:
    body = [line for line in lines if line.strip()][1:]
    text = " ".join(body)
    return bool(body) and len(text.split()) < 60 and bool(_LINKS.search(text))


def _whole(page: Page) -> Post:
    lines = page.text.split("\n") if page.title else _without_letterhead(page.text.split("\n"))
    post = _post(lines, None, title=page.title, headings=page.headings)
    if post is None:
        return Post(page.title or "", _iso(page.published), page.title or "", len(page.title or ""))
    post.published = _iso(page.published) or _near_the_top(lines) or _said(page.text)
    post.dated_by_line = not _iso(page.published) and bool(_near_the_top(lines)) and not _said(page.text)
    return post


def _without_letterhead(lines: list[str]) -> list[str]:
    """Begin at the line that says that these are minutes, where only a letterhead of up to three lines stands above it."""
    full = [n for n, line in enumerate(lines) if line.strip()][:4]
    for place in full[1:]:
        if re.match(r"\s*(?:verbale|resoconto)\b", lines[place], re.I) and len(lines[place].split()) <= 25:
            above = [lines[n] for n in full if n < place]
            if all(
                len(line.split()) <= 10 and not re.match(r"\s*(?:verbale|resoconto)\b", line, re.I) for line in above
            ):
                return [*lines[place : place + 1], "", *above, *lines[place + 1 :]]
    return lines


def _iso(text: str | None) -> str | None:
    if not text:
        return None
    iso = re.match(r"\d{4}-\d\d-\d\d", text)
    if iso:
        return dates.valid(*map(int, iso.group().split("-")))
    found = next(dates.find(plain(text)), None)
    return found.date if found and not found.inferred else None


_PUBLISHED = re.compile(
    r"\b(?:pubblicat[oa]|postat[oa]|inserit[oa])\s*(?:(?:il|l'|in\s+data|da\s+[^\n]{1,40}?\s+il|alle[^\n]{1,20}di)\s*)?:?\s*(?=\w{2,9}[\s,]*\d|\d)",
    re.I,
)


def _said(text: str) -> str | None:
    """The date after "pubblicato il", near the beginning or the end."""
    for part in (text[:600], text[-400:]):
        found = _PUBLISHED.search(plain(part))
        date = next(dates.find(plain(part)[found.end() : found.end() + 40]), None) if found else None
        if date and not date.inferred and date.start <= 2:
            return date.date
    return None


# "Sociale - 15 maggio 2023", "lunedì 19 marzo 2018 - di Redazione", "Comunicato del 26 febbraio 2016"
_BYLINE = re.compile(
    r"^\s*(?!verbale|resoconto|incontro|riunione|seduta|tavolo|assemblea|ufficio|gruppo|data\b|giorno\b)[^\W\d]\w{3,14}\s+[-–|]\s+|^\s*comunicato(?:\s+stampa)?\s+del(?=\s)|\s+[-–|]\s+(?:di|da|a\s+cura\s+di)\s[^\n]*$",
    re.I,
)


def dateline(line: str) -> str | None:
    """The date of a line that holds no more than a date of publication, a section or an author.

    >>> dateline("Sociale - 15 maggio 2023"), dateline("lunedì 19 marzo 2018 - di Redazione"), dateline("Tavolo - 2 maggio 2017")
    ('2023-05-15', '2018-03-19', None)
    """
    return dates.date_line(_BYLINE.sub("", plain(line))) if len(line) < 80 else None


def _near_the_top(lines: list[str]) -> str | None:
    """A date of publication that stands alone on one of the first lines."""
    full = [line for line in lines if line.strip()][:6]
    for number, line in enumerate(full):
        date = dateline(line)
        if date and not _labels_a_date(full[:number]):
            return date
    return None


def _post(
    lines: list[str],
    published: str | None,
    *,
    line: int = 1,
    title: str | None = None,
    headings: frozenset[int] | set[int] = frozenset(),
) -> Post | None:
    """Build a post from its lines: the first is the title unless one is given; furniture and a dateline are dropped."""
    kept: list[str] = []
    marks: set[int] = set()
    offset = length = 0
    begun = False
    for number, text in enumerate(lines):
        here, offset = offset, offset + len(text) + 1
        if not begun and not text.strip():
            continue
        dated = len(kept) < 4 and len(text) < 60 and text.strip() and dates.date_line(plain(text))
        of_meeting = dated and (
            _labels_a_date(kept) or _HOURS_ALONE.match(next((x for x in lines[number + 1 :] if x.strip()), ""))
        )
        if _FURNITURE.match(plain(text)) or (dated and not of_meeting):
            continue
        if title is None:
            title, rest = _cut_title(text.strip())
            begun = True
            if rest:
                kept.append(rest)
                length = len(rest) + 1
            continue
        if not begun and _same(text, title):
            begun = True
            continue
        begun = True
        if here in headings:
            marks.add(length)
        kept.append(text.rstrip())
        length += len(kept[-1]) + 1
    while kept and not kept[-1].strip():
        kept.pop()
    lead = next((n for n, text in enumerate(kept) if text.strip()), 0)
    cut = sum(len(t) + 1 for t in kept[:lead])
    kept, marks = kept[lead:], {m - cut for m in marks}
    if not title and not kept:
        return None
    title = re.sub(r"\s+", " ", title or "")
    start = len(title) + 2
    return Post(title, published, f"{title}\n\n" + "\n".join(kept), start, {m + start for m in marks}, line)


_HOURS_ALONE = re.compile(r"\s*(?:ore\s+)?\d{1,2}[.:]\d\d\s*[-–]\s*\d{1,2}[.:]\d\d\s*$")


def _labels_a_date(kept: list[str]) -> bool:
    """The line before says whose date this is: a form with its value on the next line."""
    before = next((line for line in reversed(kept) if line.strip()), "")
    return bool(re.fullmatch(r"\s*(?:data|giorno|quando|del)(?:\s+(?:del|della|dell')?\s*\w+)?\s*:?\s*", before, re.I))


LONGEST_TITLE = 220


def _cut_title(line: str) -> tuple[str, str]:
    """A first line that holds the whole text gives its first sentence, or its first words, as title."""
    if len(line) <= LONGEST_TITLE:
        return line, ""
    stop = re.compile(
        r"(?<=\w)[.:](?=\s+[A-ZÀ-Ý])|\s(?=(?:Alle\s+ore|Il\s+giorno|L'anno|Addì|In\s+data|Presenti)\b)"
    ).search(plain(line), 20, LONGEST_TITLE)
    cut = stop.end() if stop else line.rfind(" ", 0, 120) + 1 or 120
    return line[:cut].strip(), line[cut:].strip()


def _same(line: str, title: str) -> bool:
    return words(line) == words(title)


def kind_of(post: Post, *, has_attendance: bool, announces: bool) -> str:
    """Return minutes, announcement, news, report or plan, from the title first and the text after it."""
    title = plain(post.title).lower()
    text = plain(post.text).lower()
    if re.search(r"\bverbal[ei]\b", title) or has_attendance:
        return "minutes"
    if re.search(
        r"\b(bozza|linee|orientamenti|obiettivi|premessa|governance)\b.*\bpian[oi]\b|\bpiano (di zona|operativo)\b.*\b(linee|sintesi|orientamenti|premessa|governance|obiettivi)|^piano\b",
        title,
    ):
        return "plan"
    if announces or re.search(
        r"\b(convocazione|avviso|invito|programma|calendario|scadenz\w+|bando aperto|presentazione)\b", title
    ):
        return "announcement"
    if re.search(r"\b(ufficio di piano|assemblea|tavolo|incontro|seduta|gruppo)\b.*\d{4}", title) and re.search(
        r"\bprossim[oa]\b", text
    ):
        return "minutes"
    if re.search(
        r"\b(report|relazione|monitoraggio|valutazione|sintesi|focus|aggiornamento|intervista|resoconto|considerazioni)\b",
        title,
    ):
        return "report"
    if re.search(r"\b(si riport\w+|riportiamo|resoconto|si è svolt\w+|monitoraggio|sintesi)\b", text[:600]):
        return "report"
    return "news"
