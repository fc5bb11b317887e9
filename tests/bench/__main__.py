"""``make bench``: what this machine reaches, as ratios. ``make bench ARGS="--dossiers 500000"`` for more."""

import argparse
import asyncio

from bench import elt, ingest, millions, province, questions
from bench.stack import Stack, a_stack


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--dossiers", type=int, default=200_000)
    parser.add_argument("--page-size", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peer-dossiers", type=int, default=200_000, help="for the ELT tool")
    parser.add_argument("--peer-rounds", type=int, default=1, help="of the ELT tool: each takes minutes")
    parser.add_argument("--only-peer", action="store_true", help="nothing but the comparison with the ELT tool")
    parser.add_argument(
        "--province", type=int, metavar="DOSSIERS", help="seconds and memory of a whole province instead"
    )
    parser.add_argument(
        "--millions", type=int, metavar="DOSSIERS", help="figures over so many dossiers, loaded in bulk, instead"
    )
    options = parser.parse_args()
    if options.millions:
        _millions(options.millions)
        return
    if options.province:
        _province(options.province, options.page_size)
        return
    if options.only_peer:
        _peer(options.peer_dossiers, options.page_size, options.peer_rounds)
        return
    with a_stack(dossiers=options.dossiers, page_size=options.page_size) as stack:
        print(f"{options.dossiers:,} dossiers, pages of {options.page_size:,}, median of {options.rounds}\n")
        print(f"{'ingest':<32}{'rows/s':>12}{'of limit':>10}")
        ratios = ingest.measure(stack, dossiers=options.dossiers, page_size=options.page_size, rounds=options.rounds)
        for ratio in ratios:
            print(f"{ratio.name:<32}{ratio.rows_per_second:>12,.0f}{ratio.of_limit:>10.2f}")
        print(f"\n{questions.project(stack)}")
        _questions(stack)
    _peer(options.peer_dossiers, options.page_size, options.peer_rounds)


def _peer(dossiers: int, page_size: int, rounds: int) -> None:
    with a_stack(dossiers=dossiers, page_size=page_size) as stack:
        title = f"{dossiers:,} dossiers into the same Postgres"
        print(f"\n{title:<40}{'first/s':>12}{'again/s':>12}{'times':>10}{'times':>10}")
        for line in elt.measure(stack, dossiers=dossiers, page_size=page_size, rounds=rounds):
            print(line, flush=True)


def _questions(stack: Stack) -> None:
    print(f"\n{'figures':<52}{'p50 ms':>10}{'p99 ms':>10}{'of recount':>12}")
    for line in questions.measure(stack):
        print(line, flush=True)


def _millions(dossiers: int) -> None:
    async def told() -> None:
        async for line in millions.measure(stack, dossiers):
            print(line, flush=True)

    with a_stack(dossiers=1, page_size=200) as stack:
        asyncio.run(told())


def _province(dossiers: int, page_size: int) -> None:
    with a_stack(dossiers=dossiers, page_size=page_size) as stack:
        print(f"{dossiers:,} dossiers, pages of {page_size:,}\n\n{'step':<32}{'s':>10}{'rows/s':>12}{'peak MB':>12}")
        for line in province.measure(stack, dossiers=dossiers):
            print(line, flush=True)
        _questions(stack)


if __name__ == "__main__":
    main()
