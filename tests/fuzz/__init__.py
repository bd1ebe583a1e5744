"""Pages that nobody wrote: mutations of real ones and of our own, and what must hold for every one."""

from __future__ import annotations

import os

# A test run looks at the same pages each time, so that it judges a change and not its luck. Set the variable
# to a number of seconds to hunt elsewhere, and longer.
HUNT = int(os.environ.get("EMBEDPROXY_FUZZ_SECONDS", "0"))
