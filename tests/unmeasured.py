"""Keeps the coverage tracer off the oracles: none of their lines is counted, and each costs it a call."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def unmeasured(function: Callable[P, R]) -> Callable[P, R]:
    """Run an oracle as if coverage were not measured; what it calls of the package is covered elsewhere."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        tracer = sys.gettrace()
        sys.settrace(None)
        try:
            return function(*args, **kwargs)
        finally:
            sys.settrace(tracer)

    return run
