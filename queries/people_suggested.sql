-- Names of people that cases have and the directory has not, with the parties that they act for there:
-- as owners of a case, or as who did an imported step. Spellings that differ in case alone are one.
--
-- grain:   one row per name
-- params:  none
-- columns: name, parties, cases
-- order:   cases DESC, name ASC

WITH told AS (
    SELECT
        'Team leader' AS party,
        team_leader AS name,
        case_no
    FROM cases
    UNION ALL
    SELECT
        'CS representative' AS party,
        cs_representative AS name,
        case_no
    FROM cases
    UNION ALL
    SELECT
        'Sales representative' AS party,
        sales_representative AS name,
        case_no
    FROM cases
    UNION ALL
    SELECT
        party,
        named(done_by) AS name,
        case_no
    FROM steps
    WHERE is_imported AND done_by <> '' AND is_ours(party)
),

names AS (
    SELECT
        party,
        trim(name) AS name,
        lower(trim(name)) AS folded,
        case_no
    FROM told
    WHERE trim(name) <> ''
)

SELECT
    mode(names.name ORDER BY names.name) AS name,
    list_sort(list(DISTINCT names.party)) AS parties,
    count(DISTINCT names.case_no) AS cases
FROM names
ANTI JOIN directory ON names.folded = lower(trim(directory.name)) AND NOT directory.is_mailbox
GROUP BY names.folded
ORDER BY cases DESC, name ASC
