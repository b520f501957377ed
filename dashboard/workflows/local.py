"""SaaS to a local installation: seven steps."""

from dashboard.workflows import shared
from dashboard.workflows.parts import Field, FieldKind, Message, Party, Step, Workflow

LOCAL = Workflow(
    key="local",
    label="Local installation",
    short="Local",
    spellings=frozenset(
        {"local", "local install", "local installation", "local inst", "saas to local"}
    ),
    products_field="products",
    products_required=False,
    steps=(
        Step(
            1,
            "Form submitted",
            "Cancellation form completed and submitted",
            Party.CUSTOMER,
            "The firm backs up all of its data, then completes and submits the cancellation form. "
            "Do not accept the form until the firm confirms the backup.",
            fields=(
                *shared.FORM_FIELDS,
                Field(
                    "data_backed_up", "The firm has backed up all of its data", FieldKind.CONFIRM
                ),
                Field(
                    "products", "Products to reinstate locally", FieldKind.PRODUCTS, required=False
                ),
            ),
            recorder=Party.CS,
        ),
        Step(
            2,
            "Routed to TL",
            "Form routed to the team leaders to cancel",
            Party.CS,
            "Route the form to the CS team leaders and record who has it.",
            fields=(shared.TEAM_LEADER,),
            messages=(Message("tl_form", Party.TL, "Cancellation form for {firm} is waiting"),),
        ),
        Step(
            3,
            "Canceled",
            "Cancellation processed",
            Party.TL,
            "Process the cancellation. Check the trial-license answer first: each product's trial "
            "has its own limitations. Then notify the Sales representative and confirm to the CS "
            "representative that it is done.",
            messages=shared.CANCELLATION_MESSAGES,
            shows_trials=True,
        ),
        Step(
            4,
            "EMS ticket",
            "High-priority ticket to EMS to reinstate the pre-SaaS products",
            Party.TL,
            "Open a High-priority ticket with EMS that lists the products the firm had before "
            "SaaS, so that EMS reinstates them.",
            fields=shared.EMS_FIELDS,
            messages=(
                Message(
                    "ems_ticket", Party.EMS, "Reinstate pre-SaaS products for {firm}", is_step=True
                ),
            ),
        ),
        Step(
            5,
            "Renewal sent",
            "Renewal generated and sent to the firm",
            Party.CS,
            "Once EMS has reinstated the products, verify the price on the Pricing tab of the "
            "Renewal Calculator. Generate the renewal and send it to the firm. If the firm buys "
            "something new, Sales sends a proposal.",
            fields=shared.PRICE_FIELDS,
            messages=(
                Message("customer_renewal", Party.CUSTOMER, "Your renewal, {firm}"),
                shared.PROPOSAL_MESSAGE,
            ),
            turn=shared.EMS_REINSTATES,
        ),
        Step(
            6,
            "Order processed",
            "Order returned and processed",
            Party.ORDERS,
            "The firm returns its signed order. The Order Team processes it and records the order "
            "number. Expect this to take longer around month end.",
            fields=(shared.ORDER_NUMBER,),
            messages=(
                Message("customer_licences", Party.CUSTOMER, "Your licenses are ready, {firm}"),
            ),
            turn=shared.ORDER_RECEIVED,
        ),
        Step(
            7,
            "Licenses downloaded",
            "Confirmation received, new licenses downloaded",
            Party.CUSTOMER,
            "The firm receives the confirmation and downloads its new licenses. We cannot see the "
            "download: complete the step when the firm confirms it.",
            recorder=Party.CS,
        ),
    ),
)
