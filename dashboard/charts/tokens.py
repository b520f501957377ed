"""What tables and charts agree on: tokens in place of colours, parts, and how few cases are few.

A token's place in TOKENS is its place in the theme's `chartCategoricalColors`.
"""

from dashboard.workflows import Party

PARTIES = [str(party) for party in Party]
STATES = ["on time", "at risk", "late", "done", "ahead"]
TOKENS = [*PARTIES, *STATES, "accent", "ink", "muted", "line", "band", "paper"]

PARTS = ["waiting", "in work", "not split"]
# What to look at is what waits; work is done time, and what cannot be split stays pale.
PART_TONES = {"waiting": "accent", "in work": "done", "not split": "ahead"}
FEWEST_IN_CELL = 5  # cases below which a cell is a dot: a median of four says nothing
