"""``make bench``: what this machine reaches, as ratios. ``make bench ARGS="--dossiers 500000"`` for more."""

import argparse

from bench import ingest, questions
from bench.stack import a_stack


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--dossiers", type=int, default=200_000)
    parser.add_argument("--page-size", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with a_stack(dossiers=options.dossiers, page_size=options.page_size) as stack:
        print(f"{options.dossiers:,} dossiers, pages of {options.page_size:,}, median of {options.rounds}\n")
        print(f"{'ingest':<32}{'rows/s':>12}{'of limit':>10}")
        ratios = ingest.measure(stack, dossiers=options.dossiers, page_size=options.page_size, rounds=options.rounds)
        for ratio in ratios:
            print(f"{ratio.name:<32}{ratio.rows_per_second:>12,.0f}{ratio.of_limit:>10.2f}")
        print(f"\n{'projection and figures':<52}{'p50 ms':>10}{'p99 ms':>10}{'of recount':>12}")
        for line in questions.measure(stack):
            print(line)


if __name__ == "__main__":
    main()
