"""The command line: what can be asked, the verbs, and the relay to the process that holds the log.

DuckDB admits one process. The one that holds the log listens on LOG.sock, for its own user only,
and carries out there what a second terminal asks for. Files that are named on the command line are
opened by the one who asked, in its folder and with its rights, and lent, as its streams are.
"""
