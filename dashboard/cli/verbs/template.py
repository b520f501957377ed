"""`template`: a blank tracker to fill in."""

from argparse import Namespace

from dashboard.cli.context import Context
from dashboard.errors import InputRefused
from dashboard.intake.template import template


def run(args: Namespace, context: Context) -> int:
    """Write it, with the products of the log if there is one."""
    if args.output == "-" or not args.output.casefold().endswith(".xlsx"):
        raise InputRefused("The template is a workbook: name a file that ends in .xlsx.")
    with context.log.open("try") as store:
        content = template(store.settings.catalogue)
    with context.file(args.output) as write:
        write(content)
    context.say(f"{args.output}: a sheet for each path, and an example.")
    return 0
