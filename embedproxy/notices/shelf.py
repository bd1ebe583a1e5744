"""The hashes of one provider's notices, worked out only as far as is needed to find one."""

from __future__ import annotations

from collections.abc import Iterator

SHORT_HASH = 16  # hex digits of the hash that a grant keeps: 64 bits tell a provider's notices apart

Place = tuple[str, str]  # kind and language


class Shelf:
    """Finds the place of a notice by its hash.

    A provider has one notice for each kind and language, some hundred: making all of them to check one grant
    would hold up a request, so the likely ones come first and the search stops at the first that fits.
    """

    def __init__(self, notices: Iterator[tuple[str, Place]]) -> None:
        """Take hash and place of every notice, likely ones first; they are only made when asked for."""
        self._rest = notices
        self._places: dict[str, Place] = {}

    def place(self, notice_hash: str) -> Place | None:
        """Kind and language of the notice with that hash.

        Args:
            notice_hash: 64 hex digits, or the first 16 of them.

        Returns:
            None when there is no such notice.
        """
        short = notice_hash[:SHORT_HASH]
        while short not in self._places:
            following = next(self._rest, None)
            if following is None:
                return None
            self._places[following[0][:SHORT_HASH]] = following[1]
        return self._places[short]
