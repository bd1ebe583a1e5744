"""The addresses in a ``srcset``, cut apart as browsers do."""

from __future__ import annotations

import re
from collections.abc import Iterator

# https://html.spec.whatwg.org/#parse-a-srcset-attribute: an address, then descriptors up to a comma outside
# of parentheses; an address that ends in a comma has none. Possessive, so that nothing is read twice.
_CANDIDATE = re.compile(
    r"[\t\n\f\r ,]*+([^\t\n\f\r ]++)(?:(?<!,)(?:[^,(]|\((?:[^)]*+\)|[^)]*+\Z))*+)?+",
)


def candidates(srcset: str) -> Iterator[str]:
    """Yield the address of every picture that a browser may choose."""
    for found in _CANDIDATE.finditer(srcset):
        yield found[1].rstrip(",")
