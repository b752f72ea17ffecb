"""The story of a map: steps that a facilitator wrote in ``story.yml`` of the lab or saved from the page, checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from labkit import withdrawal
from labkit.codebook import SECTORS, Entry, read_yaml
from labkit.errors import LabkitError, did_you_mean

if TYPE_CHECKING:
    from labkit.lab import Lab

FILE = "story.yml"
SIZES = ("degree", "strength", "events", "betweenness")
VOICES = ("documents", "participants", "both")
VIEW = {
    "kind": str,
    "years": list,
    "sectors": list,
    "body": str,
    "initiative": str,
    "least": int,
    "sure": bool,
    "according": str,
    "size": str,
    "show": str,
    "actor": str,
    "tie": str,
    "place": list,
}


def story(
    lab: Lab, *, kinds: Mapping[str, bool], actors: Iterable[str], codes: Iterable[str], stops: Iterable[list[int]]
) -> list[dict[str, Any]]:
    """Return the steps of a lab's story; none if it has no ``story.yml``.

    Parameters
    ----------
    kinds
        Kinds of tie of the map, and whether chance can be told for each.
    actors, codes
        What the map holds.
    stops
        First and last year of each place at which its slider stops.

    Raises
    ------
    LabkitError
        For a step that is not understood, or one that names what the map does not hold; the message names the line.
    """
    path = lab.folder / FILE
    if not path.is_file():
        return []
    steps = read_yaml(path, shown=FILE) or []
    if not isinstance(steps, list) or not all(isinstance(step, Entry) for step in steps):
        raise LabkitError(f"{FILE}: expected a list of steps, each beginning with '- title:'")
    known = {
        "kind": set(kinds),
        "actor": set(actors),
        "tie": set(codes),
        "body": set(lab.meetings["body_id"].dropna()),
        "initiative": set(lab.actors.loc[lab.actors["type"] == "initiative", "actor_id"]),
        "according": set(VOICES),
        "size": set(SIZES),
        "show": {"map", "matrix", "compare"},
    }
    steps = [_checked(step, known) for step in withdrawal.written(steps, lab.withdrawn)]
    for step in steps:
        _check_shown(step["view"], kinds, [list(stop) for stop in stops], step.pop("where"))
    return steps


def _checked(step: Entry, known: dict[str, set[str]]) -> dict[str, Any]:
    for key in step:
        if key not in ("title", "text", "view"):
            raise LabkitError(
                f"{step.where}: unknown key '{key}' ({did_you_mean(str(key), ('title', 'text', 'view'))})"
            )
    title, text, view = step.get("title"), step.get("text", ""), step.get("view") or Entry()
    if not isinstance(title, str) or not title.strip() or not isinstance(text, str):
        raise LabkitError(f"{step.where}: a step needs a title, and its text must be a text; found {title!r}")
    if not isinstance(view, Entry):
        raise LabkitError(
            f"{step.where}: 'view' must be keys and values, such as {{kind: co_presence}}; found {view!r}"
        )
    for key, value in view.items():
        _check_view(key, value, known, view.where or step.where)
    return {"title": title, "text": text, "view": dict(view), "where": view.where or step.where}


def _check_shown(view: dict[str, Any], kinds: Mapping[str, bool], stops: list[list[int]], where: str) -> None:
    """A view that the page could not show would be shown otherwise, without a word."""
    if "years" in view and view["years"] not in stops:
        known = ", ".join(f"[{a}, {b}]" for a, b in stops)
        raise LabkitError(f"{where}: the slider stops at {known or 'no years'}; found {view['years']!r}")
    if view.get("sure") and not kinds.get(view.get("kind", next(iter(kinds), "")), False):
        raise LabkitError(f"{where}: 'sure' cannot be told of this kind of tie; leave it out")
    if view.get("least", 1) < 1:
        raise LabkitError(f"{where}: 'least' is a number from 1 up; found {view['least']}")
    if "place" in view and not (0.5 <= view["place"][0] <= 8 and all(0 <= n <= 1 for n in view["place"][1:])):
        raise LabkitError(
            f"{where}: 'place' is a scale from 0.5 to 8 and two shares from 0 to 1; found {view['place']!r}"
        )


def _check_view(key: str, value: Any, known: dict[str, set[str]], where: str) -> None:
    if key not in VIEW:
        raise LabkitError(f"{where}: unknown key '{key}' of a view ({did_you_mean(key, VIEW)})")
    if not isinstance(value, VIEW[key]) or (VIEW[key] is int and isinstance(value, bool)):
        raise LabkitError(f"{where}: '{key}' must be {VIEW[key].__name__}, not {value!r}")
    if key in known and value not in known[key]:
        raise LabkitError(f"{where}: the map holds no {key} '{value}' ({did_you_mean(value, sorted(known[key]))})")
    if key == "sectors" and not set(map(str, value)) <= set(SECTORS):
        raise LabkitError(f"{where}: 'sectors' are among {', '.join(SECTORS)}; found {value!r}")
    if key == "years" and not (len(value) == 2 and all(isinstance(y, int) for y in value)):
        raise LabkitError(f"{where}: 'years' are the first and the last; found {value!r}")
    if key == "place" and not (len(value) == 3 and all(isinstance(n, int | float) for n in value)):
        raise LabkitError(
            f"{where}: 'place' is scale, left to right and top to bottom, such as [2, 0.5, 0.5]; found {value!r}"
        )
