"""Forty trackers' headings in other people's words, each with the field that it means.

One layout a paragraph: its name and path, then `heading = field` a line; `-` where no field takes
it. They were written down as departments say it, before anything was matched with them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

LAYOUTS = """
lead's own sheet | local
Client = firm
Acct # = firm_id
Going to = path
Form rec'd = step_1
Sent to team lead = step_2
Cxl processed = step_3
EMS tkt opened = step_4
Renewal emailed = step_5
Order processed = step_6
Client downloaded licenses = step_7
Ticket # = ticket
Sales order # = order
Remarks = notes

plain words | local
Firm name = firm
Move type = path
CSR = cs_rep
Lead = team_leader
Account manager = sales_rep
Software = products
Cancellation form received = step_1
Form given to TL = step_2
Cancelled on = step_3
Ticket to EMS = step_4
Renewal sent to firm = step_5
Signed order processed = step_6
New licenses downloaded = step_7
Memo = notes

dates in the headings | local
Customer name = firm
Customer no = firm_id
Type = path
Date submitted = step_1
Date routed to TL = step_2
Date cancelled = step_3
Date EMS ticket opened = step_4
Date renewal sent = step_5
Date order processed = step_6
Date downloaded = step_7
Notes = notes

hosted, by people | virtual_office
Customer = firm
Type = path
CS rep = cs_rep
Team lead = team_leader
Products to migrate = products
Cancellation form submitted = step_1
On hold with TL = step_2
CPT notified = step_3
Downtime booked = step_4
Welcome e-mail sent = step_5
CPT finished = step_6
Cancellation processed = step_7
EMS ticket raised = step_8
Renewal generated = step_9
Order processed = step_10
VO licenses updated = step_11
Appt = appointment
EMS no. = ticket
Order no. = order
Comments = notes

numbered | virtual_office
Firm = firm
ID = firm_id
Move to = path
1. Form in = step_1
2. Held by TL = step_2
3. CPT told = step_3
4. Down time set = step_4
5. Welcome sent = step_5
6. CPT done = step_6
7. Cancelled = step_7
8. EMS ticket = step_8
9. Renewal = step_9
10. Order = step_10
11. Licenses = step_11

short | local
Firm = firm
Path = path
TL = team_leader
Submitted = step_1
Routed = step_2
Cancelled = step_3
EMS = step_4
Renewal = step_5
Order = step_6
Downloaded = step_7
Note = notes

with a region | local
Region = -
Account = firm
Account no. = firm_id
Destination = path
Rep = cs_rep
Products owned = products
Cancellation request received = step_1
Handed to TL = step_2
SaaS cancelled = step_3
EMS notified = step_4
Renewal out = step_5
Order returned = step_6
Download confirmed = step_7
Status = status

old hands | local
Cust = firm
Cust ID = firm_id
Migration path = path
Cancl form submitted = step_1
Fwd to TL = step_2
Cancl done = step_3
EMS tix opened = step_4
Rnwl sent = step_5
Ord processed = step_6
Lic downloaded = step_7
EMS ref = ticket
SO # = order

capitals | local
FIRM NAME = firm
MOVE TO = path
CS REPRESENTATIVE = cs_rep
TEAM LEADER = team_leader
SALES REPRESENTATIVE = sales_rep
PRODUCTS = products
FORM SUBMITTED = step_1
ROUTED TO TEAM LEADER = step_2
CANCELLATION PROCESSED = step_3
EMS TICKET OPENED = step_4
RENEWAL SENT = step_5
ORDER PROCESSED = step_6
LICENSES DOWNLOADED = step_7
EMS TICKET NO = ticket
ORDER NUMBER = order
NOTES = notes

spelling slips | local
Custmer = firm
Type = path
Cancelation submited = step_1
Rooted to TL = step_2
Cancellation proccessed = step_3
EMS tickt opened = step_4
Renewel sent = step_5
Order procesed = step_6
Licences downloded = step_7
Coments = notes

