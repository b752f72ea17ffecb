"""One function over many items: in this process, in several, or on a Dask cluster, with the same answer.

The function must be pure and importable; results come back in the order of the items, whoever did the work.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from labkit.errors import UsageError

Item = TypeVar("Item")
Result = TypeVar("Result")


def each(
    function: Callable[[Item], Result],
    items: Sequence[Item],
    *,
    jobs: int = 1,
    client: str | None = None,
    done: Callable[[], object] = lambda: None,
) -> Iterator[Result]:
    """Yield ``function(item)`` for each item, in order.

    Parameters
    ----------
    jobs
        Processes on this machine; 1 works in this process.
    client
        Address of a Dask scheduler, ``tcp://HOST:PORT``; its workers need the same version of labkit.
    done
        Called after each result, for a progress bar.

    Examples
    --------
    >>> list(each(len, ["a", "bb"]))
    [1, 2]
    """
    check(jobs, client)
    if client:
        results = _on_cluster(function, items, client)
    elif jobs > 1 and len(items) > 1:
        results = _in_processes(function, items, jobs)
    else:
        results = map(function, items)
    for result in results:
        done()
        yield result


def _in_processes(function: Callable, items: Sequence, jobs: int) -> Iterable:
    from joblib import Parallel, delayed

    return Parallel(n_jobs=jobs, return_as="generator")(delayed(function)(item) for item in items)


def _on_cluster(function: Callable, items: Sequence, address: str) -> Iterator[Any]:
    try:
        from dask.distributed import Client
    except ImportError as error:
        raise UsageError("--client needs the extra labkit[cluster]: pip install 'labkit[cluster]'") from error
    with Client(address, timeout="30s", set_as_default=False) as client:
        left = iter(items)
        # A bounded window keeps a million items from being queued on the scheduler at once.
        window = 4 * max(1, len(client.scheduler_info()["workers"]))
        futures = [client.submit(function, item, pure=False) for item in islice(left, window)]
        while futures:
            yield futures.pop(0).result()
            futures.extend(client.submit(function, item, pure=False) for item in islice(left, 1))


def check(jobs: int, client: str | None) -> None:
    """Say at once if the number of processes makes no sense or no scheduler answers.

    Raises
    ------
    UsageError
    """
    if jobs < 1:
        raise UsageError(f"--jobs must be 1 or more, not {jobs}")
    if client:
        _check_answers(client)


def _check_answers(address: str) -> None:
    """Knock at the scheduler's door first: a client that never connected makes noise when it is thrown away."""
    where = re.fullmatch(r"(?:tcp|tls)://(?P<host>\[[^]]+\]|[^:/]+):(?P<port>\d+)", address)
    if not where:
        raise UsageError(f"--client: expected tcp://HOST:PORT, found '{address}'")
    try:
        socket.create_connection((where["host"].strip("[]"), int(where["port"])), timeout=10).close()
    except OSError as error:
        raise UsageError(
            f"--client: nothing answers at {address} ({error.strerror or error}); start one with: dask scheduler"
        ) from error
