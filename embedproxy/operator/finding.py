"""One thing that `embedproxy check` has to say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend, or to know.

    Attributes:
        code: stable, ``E`` for what stops the start, ``W`` for what does not.
        key: the setting or provider it is about.
        text: what was found.
        hint: what to do.
    """

    code: str
    key: str
    text: str
    hint: str

    @property
    def level(self) -> Literal["error", "warning"]:
        """How bad it is."""
        return "error" if self.code.startswith("E") else "warning"
