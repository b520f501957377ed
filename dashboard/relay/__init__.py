"""A verb carried out in the process that holds the log, on behalf of another one.

DuckDB admits one process. The one that holds the log listens on LOG.sock, for its own user only,
and runs there what a second terminal asks for. Output goes back as it comes; files named on the
command line are read and written by the one who asked, in its folder and with its rights.
"""

from dashboard.relay.asking import ask
from dashboard.relay.door import sock_path
from dashboard.relay.listener import Listener

__all__ = ["Listener", "ask", "sock_path"]
