"""Coverage-guided fuzzing of the rewriter with atheris: ``python -m tests.fuzz.harness [libFuzzer options]``.

An input is a page behind one byte that says in pieces of which size it arrives. Given the path of a crash
file instead of options, it runs that one input again.
"""

from __future__ import annotations

import random
import sys

import atheris

with atheris.instrument_imports(include=["embedproxy.html", "embedproxy.embeds"]):
    from tests.fuzz import HUNT
    from tests.fuzz.mutations import mutated
    from tests.fuzz.promises import keeps_its_promises, survives


def try_one(data: bytes) -> None:
    """Rewrite one page; what it raises is a finding."""
    if not data:
        return
    page, sizes = data[1:], (data[0] % 64 + 1,)
    if HUNT:
        keeps_its_promises(page, sizes, twice=False)
    else:
        survives(page, sizes)


def mutate(data: bytes, limit: int, seed: int) -> bytes:
    """Change an input by libFuzzer's own means, or by ours, which know markup."""
    chance = random.Random(seed)
    if not data or chance.random() < 0.5:
        return bytes(atheris.Mutate(data, limit))
    return (data[:1] + mutated(data[1:], chance))[:limit]


def main() -> None:
    """Run until libFuzzer has enough."""
    atheris.Setup(sys.argv, try_one, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
