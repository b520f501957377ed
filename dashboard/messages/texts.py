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
    "Trial licences: {trial_licences}",
)
PEOPLE = (
    "CS representative: {cs_representative}",
    "Sales representative: {sales_representative}",
    "Team leader: {team_leader}",
)
CONTACT = ("Contact at the firm: {contact}", "Contact's e-mail: {contact_email}")
PRODUCTS = ("Products:", "{products_list}")
LIMITATIONS = ("What the trial versions do not do:", "{limitations}")
NEXT = ("Next: {next_step}.",)
TO_SOMEBODY = ("Hello {recipient},",)
TO_ANYBODY = ("Hello,",)
REGARDS = ("Kind regards,\n{sender}",)

Paragraph = tuple[str, ...]

TEXTS: dict[str, tuple[Paragraph, ...]] = {
    "tl_form": (
        TO_SOMEBODY,
        ("{firm} has submitted its cancellation form. The form is with you, to cancel.",),
        (*ABOUT, *PEOPLE[:2], *CONTACT),
        LIMITATIONS,
        NEXT,
        REGARDS,
    ),
    "tl_hold": (
        TO_SOMEBODY,
        (
            "{firm} has submitted its cancellation form and moves to Virtual Office CS. The form "
            "is with you, to hold: the cancellation may be processed only when CitrixPortalTech "
            "has told you that the firm is on Virtual Office.",
        ),
        (*ABOUT, *PEOPLE[:2], *CONTACT),
        NEXT,
        REGARDS,
    ),
    "cpt_move": (
        TO_ANYBODY,
        ("{firm} moves from SaaS to Virtual Office CS. Please load its products.",),
        PRODUCTS,
        (
            "Then please agree with the firm on four hours of down time that lie wholly within "
            "business hours, and enter the appointment.",
        ),
        ("Case: {case_id}", "Firm: {firm_line}", *CONTACT, PEOPLE[2]),
        REGARDS,
    ),
    "tl_appointment": (
        TO_SOMEBODY,
        ("The down time of {firm} has been moved to:", "{moved_appointment}"),
        ("Until now it was to be:", "{former_appointment}"),
        ("The down time of {firm} is agreed:", "{first_appointment}"),
        ("In this time CitrixPortalTech sets the firm up on Virtual Office CS.",),
        ("Case: {case_id}", "Firm: {firm_line}", "Products: {products}", *CONTACT),
        REGARDS,
    ),
    "tl_off": (
        TO_SOMEBODY,
        ("The down time of {firm} is off. It was to be:", "{off_appointment}"),
        ("Reason: {off_reason}",),
        (
            "The case is withdrawn: the firm stays for now.{if_withdrawn}",
            "CitrixPortalTech agrees on another with the firm when the case comes to that step "
            "again.{if_reopened}",
        ),
        ("Please take it out of your calendar.",),
        ("Case: {case_id}", "Firm: {firm_line}", "Products: {products}", *CONTACT),
        REGARDS,
    ),
    "cpt_off": (
        TO_ANYBODY,
        ("The down time of {firm} is off. It was to be:", "{off_appointment}"),
        ("Reason: {off_reason}",),
        (
            "The case is withdrawn: the firm stays for now. Please set nothing up.{if_withdrawn}",
            "Please set nothing up, and agree on another with the firm when the case comes to that "
            "step again.{if_reopened}",
        ),
        ("Please take it out of your calendar.",),
        ("Case: {case_id}", "Firm: {firm_line}", "Products: {products}", *CONTACT, PEOPLE[2]),
        REGARDS,
    ),
    "welcome": (
        TO_SOMEBODY,
        ("Welcome to Virtual Office CS. {firm} is set up.",),
        PRODUCTS,
        (
            "Please sign in and see that your products and data are as you expect. If something "
            "is missing or does not work, tell us at once and name case {case_id}.",
        ),
        ("Next, we process the cancellation of SaaS and prepare your renewal for signature.",),
        REGARDS,
    ),
    "tl_complete": (
        TO_SOMEBODY,
        (
            "{firm} is on Virtual Office CS, and the Welcome e-mail has been sent. The "
            "cancellation that you hold may go ahead.",
        ),
        ("Case: {case_id}", "Firm: {firm_line}", "Products: {products}"),
        NEXT,
        REGARDS,
    ),
    "sales_cancelled": (
        TO_SOMEBODY,
        ("The SaaS cancellation of {firm} has been processed on {completed}.",),
        (*ABOUT, PEOPLE[0], PEOPLE[2]),
        (
            "You need not do anything now. If the firm wants new products, we ask you for a "
            "proposal when its renewal is generated.",
        ),
        REGARDS,
    ),
    "cs_cancelled": (
        TO_SOMEBODY,
        ("The SaaS cancellation of {firm} has been processed on {completed}.",),
        (*ABOUT, PEOPLE[1], PEOPLE[2]),
        LIMITATIONS,
        (
            "Next: EMS reinstates the products that the firm had before SaaS. Then the renewal "
            "is yours to generate.",
        ),
        REGARDS,
    ),
    "ems_ticket": (
        ("Priority: High", "Ticket: {ems_ticket}"),
        (
            "Please reinstate the products that {firm} had before SaaS.",
            "The case does not name them: ask us if they are not on record.{if_unnamed}",
        ),
        PRODUCTS,
        (
            "The SaaS cancellation of the firm has been processed. Its renewal can be generated "
            "only when the products are back, so please tell us as soon as they are.",
        ),
        ("Firm: {firm_line}", "Our case: {case_id}", PEOPLE[0], PEOPLE[2]),
        REGARDS,
    ),
    "customer_renewal": (
        TO_ANYBODY,
        ("The renewal of {firm} for {path} is ready.",),
        PRODUCTS,
        (
            "Please look through it, sign the order and send it back to us.",
            "We then process the order and tell you when your licences are ready.{if_told}",
        ),
        ("If you have a question, reply to this message and name case {case_id}.",),
        REGARDS,
    ),
    "sales_proposal": (
        TO_SOMEBODY,
        ("{firm} wants to buy new products beside its renewal. Please prepare a proposal.",),
        ("The renewal is added to your proposal, so that the firm signs one order.{if_combined}",),
        ("The renewal is sent to the firm on its own.{if_apart}",),
        (*ABOUT[:3], ABOUT[5], *CONTACT, PEOPLE[0]),
        ("Next: {next_step}. It waits for the firm's signature.",),
        REGARDS,
    ),
    "customer_licences": (
        TO_ANYBODY,
        ("Your order has been processed, and the new licences of {firm} are ready.",),
        PRODUCTS,
        ("Order number: {order_number}",),
        (
            "Please download your licences and install them. When you have done so, tell us in a "
            "reply to this message: then your move is complete.",
        ),
        REGARDS,
    ),
    "cpt_licences": (
        TO_ANYBODY,
        (
            "The order of {firm} has been processed. Please update the firm's licences on "
            "Virtual Office CS.",
        ),
        ("Firm: {firm_line}", "Order number: {order_number}", "Case: {case_id}", PEOPLE[2]),
        PRODUCTS,
        REGARDS,
    ),
}

# Not a step's message: asks a firm for what nobody inside can see.
REMINDER_SUBJECT = "Have you downloaded your licences, {firm}?"
REMINDER = (
    TO_ANYBODY,
    (
        "The new licences of {firm} are ready since {licences_ready}. Have you downloaded and "
        "installed them? Please tell us in a reply to this message: then your move is complete.",
    ),
    ("Order number: {order_number}", "Case: {case_id}"),
    ("If something keeps you from it, tell us that too. We will help.",),
    REGARDS,
)
