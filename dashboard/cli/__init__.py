"""The command line: what can be asked, the verbs, and the relay to the process that holds the log.

DuckDB admits one process. The one that holds the log listens on LOG.sock, for its own user only,
and carries out there what a second terminal asks for. Output goes back as it comes; files named on
the command line are read and written by the one who asked, in its folder and with its rights.
"""