citrix people | virtual_office
Firm = firm
Option = path
Form submitted = step_1
Form held = step_2
Citrix emailed = step_3
Outage scheduled = step_4
Welcome email = step_5
Citrix done = step_6
SaaS cancellation processed = step_7
Ticket to EMS = step_8
Renewal prepared = step_9
Order signed = step_10
License update = step_11
Downtime start = appointment

case system | local
Case no. = -
Account name = firm
Workflow = path
Owner = person
Request received = step_1
Assigned to TL = step_2
Cancellation complete = step_3
EMS request = step_4
Renewal issued = step_5
Order complete = step_6
Download = step_7
Current status = status
Internal notes = notes

British | local
Client name = firm
Client ref = firm_id
Moving to = path
Team leader = team_leader
Cancellation form completed = step_1
Passed to team leader = step_2
Cancellation actioned = step_3
EMS ticket logged = step_4
Renewal sent = step_5
Order processed = step_6
Licences downloaded = step_7
Observations = notes

two words each | virtual_office
Firm = firm
Type = path
Form submitted = step_1
TL hold = step_2
CPT email = step_3
Downtime set = step_4
Welcome sent = step_5
CPT complete = step_6
SaaS cancelled = step_7
EMS opened = step_8
Renewal sent = step_9
Order processed = step_10
Licenses updated = step_11
Appointment date = appointment

long sentences | local
Name of the firm = firm
Local or VO = path
Date the cancellation form was received = step_1
Date form was routed to the team leader = step_2
Date cancellation was processed = step_3
Date high-priority ticket to EMS was opened = step_4
Date renewal was generated and sent = step_5
Date order was returned and processed = step_6
Date firm downloaded its licenses = step_7

with units | local
Firm = firm
Move to = path
Submitted (date/time) = step_1
Routed to TL (date/time) = step_2
Cancelled (date/time) = step_3
EMS ticket opened (date/time) = step_4
Renewal sent (date/time) = step_5
Order processed (date/time) = step_6
Downloaded (date/time) = step_7

sales view | local
Account = firm
Type = path
AE = sales_rep
Cancellation received = step_1
Form to TL = step_2
Cancellation done = step_3
EMS ticket sent = step_4
Renewal proposal sent = step_5
Order booked = step_6
Software downloaded = step_7
Sales order = order

underscores | local
firm_name = firm
firm_id = firm_id
move_to = path
cs_rep = cs_rep
team_leader = team_leader
form_submitted = step_1
routed_to_tl = step_2
cancellation_processed = step_3
ems_ticket_opened = step_4
renewal_sent = step_5
order_processed = step_6
licenses_downloaded = step_7
ems_ticket = ticket
order_number = order

with prices | local
Customer = firm
Type = path
Renewal amount = -
Form submitted = step_1
Routed to TL = step_2
Cancelled = step_3
EMS ticket opened = step_4
Renewal sent = step_5
Order processed = step_6
Downloaded = step_7
Discount % = -

hosted, in a hurry | virtual_office
Cust = firm
Target = path
Sub'd = step_1
Held TL = step_2
CPT told = step_3
DT scheduled = step_4
Welcome = step_5
CPT compl = step_6
Cxl = step_7
EMS tkt = step_8
Rnw sent = step_9
Ord proc = step_10
VO lic upd = step_11

team's names | local
Firm = firm
Path = path
CS agent = cs_rep
Supervisor = team_leader
Salesperson = sales_rep
Form submitted = step_1
Form routed = step_2
Cancellation processed = step_3
EMS contacted = step_4
Renewal done = step_5
Order done = step_6
Confirmation received = step_7

steps with words | local
Firm = firm
Move to = path
Step 1 Form submitted = step_1
Step 2 Routed = step_2
Step 3 Cancelled = step_3
Step 4 EMS = step_4
Step 5 Renewal = step_5
Step 6 Order = step_6
Step 7 Download = step_7

S numbers | virtual_office
Customer = firm
Type = path
S1 = step_1
S2 = step_2
S3 = step_3
S4 = step_4
S5 = step_5
S6 = step_6
S7 = step_7
S8 = step_8
S9 = step_9
S10 = step_10
S11 = step_11

