"""The connections to the upstream that wait for their next exchange."""

from __future__ import annotations

import asyncio

from embedproxy.errors import UpstreamError, UpstreamTimeout
from embedproxy.gateway.address import Address
from embedproxy.gateway.connection import Connection
from embedproxy.settings import Timeouts

IDLE_LIMIT = 64  # connections kept; a burst above it opens and closes more
IDLE_SECONDS = 15.0  # below what nginx (75), Apache's worker behind it (60) and php-fpm front ends keep
# A name may stand for several addresses, often one of each family. Where one does not answer at all, the next
# one is tried beside it (RFC 8305 section 8).
NEXT_ADDRESS_AFTER = 0.25  # seconds
# A request that must not be sent twice goes only on a connection that was in use a moment ago: servers that
# close idle connections after 2 or 5 seconds then do not cross it on the way.
YOUNG_SECONDS = 1.0


class Pool:
    """Connections to one upstream, on one event loop.

    Args:
        address: the upstream.
        timeouts: patience with it.
        loop: the event loop that all connections live on.
    """

    def __init__(self, address: Address, timeouts: Timeouts, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._address = address
        self._timeouts = timeouts
        self._idle: dict[Connection, None] = {}  # an ordered set: the last one kept is the next one used
        self._sweeper: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._idle)

    def kept(self, *, repeatable: bool) -> Connection | None:
        """An idle connection that is alive as far as can be known.

        Args:
            repeatable: the request may be sent again should the connection turn out dead after all.
        """
        now = self.loop.time()
        while self._idle:
            connection = next(reversed(self._idle))
            if not repeatable and now - connection.idle_since > YOUNG_SECONDS:
                return None  # all others are older still
            del self._idle[connection]
            if now < connection.idle_until and connection.quiet():
                return connection
            connection.abort(None)
        return None

    async def connect(self) -> Connection:
        """Open a new connection.

        Raises:
            UpstreamTimeout: it did not stand in time.
            UpstreamError: it was refused, or the certificate does not prove the upstream's name.
        """
        tls = self._address.tls
        try:
            async with asyncio.timeout(self._timeouts.connect):
                _, connection = await self.loop.create_connection(
                    lambda: Connection(self.loop, self._timeouts, self._forget),
                    self._address.host,
                    self._address.port,
                    ssl=tls,
                    happy_eyeballs_delay=NEXT_ADDRESS_AFTER,
                    server_hostname=self._address.host if tls else None,
                )
        except TimeoutError:
            raise UpstreamTimeout("the upstream does not accept a connection in time") from None
        except OSError as error:
            raise UpstreamError(f"the upstream cannot be reached: {error}") from error
        return connection

    def keep(self, connection: Connection, patience: int | None) -> None:
        """Keep a connection whose exchange is finished.

        Args:
            connection: one for which ``finish()`` said that it may carry another exchange.
            patience: seconds for which the upstream says it keeps it; a second of that is left for the way.
        """
        seconds = IDLE_SECONDS if patience is None else min(IDLE_SECONDS, patience - 1)
        connection.idle_since = self.loop.time()
        connection.idle_until = connection.idle_since + seconds
        self._idle[connection] = None
        if len(self._idle) > IDLE_LIMIT:
            self._close(next(iter(self._idle)))
        if self._sweeper is None:
            self._sweeper = self.loop.call_at(connection.idle_until, self._sweep)

    def close(self) -> None:
        """Close every idle connection."""
        for connection in list(self._idle):
            self._close(connection)
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None

    def _sweep(self) -> None:
        """Close what was idle for too long; look again when the next one is due, if there is one."""
        self._sweeper = None
        now = self.loop.time()
        for connection in [one for one in self._idle if one.idle_until <= now]:
            self._close(connection)
        if self._idle:
            self._sweeper = self.loop.call_at(min(one.idle_until for one in self._idle), self._sweep)

    def _close(self, connection: Connection) -> None:
        self._forget(connection)
        connection.abort(None)

    def _forget(self, connection: Connection) -> None:
        self._idle.pop(connection, None)
