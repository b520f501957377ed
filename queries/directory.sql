-- People as trackers name them, with how they sign in and are written to, and the mailboxes of
-- the parties that are written to at one address. Texts are empty where nothing is known; the
-- role is a hint for whoever grants roles.
--
-- grain:   one row per person or mailbox
-- params:  $party TEXT = NULL, $mailboxes BOOLEAN = NULL (only these, or only people)
-- columns: name, is_mailbox, sign_in, email, parties, role
-- order:   is_mailbox, name

SELECT
    name,
    is_mailbox,
    sign_in,
    email,
    parties,
    role
FROM directory
WHERE
    ($party::TEXT IS NULL OR list_contains(string_split(parties, ', '), $party::TEXT))
    AND ($mailboxes::BOOLEAN IS NULL OR is_mailbox = $mailboxes::BOOLEAN)
ORDER BY is_mailbox, name
