"""How a text is encoded: what it says itself, and what to ask where it could be several."""

import re

from dashboard.sheets.refusals import NotATable

SAVE_AS = "Save the sheet as .xlsx or as CSV (UTF-8) and import that."
BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")
UTF_8_MARK = b"\xef\xbb\xbf"
# What somebody may say that a text is in, and what it is called for people.
ENCODINGS = {
    "utf-8": "UTF-8", "cp1252": "Windows, Western Europe", "cp1250": "Windows, Central Europe",
    "mac_roman": "Macintosh",
}  # fmt: skip
# Inside of a word: marks and rare letters in the one, everyday letters in the other.
INSIDE = rb"(?<=[A-Za-z])[%s](?=[a-z])"
MACINTOSH = re.compile(INSIDE % rb"\x80-\x91\x93-\x95\x98\x99\x9b-\x9f")
# Likewise; signs at a word's beginning or end that are letters there; and pairs of marked vowels
# that no language of the West has.
CENTRAL = re.compile(
    rb"(?<=[A-Za-z])[\xb3\xb9\xbe\xbf](?=[a-z\xe0-\xff])"
    rb"|(?<![A-Za-z\x80-\xff])[\xa3\xa5\xaf\x8f](?=[a-z\xe0-\xff])"
    rb"|(?<=[a-z\xe0-\xff])[\x9d\x9f\xbf](?![A-Z])"
    rb"|[\xe8\xec\xf2\xf8\xf9][\xe1\xe9\xed\xf3\xfa\xfd]"
)
LETTERS_OF_TWO = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe1-\xef][\x80-\xbf]{2}")


def decoded(content: bytes, encoding: str = "") -> str:
    """The text; NotATable if it is none, has a byte that does not belong, or could be several."""
    try:
        text = _decoded(content, encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise NotATable(f"it is neither text nor a workbook. {SAVE_AS}") from error
    if "\0" in text:
        raise NotATable(f"it contains bytes that are not text. {SAVE_AS}")
    return text


def _decoded(content: bytes, encoding: str) -> str:
    if content.startswith(BYTE_ORDER_MARKS):
        return content.decode("utf-16")
    if encoding and encoding != "utf-8":
        return content.decode(encoding)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if b"\0" not in content:
            _check_stray(content, error)
    _check_told(content)
    return content.decode("cp1252")


def _check_stray(content: bytes, error: UnicodeDecodeError) -> None:
    """NotATable if the text is UTF-8 but for a few bytes."""
    others = len(re.findall(rb"[\x80-\xff]", LETTERS_OF_TWO.sub(b"", content)))
    if not content.startswith(UTF_8_MARK) and len(LETTERS_OF_TWO.findall(content)) <= others:
        return
    start = error.start + (len(UTF_8_MARK) if content.startswith(UTF_8_MARK) else 0)
    line = content.count(b"\n", 0, start) + 1
    around = content[max(0, start - 15) : start].decode("utf-8", "ignore")
    raise NotATable(
        f"its text is UTF-8, but row {line} holds a byte that is none: 0x{content[start]:02X}"
        f"{' after “' + around.splitlines()[-1] + '”' if around.strip() else ''}. "
        "It was pasted or edited by a program that writes another encoding. Type the letter "
        "there anew and save the sheet as CSV (UTF-8), or as .xlsx."
    )


def _check_told(content: bytes) -> None:
    """NotATable, as a question, if the text tells that it is not what Windows writes here."""
    for found, encoding in ((MACINTOSH, "mac_roman"), (CENTRAL, "cp1250")):
        if places := [*found.finditer(content)]:
            start = places[0].start()
            word = re.split(rb"[^A-Za-z\x80-\xff]+", content[max(0, start - 20) : start + 20])
            mine = max(word, key=lambda part: sum(byte > 127 for byte in part))
            shown = (mine.decode(key, "replace") for key in ("cp1252", encoding))
            raise NotATable(
                "its letters could be of two encodings: “{}” ({}) or “{}” ({})? Say which, or "
                "save the sheet as CSV (UTF-8).".format(
                    next(shown), ENCODINGS["cp1252"], next(shown), ENCODINGS[encoding]
                ),
                f"--encoding {encoding} or --encoding cp1252",
            )
