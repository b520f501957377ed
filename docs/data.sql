-- How many cases were completed in each month, and in how many of them was the SLA met?

SELECT
    date_trunc('month', closed_date) AS month,
    count(*) AS completed,
    count(*) FILTER (WHERE closed_pos - opened_pos <= limit_us) AS sla_met
FROM cases
WHERE state = 'closed'
GROUP BY date_trunc('month', closed_date)
ORDER BY month;

-- How long does a move take, in business hours: median and 85th percentile by path?

SELECT
    workflow,
    count(*) AS cases,
    quantile_cont((closed_pos - opened_pos) / 3.6e9, 0.5) AS median_hours,
    quantile_cont((closed_pos - opened_pos) / 3.6e9, 0.85) AS p85_hours
FROM cases
WHERE state = 'closed'
GROUP BY workflow
ORDER BY workflow;

-- Which open cases are overdue, and whose turn is it?

SELECT
    case_id,
    firm,
    step_label,
    party,
    -business_us_left / 3.6e9 AS overdue_hours
FROM worklist
WHERE timing = 'late'
ORDER BY overdue_hours DESC;

-- Which step takes the most time in all?

SELECT
    workflow_steps.workflow,
    workflow_steps.step,
    workflow_steps.label,
    sum(steps.business_us) / 3.6e9 AS hours
FROM steps
INNER JOIN workflow_steps ON steps.path = workflow_steps.path AND steps.step = workflow_steps.step
WHERE steps.completed_at IS NOT NULL
GROUP BY workflow_steps.workflow, workflow_steps.step, workflow_steps.label
ORDER BY hours DESC;

-- How is the time of completed cases shared among the parties?

SELECT
    party,
    sum(ended_pos - began_pos) / 3.6e9 AS hours
FROM turns
WHERE closed_date IS NOT NULL
GROUP BY party
ORDER BY hours DESC;

-- How long is the order step in the last three business days of a month, and otherwise?

SELECT
    steps.place BETWEEN 0 AND 2 AS is_month_end,
    count(*) AS steps,
    median(steps.business_us) / 3.6e9 AS median_hours
FROM steps
WHERE steps.party = 'Order Team' AND steps.completed_at IS NOT NULL
GROUP BY steps.place BETWEEN 0 AND 2
ORDER BY is_month_end;

-- How many cases does each team leader have open?

SELECT
    team_leader,
    count(*) AS open_cases
FROM cases
WHERE state = 'open'
GROUP BY team_leader
ORDER BY open_cases DESC, team_leader;

-- Which appointments are ahead?

SELECT
    case_id,
    firm,
    appointment_at
FROM cases, snapshot
WHERE state = 'open' AND appointment_at > as_of
ORDER BY appointment_at;

-- Why was the SLA missed, as people said?

SELECT
    coalesce(breach_reason, 'no reason given') AS reason,
    count(*) AS cases
FROM cases
WHERE state = 'closed' AND closed_pos - opened_pos > limit_us
GROUP BY coalesce(breach_reason, 'no reason given')
ORDER BY cases DESC, reason;

-- On which dates is the office closed this year?

SELECT calendar.date
FROM calendar, snapshot
WHERE
    year(calendar.date) = year(snapshot.as_of)
    AND NOT calendar.is_business_day
    AND isodow(calendar.date) < 6
ORDER BY calendar.date;
