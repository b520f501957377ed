"""What the words of a column's heading mean together: phrases, parted by bars."""

# What a heading says of a step: its number on each path.
STEP_MEANINGS: dict[str, dict[str, int]] = {
    "submit": {"local": 1, "virtual_office": 1},
    "route": {"local": 2, "virtual_office": 2},
    "cpt_told": {"virtual_office": 3},
    "schedule": {"virtual_office": 4},
    "welcome": {"virtual_office": 5},
    "cpt_done": {"virtual_office": 6},
    "cancel": {"local": 3, "virtual_office": 7},
    "ems": {"local": 4, "virtual_office": 8},
    "renewal": {"local": 5, "virtual_office": 9},
    "order": {"local": 6, "virtual_office": 10},
    "download": {"local": 7},
    "licences": {"virtual_office": 11},
}

# The phrases of a meaning, parted by bars. One that begins with ~ can mean something else too: it
# is a guess, never sure.
MEANINGS = {
    "submit": """
        form submitted | cancellation submitted | cancellation form submitted | submitted |
        cancellation form completed and submitted | form received | cancellation form received |
        cancellation received | submission | form completed | cancellation form completed |
        cancellation form | request submitted | request received | cancellation request received |
        cancellation request submitted | form submitted by customer | saas form in | ~received |
        ~cancellation requested | ~opened | ~form | ~start | ~request | ~cancellation form sent |
        ~form completed by firm | ~form signed
    """,
    "route": """
        routed to tl | held by tl | on hold at tl | on hold with tl | hold at tl | sent to tl |
        to tl | routed | form routed | form routed to tl | handed to tl | form sent to tl |
        form routed to tl to hold | form routed to tl to cancel | tl hold | form handed to tl |
        form to tl | tl received | tl received form | tl has form | ~on hold | ~tl | ~held |
        ~with tl | ~tl notified | ~hold start | form held by tl
    """,
    "cpt_told": """
        cpt told | cpt emailed | cpt notified | cpt email | email to cpt | cpt contacted |
        cpt told firm moves | cpt told that firm moves | cpt informed of move |
        cpt notified of move | ~cpt | ~cpt request | ~cpt ticket | ~cpt ticket opened |
        request to cpt | cpt requested | move request to cpt | ~products to cpt |
        cpt told of move
    """,
    "schedule": """
        down time scheduled | down time set | appointment scheduled | appointment set |
        down time scheduled with user | appointment made | scheduled with cpt | ~scheduled |
        appointment confirmed | down time confirmed | outage scheduled |
        down time appointment scheduled | ~cpt scheduled | ~down time |
        down time scheduled with customer
    """,
    "welcome": """
        welcome sent | welcome email | welcome email sent | welcome to vo sent | vo welcome |
        welcome to vo email sent | welcome to vo email | cpt done welcome email sent | welcome |
        vo welcome sent | cpt done welcome to vo email sent | welcome to vo
    """,
    "cpt_done": """
        cpt complete | cpt done | cpt finished | cpt tells tl complete | cpt confirmed complete |
        cpt done tl told | cpt told tl complete | cpt migration complete | cpt move complete |
        ~cpt confirmed | ~migration complete | ~tl told complete | ~vo complete |
        cpt work complete | ~vo ready | tl told cpt complete | cpt completion notice
    """,
    "cancel": """
        cancellation processed | cancelled | saas cancelled | cancellation done |
        saas cancellation processed | cancellation processed by tl | cancelled by tl |
        tl cancelled | cancellation complete | ~cancellation | ~cancellation confirmed |
        ~tl processed | ~cancellation sent | ~tl done | saas terminated
    """,
    "ems": """
        ems ticket opened | ems ticket | ems opened | ems ticket sent | ticket to ems |
        high priority ticket to ems | ems ticket raised | ems ticket high priority |
        ems ticket submitted | ticket opened with ems | ems notified | ems requested |
        ticket sent to ems | ems request | ems | ~ticket opened | ~ticket | ~reinstated |
        ems submitted | ems request sent | ~ems done | ~ticket sent | ems contacted |
        sent to ems
    """,
    "renewal": """
        renewal sent | renewal generated | renewal generated and sent | renewal |
        renewal sent to firm | renewal generated and sent to firm | renewal emailed |
        renewal issued | renewal done | renewal order sent | renewal out | ~quote sent |
        ~proposal sent | renewal proposal sent | renewal quote sent | ~renewal received |
        ~renewal signed | renewal to firm | renewal prepared
    """,
    "order": """
        order processed | order done | order returned and processed | order signed and processed |
        order complete | order processed by order team | order signed | order returned |
        order processing | signed order processed | order team processed | ~order |
        ~order received | ~order placed | ~order entered | ~order signed back | ~po |
        ~renewal processed | renewal order processed | ~order opened | order handled |
        ~order sent | ~so
    """,
    "download": """
        licenses downloaded | downloaded | license download | new licenses downloaded | download |
        confirmation received | confirmation received new licenses downloaded |
        download confirmed | customer downloaded | firm downloaded licenses |
        licenses downloaded by firm | download complete | software downloaded | ~licenses |
        ~done | ~closed | ~complete | ~confirmed | firm confirmed download | download done |
        ~licenses received | ~local install done | confirmation and download
    """,
    "licences": """
        vo licenses updated | licenses updated | license update | vo licenses | update licenses |
        cpt notified to update licenses | cpt told to update licenses | licenses updated on vo |
        licenses updated by cpt | vo license update sent | license update sent to cpt |
        cpt licenses | ~licenses | ~cpt updated | cpt license update | ~licenses sent |
        ~licenses done | cpt told licenses | vo licenses done
    """,
    "appointment": """
        appointment | appointment date | down time start | appointment start | down time begins |
        appointment window | down time window | appointment begins | down time appointment |
        ~down time | ~scheduled for | ~migration date | ~cpt appointment | ~window | ~migration |
        down time from | appointment slot | down time slot | ~scheduled | ~cpt window
    """,
    "firm": """
        firm | firm name | customer | customer name | account | account name | firm account |
        name of firm | ~name | ~practice | ~office | firm customer
    """,
    "firm_id": """
        firm id | firm no | firm code | customer id | account # | account no | ~id | ~no | ~code |
        ~netfirm | firm ref | firm id no | ~cid | netfirm id
    """,
    "path": """
        move to | path | migration type | move type | moving to | type of move | moves to |
        migration path | migrate to | ~type | ~to | local vo | local or vo | ~install type |
        ~local | ~option | ~product type | move path | ~case type | migration to | ~vo
    """,
    "cs_rep": """
        cs rep | cs representative | cs agent | cs | cs name | cs rep name | ~rep | ~agent |
        ~handled by | ~cs owner | cs contact | ~cs tl | ~owner
    """,
    "team_leader": """
        tl | team leader | tl name | cs tl | team leader name | tl assigned | cs team leader |
        ~owner | ~manager | ~assigned to | ~routed to tl | ~held by tl | tl owner | ~routed to |
        ~assigned | ~approver
    """,
    "sales_rep": """
        sales rep | sales | sales representative | account manager | sales person |
        sales contact | ~sales agent | ~manager | sales name | ~am | ~sales owner
    """,
    "products": """
        products | product | product names | products to migrate | software | applications |
        products to move | product list | products list | ~modules needed | ~licenses | ~suite |
        products moving | products owned | ~products to load | ~title
    """,
    "ems_ticket": """
        ems # | ems ticket | ems ticket # | ems ticket number | ems no | ticket # | ticket no |
        ems ref | ems | ems id | ems ticket id | ~ticket | ~ems case | ~ticket id | ~ems request |
        ~helpdesk ticket
    """,
    "order_number": """
        order # | order no | order number | sales order | order id | so # | sales order # |
        order | order ref | po # | ~so | ~po | ~order confirmation | ~renewal order # |
        renewal order no | ~invoice | ~renewal #
    """,
    "notes": """
        notes | comments | remarks | memo | notes comments | comments notes | status notes |
        ~info | ~details | ~latest | ~status update | tl notes | tl comments | case notes |
        other notes | ~update | ~next step | notes remarks | ~misc | ~other | additional notes |
        general comments | internal notes
    """,
    "status": """
        status | case status | ~state | current status | ~withdrawn | ~stage | ~progress |
        overall status
    """,
    "rejected": """
        rejected because | rejected reason | reason rejected
    """,
    "case": """
        case | case id | case no | case ref | ~ref | ~request no | ~request id
    """,
    "step": """
        step | step no | activity | task | step name | milestone | ~stage | ~event | ~action |
        ~process step
    """,
    "completed_at": """
        completed at | completed | completed on | date completed | done | finished | ~date |
        ~time | ~when | step completed | completion | timestamp | step done | ~end
    """,
    "done_by": """
        done by | completed by | by | processed by | ~user | ~who | ~owner | ~resource |
        finished by | ~performed by
    """,
}
LONG = frozenset({"case", "step", "completed_at", "done_by"})
