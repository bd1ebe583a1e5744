"""What the visitor said: grants, the cookies and tickets that carry them, and the ledger that proves them."""
