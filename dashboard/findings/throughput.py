"""What the charts of Throughput say now."""

from collections.abc import Sequence

import pyarrow as pa

from dashboard.findings.words import Promise, Row, count, count_is, period
from dashboard.formats import FEWEST, percent


def trend(percentiles: pa.Table, promise: Promise, kind: str) -> str:
    """From cycle_percentiles over all chosen paths together, by "month" or "week"."""
    rows = percentiles.to_pylist()
    enough = [row for row in rows if row["n"] >= FEWEST]
    if not enough:
        return f"No {kind} has {FEWEST} completed cases: one more case could move any of the marks."
    parts = []
    if promise.limit is not None:
        kept_it = sum(row["p50_days"] <= promise.limit for row in enough)
        which = f"{kind}s" if len(enough) == len(rows) else f"{kind}s with {FEWEST} cases or more"
        half = "half of the cases kept the limit."
        parts.append(
            f"In **{kept_it} of {len(enough)} {which}** {half}"
            if len(rows) > 1
            else f"{'At least' if kept_it else 'Fewer than'} {half}"
        )
    last = enough[-1]
    parts.append(
        f"In {period(last['period'], kind)} 15 of 100 took longer than "
        f"**{promise.days(last['p85_days'])}**."
    )
    return " ".join(parts)


def missed(months: pa.Table, promise: Promise) -> str:
    """From attainment: completed cases over the limit, and the open ones beside them."""
    done, within = (sum(months[name].to_pylist()) for name in ("n", "within_limit"))
    late = months["open_late"][-1].as_py()
    beside = f" {count_is(late, 'open case')} past it too." if late else ""
    return f"**{done - within:,} of {done:,}** took more than {promise.limit_words}.{beside}"


def kept(months: pa.Table) -> str:
    """From attainment: the newest month with a completed case, beside the best one."""
    rows = [row for row in months.to_pylist() if row["n"]]
    last = rows[-1]
    by_date = percent(last["within_limit_by_date"] / last["n"])
    text = (
        f"{last['month']:%B}: **{percent(_share(last))}** within the limit, {by_date} by date, "
        f"of {count(last['n'], 'case')}"
    )
    if last["n"] < FEWEST:
        return f"{text}: too few to compare."
    best = max((row for row in rows if row["n"] >= FEWEST), key=_share)
    if best is last:
        return f"{text}."
    return f"{text}; the best month was {best['month']:%B} with {percent(_share(best))}."


def _share(row: Row) -> float:
    return row["within_limit"] / row["n"]


def open_now(weeks: pa.Table) -> str:
    """From throughput: what is open at the end, against the ends of the weeks before."""
    *before, last = weeks.to_pylist()
    text = f"**{count(last['open_at_end'], 'case')}** open"
    text += f", **{last['late_at_end']:,}** past the limit." if last["late_at_end"] else "."
    if len(before) < 4:
        return text
    ends = sorted(row["open_at_end"] for row in before)
    if last["open_at_end"] > ends[-1]:
        return f"{text} More than at the end of any of the {len(ends)} weeks before."
    return (
        f"{text} Of the {len(ends)} weeks before, half ended with {ends[len(ends) // 2]} or more."
    )


def keeping_up(full_weeks: Sequence[Row]) -> str:
    """From the rows of throughput whose week is over: what came in and what went out."""
    full = full_weeks[-4:]
    if not full:
        return "No week is over yet."
    opened, completed = (sum(row[name] for row in full) for name in ("opened", "completed"))
    span = f"the last {len(full)} full weeks" if len(full) > 1 else "the last full week"
    return f"Over {span} **{opened:,}** cases were opened and **{completed:,}** completed."
