"""What the secrets file says of the mail server; the application reads the same file."""

import tomllib
from argparse import Namespace

from dashboard.cli.context import Context
from dashboard.errors import InputRefused
from dashboard.messages.server import MailServer

MOST = 1_000_000  # bytes


def mail_server(args: Namespace, context: Context) -> MailServer:
    """The server of `[smtp]`; InputRefused if there is none or it cannot be used."""
    how = "Add [smtp] with host, sender, user and password to it; docs/operate.md says more."
    try:
        text = context.files.read(args.secrets, MOST).decode()
        table = tomllib.loads(text).get("smtp")
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputRefused(
            f"{args.secrets} cannot be read: {error}. Fix it and run the command again."
        ) from error
    if not isinstance(table, dict):
        raise InputRefused(f"No mail server is set in {args.secrets}, so nothing is sent. {how}")
    return MailServer.from_table(table)
