"""Start here: `streamlit run streamlit_app.py`. Names the pages, nothing more.

The server imports this file once and finds the application in it; for each visitor Streamlit runs
it as `__main__`.
"""

import streamlit as st

from dashboard import ui

if __name__ != "__main__":
    app = st.App(__file__, lifespan=ui.lifespan, middleware=ui.MIDDLEWARE)
else:
    # The paths are the files' names: until Streamlit has run this file, it knows no others.
    st.set_page_config(page_title="Changeover", page_icon="data/icon.png", layout="wide")
    st.logo(":material/swap_horiz:")
    page = st.navigation(
        {
            "Work": [
                st.Page("pages/today.py", title="Today", icon=":material/today:", default=True),
                st.Page("pages/cases.py", title="Cases", icon=":material/folder_open:"),
                st.Page("pages/new_case.py", title="New case", icon=":material/add:"),
                st.Page("pages/case.py", title="Case", visibility="hidden"),
            ],
            "Insight": [
                st.Page("pages/throughput.py", title="Throughput", icon=":material/show_chart:"),
                st.Page("pages/bottlenecks.py", title="Bottlenecks", icon=":material/hourglass:"),
                st.Page("pages/month_end.py", title="Month end", icon=":material/event:"),
                st.Page("pages/forecast.py", title="Forecast", icon=":material/online_prediction:"),
            ],
            "Reports": [
                st.Page("pages/sla_report.py", title="SLA report", icon=":material/description:"),
                st.Page("pages/log.py", title="Log", icon=":material/receipt_long:"),
            ],
            "Help": [
                st.Page("pages/guide.py", title="Guide", icon=":material/menu_book:"),
                st.Page("pages/settings.py", title="Settings", icon=":material/settings:"),
            ],
        },
        position="top",
    )
    ui.enter()
    with st.container(key="page", gap="small"):
        ui.run(page)
