"""Why a file cannot be taken as a sheet."""


class NotATable(Exception):
    """The file is no tracker sheet; the text completes "<file> was not imported: …"."""
