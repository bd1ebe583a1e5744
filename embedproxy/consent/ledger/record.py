"""What the ledger keeps of a press, and what every ledger can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from embedproxy.consent.grants import Extent

Event = Literal["grant", "withdraw", "expire"]
Control = Literal["load-button", "settings", "withdraw-button"]


@dataclass(frozen=True, slots=True)
class Record:
    """One press, without a word about who pressed (LAW LED-3, §3.2).

    Attributes:
        at: time of the press in Unix seconds.
        event: what happened.
        provider: the provider's id, or ``host:`` and the host of an unknown third party.
        extent: of the grant that is given, taken back or run out.
        embed: the embed's id, empty for ``always``; it is stored as a keyed hash only.
        notice: hash of the notice on screen: 64 hex digits, or the 16 that a grant holds.
        lang: the notice's language.
        control: which control was pressed.
        receipt: 32 hex digits, random (LAW LED-9); empty where the operator switched receipts off.
        version: date of the notice's catalogue; may be empty where only the hash is known.
    """

    at: int
    event: Event
    provider: str
    extent: Extent
    embed: str
    notice: str
    lang: str
    control: Control
    receipt: str
    version: str = ""


class Ledger(Protocol):
    """Where presses are recorded before they take effect (LAW LED-3 to LED-5)."""

    async def append(self, record: Record, text: bytes | None = None) -> None:
        """Record a press; returns only when the record is durable.

        Args:
            record: what happened.
            text: the notice's full text, whose SHA-256 is the record's notice; for every grant (LAW LED-4).

        Raises:
            LedgerError: when it could not be recorded; the press then has no effect.
        """
        ...

    async def close(self) -> None:
        """Finish what is being written and let go of the storage."""
        ...


class NoLedger:
    """The ledger of an operator who keeps none: forgets everything at once."""

    async def append(self, record: Record, text: bytes | None = None) -> None:
        """Record nothing."""

    async def close(self) -> None:
        """Let go of nothing."""