ticket people | local
Company = firm
Company ID = firm_id
Type of move = path
Request submitted = step_1
Escalated to TL = step_2
Cancellation processed by TL = step_3
Ticket opened with EMS = step_4
Renewal emailed to client = step_5
Order team processed order = step_6
Licenses downloaded by client = step_7
EMS ticket # = ticket
Order ID = order
Priority = -

month sheet | local
# = -
Firm = firm
To = path
Form = step_1
To TL = step_2
Cancelled = step_3
EMS ticket = step_4
Renewal = step_5
Order processed = step_6
Download = step_7
Remark = notes

with elapsed days | local
Firm = firm
Type = path
Submitted = step_1
Routed to TL = step_2
Cancellation processed = step_3
EMS ticket opened = step_4
Renewal sent = step_5
Order processed = step_6
Licenses downloaded = step_7
Days = -
SLA met? = -

hosted, whole words | virtual_office
Firm name = firm
Destination = path
Applications = products
Cancellation form submitted = step_1
Form on hold at team leader = step_2
CitrixPortalTech emailed = step_3
Down time scheduled with customer = step_4
Welcome to Virtual Office e-mail sent = step_5
CitrixPortalTech complete = step_6
Cancellation processed = step_7
High priority EMS ticket opened = step_8
Renewal generated and sent = step_9
Order signed and processed = step_10
CitrixPortalTech notified to update licenses = step_11
Down time window = appointment

department of many | local
Office = -
Customer = firm
Customer # = firm_id
Move to = path
Customer service rep = cs_rep
Team leader = team_leader
Sales = sales_rep
Modules = products
Form received = step_1
Form handed to TL = step_2
Cancellation completed = step_3
EMS ticket submitted = step_4
Renewal generated = step_5
Order returned and processed = step_6
Download complete = step_7
Ticket number = ticket
PO number = order
General comments = notes

by initials | local
Client = firm
Type = path
CS = cs_rep
TL = team_leader
Sub = step_1
Rtd to TL = step_2
Canc = step_3
EMS = step_4
Ren = step_5
Ord = step_6
DL = step_7

hosted appointments | virtual_office
Account = firm
Type = path
Submitted = step_1
Routed to TL to hold = step_2
CPT contacted = step_3
Appointment scheduled = step_4
Welcome email sent = step_5
CPT confirmed complete = step_6
Cancelled = step_7
EMS ticket opened = step_8
Renewal sent = step_9
Order complete = step_10
CPT told to update licenses = step_11
Appointment = appointment

from a form | local
Timestamp = -
Firm name = firm
Firm number = firm_id
Where is the firm moving to = path
When was the form submitted = step_1
When was it routed to the TL = step_2
When was the cancellation processed = step_3
When was the EMS ticket opened = step_4
When was the renewal sent = step_5
When was the order processed = step_6
When were the licenses downloaded = step_7

spread out | local
Customer = firm
E-mail = -
Phone = -
Type = path
CS Rep = cs_rep
TL = team_leader
Sales Rep = sales_rep
Product = products
Cancel submitted = step_1
Routed TL = step_2
Cancel processed = step_3
EMS opened = step_4
Renewal sent = step_5
Order processed = step_6
Lic download = step_7
EMS # = ticket
SO = order
Comment = notes

reordered | local
Licenses downloaded = step_7
Order processed = step_6
Renewal sent = step_5
EMS ticket opened = step_4
Cancellation processed = step_3
Routed to TL = step_2
Cancellation submitted = step_1
Type = path
Customer = firm

handovers | virtual_office
Firm = firm
Migration type = path
Cancellation submitted = step_1
Handed to TL, hold = step_2
E-mail to CPT = step_3
Down time agreed = step_4
Welcome mail sent = step_5
CPT reports complete = step_6
Cancellation processed = step_7
EMS ticket = step_8
Renewal = step_9
Signed order processed = step_10
Licenses updated on VO = step_11
Downtime begins = appointment
Ticket = ticket

weekly list | local
Week = -
Account name = firm
Account ID = firm_id
Product line = -
Type = path
Submission = step_1
TL received = step_2
Cancellation = step_3
EMS ticket = step_4
Renewal quote sent = step_5
Order processing = step_6
Client confirmed download = step_7
Latest comment = notes

