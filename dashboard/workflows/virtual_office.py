"""SaaS to the hosted Virtual Office CS: eleven steps, a hold and a four-hour appointment."""

from dashboard.workflows import shared
from dashboard.workflows.parts import (
    AGREED_DATE,
    NETFIRM_ADMINISTRATOR,
    Field,
    FieldKind,
    Message,
    Party,
    Step,
    Turn,
    Workflow,
)

VIRTUAL_OFFICE = Workflow(
    key="virtual_office",
    label="Virtual Office CS",
    short="Virtual Office",
    spellings=frozenset({
        "vo", "vo cs", "virtual office", "virtual office cs", "virtualoffice", "saas to vo",
        "saas to virtual office",
    }),
    products_field="products",
    products_required=True,
    hold=(2, 6),
    steps=(
        Step(
            1,
            "Form submitted",
            "Cancellation form completed and submitted",
            Party.CUSTOMER,
            "The firm completes the cancellation form and names at least one product to migrate "
            "to Virtual Office.",
            fields=(
                *shared.FORM_FIELDS,
                Field(
                    "firm_zone", "Firm's time zone", FieldKind.ZONE, required=False,
                    help="If different from the department's: appointments are then shown in both.",
                ),
                Field(
                    "products", "Products to migrate to Virtual Office", FieldKind.PRODUCTS,
                    help="At least one. Add Microsoft Office or Exchange if the firm uses them.",
                ),
            ),
            recorder=Party.CS,
        ),
        Step(
            2,
            "Held by TL",
            "Form routed to the team leaders to hold",
            Party.CS,
            "Route the form to the CS team leaders, who hold it until steps 3 to 6 are complete. "
            "Record who has it.",
            fields=(shared.TEAM_LEADER,),
            messages=(Message("tl_hold", Party.TL, "Cancellation form for {firm} to hold"),),
        ),
        Step(
            3,
            "CPT told",
            "CitrixPortalTech told that the firm moves",
            Party.TL,
            "Tell CitrixPortalTech that the firm is moving to Virtual Office and which products "
            "to load, including Microsoft Office and Exchange if used.",
            fields=(Field("products_to_load", "Products to load", FieldKind.PRODUCTS),),
            messages=(
                Message("cpt_move", Party.CPT, "{firm} is moving to Virtual Office", is_step=True),
            ),
        ),
        Step(
            4,
            "Down time set",
            "Down time scheduled with the user",
            Party.CPT,
            "Schedule four hours of down time with the firm, entirely within business hours, and "
            "tell the team leader.",
            fields=(
                Field(
                    "appointment", "Appointment begins", FieldKind.WINDOW, hours=4,
                    help="Four hours, entirely within business hours.",
                ),
            ),
            messages=(Message("tl_appointment", Party.TL, "Appointment with {firm}"),),
            off_messages=(
                Message("tl_off", Party.TL, "Appointment with {firm} canceled"),
                Message("cpt_off", Party.CPT, "Appointment with {firm} canceled"),
            ),
            again_messages=(Message("cpt_on", Party.CPT, "Appointment with {firm} is on again"),),
        ),
        Step(
            5,
            "Welcome sent",
            "CitrixPortalTech done, Welcome to Virtual Office e-mail sent",
            Party.CPT,
            "Set the firm up during the appointment, then send the Welcome to Virtual Office "
            "e-mail "
            "to the firm's NetFirm administrator.",
            fields=(
                Field(
                    "administrator", "NetFirm administrator", FieldKind.TEXT, personal=True
                ),
                Field(
                    "administrator_email", "NetFirm administrator's e-mail", FieldKind.EMAIL,
                    personal=True,
                ),
            ),
            messages=(
                Message(
                    "welcome", NETFIRM_ADMINISTRATOR, "Welcome to Virtual Office, {firm}",
                    is_step=True,
                ),
            ),
            turn=Turn(
                "appointment_begins", "The appointment begins", before=AGREED_DATE, after=Party.CPT,
                from_field="appointment",
            ),
            not_before="appointment",
        ),
        Step(
            6,
            "CPT complete",
            "CitrixPortalTech tells the team leaders that it is complete",
            Party.CPT,
            "Tell the team leaders that the firm is on Virtual Office. The held cancellation can "
            "now be processed.",
            messages=(
                Message(
                    "tl_complete", Party.TL,
                    "{firm} is on Virtual Office: process the cancellation", is_step=True,
                ),
            ),
        ),
        Step(
            7,
            "Canceled",
            "Cancellation processed",
            Party.TL,
            "Steps 3 to 6 are complete: process the held cancellation. Then notify the Sales "
            "representative and confirm to the CS representative that it is done.",
            messages=shared.CANCELLATION_MESSAGES,
            gate=(3, 6),
        ),
        Step(
            8,
            "EMS ticket",
            "High-priority ticket to EMS to reinstate the pre-SaaS product",
            Party.TL,
            "Open a High-priority ticket with EMS that lists the product the firm had before "
            "SaaS, so that EMS reinstates it.",
            fields=shared.EMS_FIELDS,
            messages=(
                Message(
                    "ems_ticket", Party.EMS, "Reinstate pre-SaaS products for {firm}", is_step=True
                ),
            ),
        ),
        Step(
            9,
            "Renewal sent",
            "Renewal generated; Sales proposes any new product sales",
            Party.CS,
            "Verify the price on the Pricing tab of the Renewal Calculator and generate the "
            "renewal. It must include the VO Setup license and a VO license for every family of "
            "products to be migrated. If Sales proposes new products, the renewal may be added to "
            "the proposal so that the firm signs one order.",
            fields=(
                *shared.PRICE_FIELDS,
                Field(
                    "combined_order", "Renewal added to the proposal, one order to sign",
                    FieldKind.YES_NO, required=False, only_if=("new_sales", True),
                ),
                Field("vo_setup_licence", "VO Setup license present", FieldKind.CONFIRM),
                Field(
                    "vo_licences", "VO licenses present for the families", FieldKind.FAMILIES,
                    help="Every family of products to be migrated needs its VO license.",
                ),
            ),
            messages=(
                Message(
                    "customer_renewal", Party.CUSTOMER, "Your renewal, {firm}",
                    unless=("combined_order", True),
                ),
                shared.PROPOSAL_MESSAGE,
            ),
            turn=shared.EMS_REINSTATES,
        ),
        Step(
            10,
            "Order processed",
            "Order signed and processed",
            Party.ORDERS,
            "The firm signs its order. The Order Team processes it and records the order number. "
            "Expect this to take longer around month end.",
            fields=(shared.ORDER_NUMBER,),
            turn=shared.ORDER_RECEIVED,
        ),
        Step(
            11,
            "Licenses updated",
            "CitrixPortalTech notified to update the licenses on Virtual Office",
            Party.ORDERS,
            "Tell CitrixPortalTech to update the firm's licenses on Virtual Office.",
            messages=(
                Message("cpt_licences", Party.CPT, "Update licenses for {firm}", is_step=True),
            ),
        ),
    ),
)  # fmt: skip
