"""Changeover: the operations dashboard for moving accounting firms off SaaS."""

import zoneinfo

# The pinned tzdata and never the machine's: replicas and reports made again must agree.
zoneinfo.reset_tzpath(to=())
