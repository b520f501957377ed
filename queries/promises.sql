-- What the cases of a figure were promised: those opened before $until that were not completed
-- before $since. A case keeps the length of a day, the target and the limit that were in force
-- when it was opened.
--
-- grain:   one row per promise
-- params:  $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $since DATE = NULL (included), $until DATE = NULL (excluded)
-- columns: day_us, target_us, limit_us, n
-- order:   day_us, target_us, limit_us

SELECT
    day_us,
    target_us,
    limit_us,
    count(*) AS n
FROM cases
WHERE
    ($workflow::TEXT IS NULL OR workflow = $workflow::TEXT)
    AND ($team_leader::TEXT IS NULL OR team_leader = $team_leader::TEXT)
    AND ($since::DATE IS NULL OR closed_date IS NULL OR closed_date >= $since::DATE)
    AND ($until::DATE IS NULL OR opened_date < $until::DATE)
GROUP BY day_us, target_us, limit_us
ORDER BY day_us, target_us, limit_us
