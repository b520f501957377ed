"""The words of column headings, and which of them mean the same."""

# Words that are taken as one.
TOGETHER = {
    "customer service": "cs",
    "customer support": "cs",
    "client service": "cs",
    "team leaders": "tl",
    "team leader": "tl",
    "team lead": "tl",
    "virtual office": "vo",
    "down time": "downtime",
    "e mail": "email",
    "citrix portal tech": "cpt",
    "citrixportaltech": "cpt",
    "portal tech": "cpt",
    "account manager": "sales",
    "account executive": "sales",
    "account exec": "sales",
    "order team": "orderteam",
    "sales order": "so",
    "sales person": "sales",
    "high priority": "priority",
    "set up": "setup",
    "signed off": "done",
    "kicked off": "started",
    "vo cs": "vo",
    "purchase order": "po",
    "case opened": "opened",
    "wrapped up": "done",
    "over to": "handed to",
    "case worker": "cs",
    "help desk": "helpdesk",
}

# The concept, and the words that mean it.
CONCEPTS = {
    "cancel": """
        cancel cancels cancellation cancelation cancellations cancelled canceled cancelling
        canceling cancl canc cncl cxl cx termination terminated discontinued
    """,
    "submit": "sub subd sub'd submit submits submitted submission submitting filed",
    "receive": "received receive recd rcvd rec'd receipt recvd arrived in",
    "request": "request requested req requests",
    "form": "form forms paperwork",
    "route": "route routed routing forwarded forward fwd passed handed given assigned escalated",
    "hold": "hold held holding",
    "tl": "tl tls lead leader leads teamlead teamleader supervisor",
    "done": """
        done complete completed completion finished finish processed process processing proc
        executed performed compl cmplt cmpl handled
    """,
    "ems": "ems",
    "ticket": "ticket tickets tkt tix",
    "open": "open opened opening raised logged created lodged",
    "renewal": "renewal renewals renew rnwl rnw",
    "send": "send sent sends mailed emailed email mail out issued delivered dispatched",
    "make": "generated generate produced prepared drafted",
    "order": "order orders ord so po",
    "return": "returned return back signed sign signature",
    "licence": "license licenses licence licences lic lics licensing licencing",
    "download": "download downloaded downloads dl downloading installed",
    "update": "update updated updates updating upd refreshed adjusted",
    "cpt": "cpt citrix ctx citrixtech",
    "tell": "told tell notified notify informed contacted advised alerted messaged notification",
    "downtime": "downtime outage",
    "appointment": "appointment appt appts appointments apt",
    "schedule": "schedule scheduled scheduling sched booked set agreed arranged fixed planned",
    "start": "start starts begins begin from started",
    "window": "window slot",
    "welcome": "welcome welcomed",
    "vo": "vo virtualoffice vocs",
    "confirm": "confirmation confirmed confirm confirms ack acknowledged",
    "firm": """
        firm firms customer customers client clients account acct accounts company cust
        organization organisation accountancy
    """,
    "name": "name names",
    "number": "# no num nr number numbers nbr ref reference",
    "id": "id ids identifier code",
    "cs": "cs csr csrep",
    "rep": "rep reps representative representatives agent",
    "sales": "sales salesperson salesrep seller ae",
    "product": """
        product products software application applications apps app programs program modules
        module
    """,
    "move": "move moving moves moved migrate migrating migration migrated migrates conversion",
    "to": "to",
    "type": "type kind",
    "path": "path target destination dest workflow route-to direction",
    "note": "note notes comment comments remark remarks memo observations annotation",
    "status": "status",
    "withdraw": "withdrawn withdrew withdrawal",
    "saas": "saas cloud subscription",
    "case": "case cases",
    "step": "step steps activity task milestone action",
    "reason": "because reason rejected",
    "by": "by",
    "person": "who user owner person",
}

# What adds nothing.
FILLERS = frozenset(
    """
    & a all am an and as at be been date dates datetime day dd dd/mm/yyyy dt edt est et for
    has have hh hh:mm into is it mm mm/dd mm/dd/yyyy new of on our per pm the their this
    time times timestamp via was we were when with yy yyyy yyyy-mm-dd
    """.split()  # noqa: SIM905 - a list of so many words would be a page
)

# Who did it adds little; so does what every case is about.
LIGHT = {
    "saas": 0.1,
    "form": 0.45,
    "firm": 0.5,
    "by": 0.4,
    "to": 0.3,
    "high": 0.3,
    "priority": 0.3,
    "pre": 0.3,
    "name": 0.5,
    "case": 0.4,
    "vo": 0.6,
    "tl": 0.7,
    "send": 0.8,
}
