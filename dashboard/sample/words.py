"""What people of the made-up department write."""

NOTES = (
    "Administrator is only in the office until noon.",
    "Called back, left a message about the order.",
    "Firm asked how long the trial versions run.",
    "Firm moves to a new server next month, wants to be done before.",
    "Has two offices; licenses are for the main one.",
    "Invoice address changed, see the e-mail of today.",
    "Owner is on leave, the office manager signs.",
    "Prefers to be called in the afternoon.",
    "Sent the backup instructions once more.",
    "Wants the old price confirmed in writing.",
)
WITHDRAWALS = (
    "Firm stays on SaaS until after its deadline",
    "Firm wants to compare prices first",
    "Merger with another firm is pending",
    "Owner changed her mind for now",
)
AMENDMENTS = (
    "Account was handed over",
    "Territory changed at Sales",
    "Wrong Sales representative on the form",
)
COMMENTS = (
    "",
    "",
    "Firm knows and agreed.",
    "Reminded twice.",
    "Called on each of the three days.",
    "Seen too late that it was waiting.",
)
