"""From a case's events to a letter, and the outbox that sends what waits, each at most once.

Addresses are looked up and never guessed; what is missing is said.
"""
