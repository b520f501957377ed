"""`python -m tests.torture [TOPIC …]`: the long part, with what happened and how to repeat it."""

import argparse
import time

from tests.torture import (
    actions,
    attack,
    copying,
    crashes,
    damage,
    disk,
    load,
    mutants,
    pages,
    proofs,
    replicas,
    tables,
    trackers,
    twins,
)

# What is tried, how often unless somebody says otherwise, and what is counted.
TOPICS = {
    "crashes": (crashes.kill_often, 1_000, "kills"),
    "damage": (damage.damage_often, 6_000, "damaged files"),
    "disk": (disk.fill_often, 20_000, "appends while the disk fills"),
    "backups": (copying.back_up_often, 200, "backups"),
    "tables": (tables.import_often, 100_000, "tables"),
    "trackers": (trackers.track_often, 100_000, "trackers of other kinds"),
    "actions": (actions.act_often, 1_000_000, "actions"),
    "pages": (pages.visit_often, 5_000, "visits"),
    "replicas": (replicas.replicate_often, 10_000, "events on two servers"),
    "load": (load.load_often, 600, "seconds of fifty browsers"),
    "attack": (attack.attack_often, 600, "seconds of attacks through both proxies"),
    "duels": (load.duel_often, 1_000, "steps that two complete at once"),
    "mutants": (mutants.mutate_often, 210, "small changes to the core"),
    "proofs": (proofs.prove_often, 1, "times all proofs"),
    "twins": (twins.compare_often, 1_000, "examples a figure"),
}


def torture(topic: str, times: int, seed: int) -> None:
    """One topic, so many times; an AssertionError ends it."""
    trial, _, unit = TOPICS[topic]
    began = time.monotonic()
    tally = trial(times, seed)
    seconds = time.monotonic() - began
    print(f"{topic}: {times:,} {unit}, seed {seed}, {seconds:,.0f} s, nothing wrong")
    for what, number in sorted(tally.items()):
        print(f"  {number:>9,} {what}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("topics", nargs="*", help=f"of {', '.join(TOPICS)}; default all")
    parser.add_argument("--count", type=int, help="how often, instead of the topic's own number")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    for topic in args.topics or TOPICS:
        torture(topic, args.count or TOPICS[topic][1], args.seed)


if __name__ == "__main__":
    main()
