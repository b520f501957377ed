"""The parts that both paths have in common: the form's own fields and the last orders."""

from dashboard.workflows.parts import Field, FieldKind, Message, Party, Turn

FORM_FIELDS = (
    Field(
        "firm_name",
        "Firm",
        FieldKind.TEXT,
        help="The firm's name as on its licenses.",
        asked_as="the firm's name",
    ),
    Field("firm_id", "Firm ID", FieldKind.TEXT, required=False, max_length=40),
    Field("cs_representative", "CS representative", FieldKind.PERSON, required=False, owner=True),
    Field(
        "sales_representative", "Sales representative", FieldKind.PERSON, required=False, owner=True
    ),
    Field(
        "contact", "Contact at the firm", FieldKind.TEXT, required=False, personal=True,
        help="Name and phone number, if known.",
    ),
    Field("contact_email", "Contact's e-mail", FieldKind.EMAIL, required=False, personal=True),
    Field(
        "requested_date", "Requested cancellation date", FieldKind.DATE, required=False,
        not_before_today=True,
        help="If later than today, the time until then counts as the customer's.",
    ),
    Field(
        "trial_licences", "Trial licenses", FieldKind.CHOICE, required=False,
        options=("offered", "used", "not needed"),
        help="A firm may try the local products and restore its data before SaaS is canceled.",
    ),
)  # fmt: skip

TEAM_LEADER = Field(
    "team_leader", "Team leader who has the form", FieldKind.PERSON, owner=True,
    help="The team leader the form was routed to.",
)  # fmt: skip

EMS_FIELDS = (
    Field("ems_ticket", "EMS ticket number", FieldKind.TEXT, max_length=40),
    Field("high_priority", "The ticket's priority is High", FieldKind.CONFIRM),
)

CANCELLATION_MESSAGES = (
    Message("sales_cancelled", Party.SALES, "SaaS cancellation for {firm}"),
    Message("cs_cancelled", Party.CS, "Cancellation for {firm} processed"),
)

EMS_REINSTATES = Turn(
    "reinstated", "EMS has reinstated the products", before=Party.EMS, after=Party.CS
)
ORDER_RECEIVED = Turn(
    "received", "Signed order received from the firm", before=Party.CUSTOMER, after=Party.ORDERS
)

PRICE_FIELDS = (
    Field(
        "price_verified", "Price verified on the Pricing tab of the Renewal Calculator",
        FieldKind.CONFIRM,
    ),
    Field(
        "price_verified_by", "Price verified by", FieldKind.PERSON,
        help="Any CS representative can verify new and renewal pricing.",
        asked_as="who verified the price",
    ),
    Field("new_sales", "New product sales", FieldKind.YES_NO),
)  # fmt: skip

PROPOSAL_MESSAGE = Message(
    "sales_proposal", Party.SALES, "Proposal needed for {firm}", only_if=("new_sales", True)
)
ORDER_NUMBER = Field("order_number", "Order number", FieldKind.TEXT, max_length=40)
