"""Whether the time of an answer tells an unusable token from an unknown one: neither may cost more than the other.

Unknown tokens and those of expired, revoked and campaign-revoked links are opened in turn, one at a time, against the
real server, each from an address of its own. Whoever measures learns something only if one kind is steadily slower:
the medians must be close, and a rank test must not tell the two samples apart.
"""

import http.client
import math
import os
import random
import statistics
import sys
import time
from collections.abc import Sequence
from itertools import chain
from typing import Final

from bench._ledger import say, scratch
from bench.personal_page import AGENT, company_make, links_make, server

# The scratch module has set Django up.
from django.db.models.functions import Now  # isort: skip

from notify.links import tokens  # isort: skip

# isort: skip
from notify.models import Link  # isort: skip
from notify.links.issuing import campaign_links_revoke  # isort: skip
from tests.factories.notify import touchpoint_make, CampaignFactory  # isort: skip

PAIRS: Final = int(os.environ.get("BENCH_PAIRS", "2000"))
DEATHS: Final = ("expired", "revoked", "campaign revoked")
WARM: Final = 100
GAP_LIMIT: Final = 2.0
P_LIMIT: Final = 0.01 / len(DEATHS)
"""One in a hundred for the three comparisons together: an honest run misses no oftener."""


def main() -> int:
    """Measure and print; return 1 when a limit is missed."""
    os.environ["TRUSTED_PROXY_COUNT"] = "1"  # trusts the addresses below, so that none reaches the limit
    with scratch() as folder:
        company_make()
        opened = dead_tokens() | {"unknown": [tokens.token_new() for _ in range(PAIRS + WARM)]}
        with server(folder) as port:
            taken = measured(port, opened)
    missed = [compared(death, taken[death], taken["unknown"]) for death in DEATHS]
    return int(any(missed))


def dead_tokens() -> dict[str, list[str]]:
    """Make a link of each unusable kind for every pair; return their tokens by kind."""
    each = PAIRS + WARM
    made = links_make(each * len(DEATHS), shown=each * len(DEATHS))
    parts = {death: made[place * each : (place + 1) * each] for place, death in enumerate(DEATHS)}
    ids = {death: [link_id for link_id, _ in part] for death, part in parts.items()}
    Link.objects.filter(pk__in=ids["expired"]).update(expires_at=Now())
    Link.objects.filter(pk__in=ids["revoked"]).update(revoked_at=Now())
    campaign = CampaignFactory()
    over = touchpoint_make(campaign)
    Link.objects.filter(pk__in=ids["campaign revoked"]).update(touchpoint=over)
    campaign_links_revoke(campaign_id=campaign.pk)
    return {death: [token for _, token in part] for death, part in parts.items()}


def measured(port: int, opened: dict[str, list[str]]) -> dict[str, list[float]]:
    """Open one token of each kind a round, in random order; return milliseconds. The first rounds warm up."""
    dice = random.Random(1)
    taken: dict[str, list[float]] = {kind: [] for kind in opened}
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    addresses = (f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}" for number in range(1 << 24))
    for place in range(PAIRS + WARM):
        for kind in dice.sample(sorted(opened), len(opened)):
            headers = {"User-Agent": AGENT, "X-Forwarded-For": next(addresses)}
            begun = time.perf_counter()
            line.request("GET", f"/k/{opened[kind][place]}", headers=headers)
            answer = line.getresponse()
            answer.read()
            spent = (time.perf_counter() - begun) * 1000
            if answer.status != 404:
                raise SystemExit(f"{kind}: answered {answer.status}")
            if place >= WARM:
                taken[kind].append(spent)
    return taken


def compared(death: str, ours: Sequence[float], unknown: Sequence[float]) -> bool:
    """Print how far a kind is from unknown tokens; return whether that is too far."""
    middle = statistics.median(unknown)
    gap = abs(statistics.median(ours) - middle)
    p = rank_test(ours, unknown)
    peer = f"unknown {middle:.2f} ms, {PAIRS} pairs"
    say(job="link_timing", figure=f"median gap, {death}", value=round(gap, 3), unit="ms", limit=GAP_LIMIT, peer=peer)
    say(
        job="link_timing", figure=f"rank test, {death}", value=round(p, 4), unit="p", limit=round(P_LIMIT, 4), peer=peer
    )
    return gap >= GAP_LIMIT or p <= P_LIMIT


def rank_test(left: Sequence[float], right: Sequence[float]) -> float:
    """Return the two-sided p of Mann and Whitney by the normal approximation; for long samples with few ties."""
    ordered = sorted(chain(((value, True) for value in left), ((value, False) for value in right)))
    ranks = sum(rank for rank, (_, is_left) in enumerate(ordered, 1) if is_left)
    n, m = len(left), len(right)
    u = ranks - n * (n + 1) / 2
    z = (u - n * m / 2) / math.sqrt(n * m * (n + m + 1) / 12)
    return math.erfc(abs(z) / math.sqrt(2))


if __name__ == "__main__":
    sys.exit(main())
