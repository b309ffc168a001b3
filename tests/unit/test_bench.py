"""The benchmark is not shipped and no build runs it; what it takes from the product has to be there."""

import pkgutil
from importlib import import_module

import pytest

import bench

MODULES = [
    name
    for _, name, _ in pkgutil.walk_packages(bench.__path__, "bench.")
    if not name.startswith("bench.peers") and not name.endswith("__main__")
]


@pytest.mark.parametrize("name", MODULES)
def test_a_module_of_the_benchmark_can_be_loaded(name: str) -> None:
    assert import_module(name).__doc__
