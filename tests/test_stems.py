"""Patterns that are tried at their stems alone find what they would find if they were tried everywhere."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path

import pytest

import labkit
from labkit.language.stems import Cued
from labkit.language.vocabulary import plain, unwrapped

ROOT = Path(__file__).parent.parent
TEXTS = sorted([*(ROOT / "tests" / "layouts").glob("*.txt"), *(ROOT / "corpus" / "esempio" / "verbali").glob("*.txt")])


def cued_patterns() -> dict[str, Cued]:
    for module in pkgutil.walk_packages(labkit.__path__, "labkit."):
        importlib.import_module(module.name)
    modules = {name: module for name, module in sys.modules.items() if name.startswith("labkit.")}
    return {
        f"{name.removeprefix('labkit.')}.{key}": value
        for name, module in sorted(modules.items())
        for key, value in vars(module).items()
        if isinstance(value, Cued)
    }


# As a text stands, and as a page with wide spaces or torn lines would give it.
BLANKS = {"as it stands": " ", "wide": "  ", "torn": "\n", "set in": " \t"}


@pytest.mark.parametrize("blank", BLANKS.values(), ids=BLANKS)
@pytest.mark.parametrize("name", cued_patterns())
def test_a_pattern_tried_at_its_stems_misses_nothing(name, blank):
    cued = cued_patterns()[name]
    found = 0
    for path in TEXTS[:: 1 if blank == " " else 5]:
        text = unwrapped(plain(path.read_text(encoding="utf-8", errors="replace"))).replace(" ", blank)
        everywhere = [match.span() for match in cued.pattern.finditer(text)]
        assert [match.span() for match in cued.finditer(text)] == everywhere, path.name
        found += len(everywhere)
    assert found > 0 or blank != " ", "no text of the tests shows this pattern"


def test_letters_whose_small_form_is_longer_do_not_shift_places():
    rule = Cued(r"present\w+", ["presen"])
    assert [match.group() for match in rule.finditer("İSTANBUL, PRESENTI: İ, presente")] == ["PRESENTI", "presente"]


def test_a_stretch_of_a_text_is_searched_as_a_pattern_would():
    rule = Cued(r"\bpresent\w+", ["presen"])
    text = "presenti e presenti"
    assert rule.search(text, 1).start() == rule.pattern.search(text, 1).start() == 11
    assert rule.search(text, 0, 4) is rule.pattern.search(text, 0, 4) is None
