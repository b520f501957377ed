"""What each message says: plain English, one paragraph after the other.

A line with a {value} that the case does not have is left out, and so is a paragraph that ends with
a colon then. `if_…` values print nothing: they are there or not. The subject stands with the
message, in the workflow's data.
"""

ABOUT = (
    "Case: {case_id}",
    "Firm: {firm_line}",
    "Path: {path}",
    "Submitted: {submitted}",
    "Requested cancellation date: {requested_date}",
    "Products: {products}",
    "Trial licenses: {trial_licences}",
)
PEOPLE = (
    "CS representative: {cs_representative}",
    "Sales representative: {sales_representative}",
    "Team leader: {team_leader}",
)
CONTACT = ("Contact at the firm: {contact}", "Contact's e-mail: {contact_email}")
PRODUCTS = ("Products:", "{products_list}")
LIMITATIONS = ("Trial version limitations:", "{limitations}")
NEXT = ("Next: {next_step}.",)
TO_SOMEBODY = ("Hello {recipient},",)
TO_ANYBODY = ("Hello,",)
REGARDS = ("Kind regards,\n{sender}",)

Paragraph = tuple[str, ...]

TEXTS: dict[str, tuple[Paragraph, ...]] = {
    "tl_form": (
        TO_SOMEBODY,
        ("{firm} has submitted its cancellation form. It is now with you to process.",),
        (*ABOUT, *PEOPLE[:2], *CONTACT),
        LIMITATIONS,
        NEXT,
        REGARDS,
    ),
    "tl_hold": (
        TO_SOMEBODY,
        (
            "{firm} has submitted its cancellation form and is moving to Virtual Office CS. "
            "Please hold the form. Process the cancellation only after CitrixPortalTech tells you "
            "that the firm is on Virtual Office.",
        ),
        (*ABOUT, *PEOPLE[:2], *CONTACT),
        NEXT,
        REGARDS,
    ),
    "cpt_move": (
        TO_ANYBODY,
        ("{firm} is moving from SaaS to Virtual Office CS. Please load its products.",),
        PRODUCTS,
        (
            "Then please schedule four hours of down time with the firm, entirely within business "
            "hours, and enter the appointment.",
        ),
        ("Case: {case_id}", "Firm: {firm_line}", *CONTACT, PEOPLE[2]),
        REGARDS,
    ),
    "tl_appointment": (
        TO_SOMEBODY,
        ("{firms} appointment has been moved to:", "{moved_appointment}"),
        ("The previous time was:", "{former_appointment}"),
        ("{firms} appointment is scheduled for:", "{first_appointment}"),
        ("During this time, CitrixPortalTech sets up the firm on Virtual Office CS.",),
        ("Case: {case_id}", "Firm: {firm_line}", "Products: {products}", *CONTACT),
        REGARDS,
    ),
    "tl_off": (
        TO_SOMEBODY,
        ("{firms} appointment has been canceled. It was scheduled for:", "{off_appointment}"),
        ("Reason: {off_reason}",),
        (
            "The case is withdrawn: the firm is staying for now.{if_withdrawn}",
            "CitrixPortalTech will schedule a new one when the case reaches that step "
            "again.{if_reopened}",
        ),
        ("Please remove it from your calendar.",),
        ("Case: {case_id}", "Firm: {firm_line}", "Products: {products}", *CONTACT),
        REGARDS,
    ),
    "cpt_off": (
        TO_ANYBODY,
        ("{firms} appointment has been canceled. It was scheduled for:", "{off_appointment}"),
        ("Reason: {off_reason}",),
        (
            "The case is withdrawn: the firm is staying for now. Please do not set anything "
            "up.{if_withdrawn}",
            "Please do not set anything up. Schedule a new appointment when the case reaches that "
            "step again.{if_reopened}",
        ),
        ("Please remove it from your calendar.",),
        ("Case: {case_id}", "Firm: {firm_line}", "Products: {products}", *CONTACT, PEOPLE[2]),
        REGARDS,
    ),
    "cpt_on": (
        TO_ANYBODY,
        ("{firms} appointment is on again. It is scheduled for:", "{first_appointment}"),
        ("{firms} appointment is on again. It has been moved to:", "{moved_appointment}"),
        ("The previous time was:", "{former_appointment}"),
        ("Please put it back on your calendar.",),
        ("Case: {case_id}", "Firm: {firm_line}", "Products: {products}", *CONTACT, PEOPLE[2]),
        REGARDS,
    ),
    "welcome": (
        TO_SOMEBODY,
        ("Welcome to Virtual Office CS. {firm} is now set up.",),
        PRODUCTS,
        (
            "Please sign in and check that your products and data are as you expect. If something "
            "is missing or does not work, let us know right away and mention case {case_id}.",
        ),
        ("Next, we will process your SaaS cancellation and prepare your renewal for signature.",),
        REGARDS,
    ),
    "tl_complete": (
        TO_SOMEBODY,
        (
            "{firm} is on Virtual Office CS, and the Welcome e-mail has been sent. You can now "
            "process the cancellation you are holding.",
        ),
        ("Case: {case_id}", "Firm: {firm_line}", "Products: {products}"),
        NEXT,
        REGARDS,
    ),
    "sales_cancelled": (
        TO_SOMEBODY,
        ("The SaaS cancellation for {firm} was processed on {completed}.",),
        (*ABOUT, PEOPLE[0], PEOPLE[2]),
        (
            "No action is needed. If the firm wants new products, we will ask you for a proposal "
            "when its renewal is generated.",
        ),
        REGARDS,
    ),
    "cs_cancelled": (
        TO_SOMEBODY,
        ("The SaaS cancellation for {firm} was processed on {completed}.",),
        (*ABOUT, PEOPLE[1], PEOPLE[2]),
        LIMITATIONS,
        (
            "Next: EMS reinstates the products the firm had before SaaS. Then you generate the "
            "renewal.",
        ),
        REGARDS,
    ),
    "ems_ticket": (
        ("Priority: High", "Ticket: {ems_ticket}"),
        (
            "Please reinstate the products {firm} had before SaaS.",
            "They are not listed on the case: please ask us if you have no record of "
            "them.{if_unnamed}",
        ),
        PRODUCTS,
        (
            "The firm's SaaS cancellation has been processed. We can generate its renewal only "
            "after the products are reinstated, so please tell us as soon as they are.",
        ),
        ("Firm: {firm_line}", "Our case: {case_id}", PEOPLE[0], PEOPLE[2]),
        REGARDS,
    ),
    "customer_renewal": (
        TO_ANYBODY,
        ("The renewal for {firm} ({path}) is ready.",),
        PRODUCTS,
        (
            "Please review it, sign the order, and send it back to us.",
            "We will then process the order and let you know when your licenses are "
            "ready.{if_told}",
        ),
        ("If you have any questions, reply to this message and mention case {case_id}.",),
        REGARDS,
    ),
    "sales_proposal": (
        TO_SOMEBODY,
        (
            "{firm} wants to buy new products in addition to its renewal. Please prepare a "
            "proposal.",
        ),
        (
            "The renewal will be added to your proposal so that the firm signs one "
            "order.{if_combined}",
        ),
        ("The renewal is sent to the firm separately.{if_apart}",),
        (*ABOUT[:3], ABOUT[5], *CONTACT, PEOPLE[0]),
        ("Next: {next_step}. This is waiting for the firm's signature.",),
        REGARDS,
    ),
    "customer_licences": (
        TO_ANYBODY,
        ("Your order has been processed, and the new licenses for {firm} are ready.",),
        PRODUCTS,
        ("Order number: {order_number}",),
        (
            "Please download and install your licenses, then reply to this message to let us "
            "know. Your move will then be complete.",
        ),
        REGARDS,
    ),
    "cpt_licences": (
        TO_ANYBODY,
        (
            "The order for {firm} has been processed. Please update the firm's licenses on "
            "Virtual Office CS.",
        ),
        ("Firm: {firm_line}", "Order number: {order_number}", "Case: {case_id}", PEOPLE[2]),
        PRODUCTS,
        REGARDS,
    ),
}

# Not a step's message: asks a firm for what nobody inside can see.
REMINDER_SUBJECT = "Have you downloaded your licenses, {firm}?"
REMINDER = (
    TO_ANYBODY,
    (
        "The new licenses for {firm} have been ready since {licences_ready}. Have you downloaded "
        "and installed them? Please reply to this message to let us know. Your move will then be "
        "complete.",
    ),
    ("Order number: {order_number}", "Case: {case_id}"),
    ("If anything is holding you up, let us know and we will help.",),
    REGARDS,
)
