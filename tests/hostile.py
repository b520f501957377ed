"""Names and notes that a spreadsheet would run, a typesetter would obey, or a font lacks."""

TRACKER_NOTE = '=HYPERLINK("http://x","see")'  # it stands so in tests/data/tracker.csv
FORMULAS = (
    "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1;2)", "\t=1+1", "\r=1+1", TRACKER_NOTE,
)  # fmt: skip
MARKUP = ("#sys.inputs", "$x$ *bold* _it_", "= Heading", "] #panic() [", "<label> @ref", r"\u{41}")
AWKWARD = (
    'Comma, "Quote" & Sons', "שלום ושותפיו, רואי חשבון", "محاسبون متحدون", "Rocket 🚀 Tax",
    "Zoë’s Čáp",
    "山田会計", "https://example.com/", "<b>&amp;</b>",
)  # fmt: skip
LINES = "first line\nsecond, line\n=third"
NUMBERS = ("007", "1e5")  # a spreadsheet takes these for numbers when it reads CSV
LONG = "A" * 60  # no place to break it
NAMES = (*FORMULAS, *MARKUP, *AWKWARD, *NUMBERS, LONG)
