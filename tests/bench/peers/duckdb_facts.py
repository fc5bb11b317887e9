"""What an embedded columnar engine does with the same judged facts: DuckDB over a native table of them.

Run by the interpreter of ``.tools/peers``, never imported: ``duckdb_facts.py FACTS.csv``. Prints milliseconds of each
question, and the numbers found, as JSON; whoever asks compares the numbers with Motcua's.
"""

import json
import sys
import time

import duckdb

LOAD = """
    create table fact as select * from read_csv(?, header = true, nullstr = '', columns = {
        'agency_code': 'varchar', 'procedure_code': 'varchar', 'channel': 'tinyint', 'received_on': 'date',
        'ended_on': 'date', 'outcome': 'tinyint'})
"""
COUNTS = """
    count(*) filter (where received_on < date '2024-01-01' and (ended_on is null or ended_on >= date '2024-01-01')),
    count(*) filter (where received_on between date '2024-01-01' and date '2024-12-31'),
    count(*) filter (where ended_on between date '2024-01-01' and date '2024-12-31' and outcome = 1),
    count(*) filter (where ended_on between date '2024-01-01' and date '2024-12-31' and outcome = 2),
    count(*) filter (where ended_on between date '2024-01-01' and date '2024-12-31' and outcome = 3)
"""
QUESTIONS = {
    "province-year": f"select {COUNTS} from fact",
    "province-year by agency": f"select agency_code, {COUNTS} from fact group by 1 order by 1",
    "one procedure": f"select {COUNTS} from fact where procedure_code = (select min(procedure_code) from fact)",
}


def main() -> None:
    connection = duckdb.connect(config={"threads": 2})
    connection.execute(LOAD, [sys.argv[1]])
    told = {}
    for name, question in QUESTIONS.items():
        connection.execute(question).fetchall()
        milliseconds = []
        for _ in range(15):
            started = time.perf_counter()
            found = connection.execute(question).fetchall()
            milliseconds.append((time.perf_counter() - started) * 1000)
        told[name] = {"milliseconds": sorted(milliseconds), "found": found if len(found) == 1 else len(found)}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
