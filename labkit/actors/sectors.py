"""The sector of an organisation: from the registry, else by a rule that is named beside the answer."""

from __future__ import annotations

import re
from functools import lru_cache

from labkit.actors.identity import bare

_COMPANY = re.compile(
    r"\b(s\.?\s?p\.?\s?a\.?|s\.?\s?r\.?\s?l\.?|s\.?\s?n\.?\s?c\.?|s\.?\s?a\.?\s?s\.?)(?=\W|$)(?!.*impresa sociale)"
)
_THIRD = re.compile(r"\b(onlus|odv|aps|ets|asd|a\.s\.d\.|s\.?\s?c\.?\s?s\.?|impresa sociale|cooperativa|coop)\b")

_RULES = tuple(
    (label, re.compile(pattern), sector)
    for label, pattern, sector in (
        (
            "consortium of municipalities",
            r"^consorzio\b.*\b(servizi sociali|servizi alla persona|(?:dei|di|tra|fra) comuni|intercomunale|socio.?assistenzial\w+)\b",
            "public",
        ),
        (
            "association of companies",
            r"^(associazion[ei]|unione)\b.*\b(industrial\w+|commerciant\w+|artigian\w+|imprenditor\w+|categoria|imprese)\b",
            "profit",
        ),
        (
            "company or body of municipalities",
            r"^(consorzio|azienda)\b.*\b(ats|ambito|a\.?t\.?s\.?)\b|^consorzio\b.*\b(intercomunal\w+|socio.?assistenz\w+)",
            "public",
        ),
        ("land or water consortium", r"^consorzio di (bonifica|polizia|irrigazione)\b", "public"),
        (
            "religious institute",
            r"^(istituto|scuola|casa)\b.*\b(suore|figlie|frati|salesian\w+|padri)\b|^suore\b",
            "third_sector",
        ),
        ("provider of the municipalities", r"^(asp|apsp|ipab|a\.p\.s\.p)\b", "public"),
        ("association of municipalities", r"^associazione\b.*\bcomuni\b", "public"),
        (
            "school kept by a foundation or church",
            r"^(istituto|scuola)\b.*\b(paritari\w+|parrocchial\w+)\b",
            "third_sector",
        ),
        ("public foundation", r"^fondazione\b.*\b(scuola|universit\w+|ospedal\w+)\b", "public"),
    )
)


def sector_of(
    name: str, *, registry: str | None = None, head: str | None = None, group: str | None = None
) -> tuple[str | None, str]:
    """Return the sector of an organisation and what said so.

    Parameters
    ----------
    registry
        Sector that a codebook gives it.
    head
        Sector that the beginning of its name gives away (``grammar.yml``).
    group
        Sector of the group that the text counts it among ("imprese (...)").

    Examples
    --------
    >>> sector_of("Officine Bianchi S.p.A.", head=None)
    ('profit', 'rule: legal form of a company')
    >>> sector_of("Consorzio Casalasco Servizi Sociali", head="third_sector")
    ('public', 'rule: consortium of municipalities')
    """
    if registry:
        return registry, "registry"
    low = bare(name)
    ruled = _by_rule(low)
    if ruled:
        return ruled
    if head:
        return head, "rule: beginning of the name"
    if group:
        return group, "rule: group that the text counts it among"
    return None, "unknown"


@lru_cache(maxsize=50_000)
def _by_rule(name: str) -> tuple[str, str] | None:
    for label, pattern, sector in _RULES:
        if pattern.search(name):
            return sector, f"rule: {label}"
    if _THIRD.search(name):
        return "third_sector", "rule: legal form of the third sector"
    if _COMPANY.search(name):
        return "profit", "rule: legal form of a company"
    return None
