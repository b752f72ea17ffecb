"""Settings: files of the user that lie outside every lab, named in the environment or in one settings file."""

from __future__ import annotations

import os
from pathlib import Path

from labkit.codebook import Entry, read_yaml
from labkit.errors import LabkitError

FILE = "settings.yml"


def named_file(variable: str, key: str) -> Path | None:
    """Return the file that a variable of the environment names, else a key of ``~/.config/labkit/settings.yml``.

    Raises
    ------
    LabkitError
        If the settings are not keys and values.

    Examples
    --------
    >>> import os
    >>> os.environ["LABKIT_EXAMPLE"] = "numbers.csv"
    >>> named_file("LABKIT_EXAMPLE", "example").name
    'numbers.csv'
    >>> del os.environ["LABKIT_EXAMPLE"]
    """
    if os.environ.get(variable):
        return Path(os.environ[variable])
    path = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "labkit" / FILE
    if not path.is_file():
        return None
    data = read_yaml(path) or Entry()
    if not isinstance(data, Entry):
        raise LabkitError(f"{FILE}: expected keys and values, such as '{key}: FILE.csv'")
    value = data.get(key)
    if value and not isinstance(value, str):
        raise LabkitError(f"{data.where}: '{key}' must name a file; found {value!r}")
    return Path(value).expanduser() if value else None
