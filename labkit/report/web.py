"""The report as one HTML file that holds its pictures, for the screen and for paper."""

from __future__ import annotations

import base64
from pathlib import Path

from labkit.report.blocks import Contents


def html(contents: Contents) -> str:
    """Return the page; all that comes from a lab is escaped."""
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["base64"] = lambda data: base64.b64encode(data).decode()
    return environment.get_template("report.html").render(contents=contents)
