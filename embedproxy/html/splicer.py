"""Holds the bytes that are not yet sent and splices edits into them; untouched bytes leave as they came."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple


class Edit(NamedTuple):
    """Other bytes in place of a range of the document."""

    start: int
    end: int | None  # None: open-ended, the end is not known yet
    by: bytes


class Splicer:
    """A document on its way out; all offsets count from the document's first byte.

    Edits come in the order of their start and do not overlap.
    """

    def __init__(self) -> None:
        self._held = bytearray()
        self._base = 0  # document offset of the first held byte
        self._edits: deque[Edit] = deque()
        self._edited_to = 0
        self._cutting = False  # the start of an open-ended cut has been released
        self.edited = False

    @property
    def waiting(self) -> list[Edit]:
        """The edits that have not been released, in order."""
        return list(self._edits)

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the document."""
        self._held += chunk

    def peek(self, start: int, end: int) -> bytes:
        """Look at bytes that are still held.

        Args:
            start: offset of the first byte.
            end: offset behind the last.

        Returns:
            The document's own bytes, without edits.

        Raises:
            ValueError: some of them are gone or have not come.
        """
        if start < self._base or end > self._base + len(self._held):
            raise ValueError(f"bytes {start} to {end} are not held")
        return bytes(self._held[start - self._base : end - self._base])

    def replace(self, start: int, end: int, by: bytes) -> None:
        """Put other bytes in place of a range; insert them when the range is empty.

        Args:
            start: offset of the first byte that goes.
            end: offset behind the last.
            by: what stands there instead.

        Raises:
            ValueError: the range begins before an earlier edit's end, or its bytes are gone.
        """
        if end < start:
            raise ValueError(f"the range {start} to {end} is turned round")
        self._add(Edit(start, end, by))
        self._edited_to = end

    def cut(self, start: int, by: bytes = b"") -> None:
        """Drop everything from here on, as it comes, until ``resume``.

        Args:
            start: offset of the first byte that goes.
            by: what stands there instead.

        Raises:
            ValueError: the offset lies before an earlier edit's end, or its bytes are gone.
        """
        self._add(Edit(start, None, by))
        self._edited_to = start

    def resume(self, end: int) -> None:
        """End the open cut.

        Args:
            end: offset of the first byte that stays.

        Raises:
            ValueError: no cut is open, or the offset lies before its start or what it has dropped.
        """
        last = self._edits[-1] if self._edits else None
        if last is None or last.end is not None or end < max(last.start, self._base if self._cutting else 0):
            raise ValueError(f"no cut can end at {end}")
        self._edits[-1] = last._replace(end=end)
        self._edited_to = end

    def release(self, upto: int) -> bytes:
        """Let go of the document's beginning.

        Args:
            upto: offset before which everything is decided, such as a tokenizer's ``settled``.

        Returns:
            What to send now. An edit that ends later holds back what lies behind its start.
        """
        upto = min(upto, self._base + len(self._held))
        out: list[bytes] = []
        while self._edits and self._edits[0].start <= upto and self._apply(self._edits[0], upto, out):
            self._edits.popleft()
        # A waiting edit's own bytes stay; at its very start nothing is sent, so that edits stay in order.
        if not self._edits or self._edits[0].start > upto:
            out.append(self._take(upto))
        return b"".join(out)

    def close(self) -> bytes:
        """Let go of the rest; an open cut drops it."""
        rest = self.release(self._base + len(self._held))
        self._held.clear()
        return rest

    def _add(self, edit: Edit) -> None:
        open_cut = bool(self._edits) and self._edits[-1].end is None
        if open_cut or edit.start < max(self._edited_to, self._base):
            raise ValueError(f"an edit at {edit.start} comes too late")
        self._edits.append(edit)
        self.edited = True

    def _apply(self, edit: Edit, upto: int, out: list[bytes]) -> bool:
        """Send an edit as far as it is decided; True when it is done."""
        if edit.end is not None and edit.end > upto and not self._cutting:
            out.append(self._take(edit.start))
            return False
        if not self._cutting:
            out += (self._take(edit.start), edit.by)
        done = edit.end is not None and edit.end <= upto
        self._take(edit.end if edit.end is not None and done else upto)
        self._cutting = not done
        return done

    def _take(self, upto: int) -> bytes:
        size = max(upto - self._base, 0)
        taken = bytes(self._held[:size])
        del self._held[:size]
        self._base += len(taken)
        return taken
