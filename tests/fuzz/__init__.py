"""Pages that nobody wrote: mutations of real ones and of our own, and what must hold for every one."""
