-- What people said through the feedback form, the newest first. The contact lies beside the log,
-- where it can be erased: here stands only the reference to it.
--
-- grain:   one row per feedback
-- params:  $since DATE = NULL (included), $until DATE = NULL (excluded)
-- columns: feedback, left_at, actor, page, text, contact
-- order:   feedback DESC

SELECT
    feedback,
    left_at,
    named(actor) AS actor,
    page,
    text,
    contact
FROM feedback
WHERE
    ($since::DATE IS NULL OR left_date >= $since::DATE)
    AND ($until::DATE IS NULL OR left_date < $until::DATE)
ORDER BY feedback DESC
