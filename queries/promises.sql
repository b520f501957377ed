-- What the cases of a figure were promised: those opened before $until that were not completed
-- before $since. A case keeps the length of a day, the target and the limit that were in force
-- when it was opened. n_completed were completed from $since on and before $until, so many of them
-- within target and limit.
--
-- grain:   one row per promise
-- params:  $workflow TEXT = NULL, $team_leader TEXT = NULL,
--          $since DATE = NULL (included), $until DATE = NULL (excluded)
-- columns: day_us, target_us, limit_us, n, n_completed, within_target, within_limit
-- order:   day_us, target_us, limit_us

WITH promised AS (
    SELECT
        *,
        coalesce(closed_date < $until::DATE OR (closed_date IS NOT NULL AND $until::DATE IS NULL), FALSE) AS is_done
    FROM cases
    WHERE
        ($workflow::TEXT IS NULL OR workflow = $workflow::TEXT)
        AND ($team_leader::TEXT IS NULL OR team_leader = $team_leader::TEXT)
        AND ($since::DATE IS NULL OR closed_date IS NULL OR closed_date >= $since::DATE)
        AND ($until::DATE IS NULL OR opened_date < $until::DATE)
)

SELECT
    day_us,
    target_us,
    limit_us,
    count(*) AS n,
    count(*) FILTER (WHERE is_done) AS n_completed,
    count(*) FILTER (WHERE is_done AND closed_pos - opened_pos <= target_us) AS within_target,
    count(*) FILTER (WHERE is_done AND closed_pos - opened_pos <= limit_us) AS within_limit
FROM promised
GROUP BY day_us, target_us, limit_us
ORDER BY day_us, target_us, limit_us
