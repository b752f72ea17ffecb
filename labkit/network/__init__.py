"""Networks: who works with whom, with the evidence of each tie."""

from labkit.network.brokers import brokerage, two_mode_brokerage
from labkit.network.circles import groups, likeness
from labkit.network.drawing import network_map, save
from labkit.network.files import write
from labkit.network.layout import anchored, positions
from labkit.network.measure import (
    betweenness,
    constraint,
    coreness,
    degree,
    effective_size,
    eigenvector,
    harmonic_closeness,
    participation,
    strength,
    table,
    two_mode_table,
)
from labkit.network.nulls import backbone, bicm, disparity, significance
from labkit.network.projection import project
from labkit.network.resampling import intervals, stability
from labkit.network.segregation import assortativity, e_i_index, mixing
from labkit.network.ties import build, combine, sectors_at, two_mode
from labkit.network.views import alluvial, brokerage_chart, ego_map, matrix_view, year_maps
from labkit.network.years import by_period, distances, stays, turnover, windows

__all__ = [
    "alluvial",
    "anchored",
    "assortativity",
    "backbone",
    "betweenness",
    "bicm",
    "brokerage",
    "brokerage_chart",
    "build",
    "by_period",
    "combine",
    "constraint",
    "coreness",
    "degree",
    "disparity",
    "distances",
    "e_i_index",
    "effective_size",
    "ego_map",
    "eigenvector",
    "groups",
    "harmonic_closeness",
    "intervals",
    "likeness",
    "matrix_view",
    "mixing",
    "network_map",
    "participation",
    "positions",
    "project",
    "save",
    "sectors_at",
    "significance",
    "stability",
    "stays",
    "strength",
    "table",
    "turnover",
    "two_mode",
    "two_mode_brokerage",
    "two_mode_table",
    "windows",
    "write",
    "year_maps",
]