month end | local
Firm = firm
Local / VO = path
Form submitted = step_1
Sent to TL = step_2
TL cancelled = step_3
EMS ticket created = step_4
Renewal delivered = step_5
Order handled = step_6
Licenses installed = step_7
Order ref = order

hosted, checks | virtual_office
Customer name = firm
Move = path
Application = products
Form submitted = step_1
Form routed to TL to hold = step_2
CPT informed of move = step_3
Down time arranged = step_4
VO welcome sent = step_5
CPT work complete = step_6
SaaS cancellation done = step_7
EMS ticket submitted = step_8
Renewal issued = step_9
Order processed by order team = step_10
VO license update sent = step_11
Scheduled downtime = appointment

accountants | local
Practice = firm
Practice ID = firm_id
Type = path
Representative = cs_rep
Cancellation filed = step_1
Forwarded to lead = step_2
Cancellation executed = step_3
EMS ticket raised = step_4
Renewal mailed = step_5
Order finished = step_6
Licenses downloaded = step_7

archive | local
Firm = firm
Firm code = firm_id
Type = path
Submitted on = step_1
Routed to TL on = step_2
Cancelled on = step_3
EMS ticket opened on = step_4
Renewal sent on = step_5
Order processed on = step_6
Downloaded on = step_7
Archived by = -

helpdesk | local
Firm = firm
Firm ID = firm_id
Move to = path
Agent = cs_rep
Lead = team_leader
Request received = step_1
Routed to lead = step_2
Cancellation processed = step_3
EMS ticket opened = step_4
Renewal sent = step_5
Order processed = step_6
Confirmation and download = step_7
Ticket no. = ticket
Order confirmation = order
Misc. = notes
"""
FIELDS = {"ticket": "ems_ticket", "order": "order_number", "-": None}
STEPS = {"local": 7, "virtual_office": 11}
PEOPLE = ("J. Whitlow", "T. Vance", "H. Abebe", "R. Castellano")
VALUES = {
    "firm": ("Maple & Co CPAs", "Bright Tax LLC", "Delta Accounting", "Cloudy CPAs"),
    "firm_id": ("F100001", "F200002", "F300003", "F400004"),
    "cs_rep": PEOPLE,
    "team_leader": PEOPLE,
    "sales_rep": PEOPLE,
    "person": PEOPLE,
    "products": ("UltraTax CS", "Fixed Assets CS; Planner CS", "Practice CS", "Workpapers CS"),
    "ems_ticket": ("EMS-1001", "EMS-1002", "EMS-1003", ""),
    "order_number": ("SO711434", "SO743517", "", "SO778123"),
    "notes": ("called back", "", "waiting on firm", "month end!!"),
    "status": ("Open", "Closed", "Open", "On hold"),
}
OTHERS = ("East", "12", "", "n/a")


@dataclass(frozen=True)
class Words:
    """One tracker: what its headings are and mean, and four rows below them."""

    name: str
    path: str
    fields: dict[str, str | None]

    def rows(self) -> Iterator[list[str]]:
        """The headings, then the rows."""
        yield list(self.fields)
        for number in range(4):
            yield [self._cell(field, number) for field in self.fields.values()]

    def _cell(self, field: str | None, number: int) -> str:
        if field == "path":
            return "Virtual Office" if self.path == "virtual_office" else "Local"
        if field == "appointment":
            return f"9/{14 + number}/2026 1:00 PM"
        if field and field.startswith("step_"):
            step = int(field[5:])
            done = STEPS[self.path] - number % 3
            return (
                f"9/{14 + number + step // 3}/2026 {8 + step % 3}:{10 + step}"
                if step <= done
                else ""
            )
        return VALUES.get(field or "", OTHERS)[number]


def layouts(told: str = LAYOUTS) -> list[Words]:
    """All of them."""
    found = []
    for paragraph in told.strip().split("\n\n"):
        first, *lines = paragraph.splitlines()
        name, path = first.split(" | ")
        pairs = [line.rsplit(" = ", 1) for line in lines]
        found.append(Words(name, path, {said: FIELDS.get(key, key) for said, key in pairs}))
    return found
