"""Writes docs/data.md from queries/model/comments.sql, the headers of the figures and data.sql.

Run `python -m tests.write_data` after a change of any of them; a test compares.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from dashboard.store.database import model_sql
from dashboard.store.snapshot import figures

ROOT = Path(__file__).resolve().parent.parent
WRITTEN = ROOT / "docs" / "data.md"
QUESTIONS = ROOT / "docs" / "data.sql"
HEAD = """\
# The data, for analysts

Written by `python -m tests.write_data`; do not edit it by hand.

```sh
.venv/bin/python -m dashboard snapshot -o model.duckdb
```

writes the read model into one DuckDB file, while the application serves. `--as-of T` gives it as
known at an instant, `--format parquet -o FOLDER` a Parquet file a table. The table `snapshot` says
which entry of the log was the last, by position and hash. Administrators can download the file
under Settings, Backup.

No file holds what people who signed in are called, who entered what, or anything typed freely.
Names that belong to a case, such as its team leader's, are there.

## Connect

- **DBeaver**: new connection, DuckDB, path `model.duckdb`. Comments stand beside columns.
- **Metabase**: the DuckDB driver, *Database file* `model.duckdb`, read-only.
- **Power BI**: the DuckDB connector, or *Get data*, *Folder*, with the Parquet files.
- **Python**: `duckdb.connect("model.duckdb", read_only=True)`; or without a snapshot
  `dashboard.frame("cycle_times", month="2026-10")`, as in [the notebook](notebook.ipynb).
- **Anything else**: the Parquet files.

The file is written so that DuckDB from 1.0 on reads its tables. Views that use newer SQL (such as
`attainment` and `throughput`) need DuckDB 1.5. Set `TimeZone` to the department's zone if
instants are to be shown in it; figures do not depend on it.

## How it hangs together

```mermaid
erDiagram
    workflows ||--o{ workflow_steps : "workflow"
    workflows ||--o{ targets : "workflow"
    workflows ||--o{ cases : "workflow"
    cases ||--o{ steps : "case_no"
    cases ||--o{ turns : "case_no"
    cases ||--o{ rework_turns : "case_no"
    cases ||--o{ events : "case_no"
    cases ||--o{ messages : "case_no"
    workflow_steps ||--o{ steps : "path, step"
    calendar ||--o{ cases : "opened_date, closed_date"
    calendar ||--o{ steps : "completed_date"
    calendar ||--o{ spans : "the day's opening hours"
```

Columns that end in `_at` are instants, in `_us` microseconds of business time. Exception:
`first_us`, `open_us`, `close_us`, `since_us`, `until_us`, and `recorded_us` are microseconds since
1970. In `_pos` they are positions in business time: the difference of two is what passed.
"""


def main() -> None:
    """Write the file anew."""
    WRITTEN.write_text(text(), encoding="utf-8")


def text() -> str:
    """What the file should hold."""
    return "\n".join([HEAD, *_tables(), *_views(), *_questions()])


def questions() -> list[tuple[str, str]]:
    """What people ask, and the query that answers it."""
    parts = re.split(r"^-- ", QUESTIONS.read_text("utf-8"), flags=re.MULTILINE)[1:]
    return [(one.partition("\n")[0], one.partition("\n")[2].strip()) for one in parts]


def _tables() -> Iterator[str]:
    yield "## Tables\n"
    comments = model_sql("comments")
    for table, about in re.findall(r"COMMENT ON TABLE (\w+) IS '(.*)';", comments):
        yield f"### {table}\n\n{_plain(about)}\n\n| column | meaning |\n|---|---|"
        for column, meaning in re.findall(
            rf"COMMENT ON COLUMN {table}\.(\w+) IS '(.*)';", comments
        ):
            yield f"| `{column}` | {_plain(meaning)} |"
        yield ""


def _views() -> Iterator[str]:
    yield "## Views\n\nA view a figure, unfiltered; its comment says what it means.\n"
    yield "| view | rows |\n|---|---|"
    for query in figures():
        yield f"| `{query.name}` | {query.grain} |"
    yield ""


def _questions() -> Iterator[str]:
    yield "## What people ask\n"
    for question, query in questions():
        yield f"**{question}**\n\n```sql\n{query}\n```\n"


def _plain(text: str) -> str:
    return text.replace("''", "'")


if __name__ == "__main__":
    main()
