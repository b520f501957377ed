"""Claims about Changeover, in plain words; mirrors the tree of the product."""
