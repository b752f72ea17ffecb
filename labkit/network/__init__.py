"""Networks: who works with whom, with the evidence of each tie."""

from labkit.network.drawing import network_map, save
from labkit.network.files import write
from labkit.network.layout import positions
from labkit.network.measure import betweenness, degree, mixing, strength, table
from labkit.network.ties import build, sectors_at, two_mode

__all__ = [
    "betweenness",
    "build",
    "degree",
    "mixing",
    "network_map",
    "positions",
    "save",
    "sectors_at",
    "strength",
    "table",
    "two_mode",
    "write",
]
