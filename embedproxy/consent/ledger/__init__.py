"""The proof of what visitors allowed: durable, tamper-evident, without a person in it."""

from __future__ import annotations

from embedproxy.consent.ledger.record import Control, Event, Ledger, NoLedger, Record

__all__ = ["Control", "Event", "Ledger", "NoLedger", "Record"]
