"""Why a file cannot be taken as a sheet."""


class NotATable(Exception):
    """The file is no tracker sheet; the text completes "<file> was not imported: …".

    `option`: what of the command line answers the question, where the text is one.
    """

    def __init__(self, text: str, option: str = "") -> None:
        super().__init__(text)
        self.option = option
