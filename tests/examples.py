"""How many random examples a test tries that builds a department, or years of one, for each."""

from hypothesis import settings

usual = settings().max_examples  # `make torture TOPIC=twins` raises it to a thousand
costly = settings(max_examples=max(1, usual * 2 // 5))
dearest = settings(max_examples=max(1, usual // 5))
