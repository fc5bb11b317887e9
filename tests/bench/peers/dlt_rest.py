"""What a usual ELT tool does with the same pages: dlt's REST source into the same Postgres, merged by dossier code.

Run by the interpreter of ``.tools/peers``, never imported: ``dlt_rest.py default|fastest ROWS PAGE_SIZE``, with the
addresses in the environment. Prints the seconds of ``pipeline.run`` for a first load and for a second one over the
same pages, as JSON. It keeps every field of the record: it has no allow-list.
"""

import json
import os
import sys
import tempfile
import time

import dlt
from dlt.sources.rest_api import rest_api_source

FASTEST = {
    "NORMALIZE__WORKERS": "2",
    "NORMALIZE__DATA_WRITER__FILE_MAX_ITEMS": "20000",
    "EXTRACT__DATA_WRITER__FILE_MAX_ITEMS": "20000",
    "NORMALIZE__START_METHOD": "spawn",
}


def source(portal: str, rows: int, page_size: int, *, fastest: bool) -> object:
    """The declarative source as dlt's documentation writes one."""
    merge = {"disposition": "merge", "strategy": "upsert"} if fastest else "merge"
    paginator = {
        "type": "page_number",
        "base_page": 0,
        "page_param": "page",
        "total_path": None,
        "maximum_page": rows // page_size,
    }
    sign_on = {
        "type": "oauth2_client_credentials",
        "access_token_url": f"{portal}/auth/realms/digo/protocol/openid-connect/token",
        "client_id": "sandbox-client",
        "client_secret": "sandbox-secret",
    }
    query = {"size": page_size, "spec": "page", "sort": "updatedDate,desc"}
    dossiers = {
        "name": "dossiers",
        "primary_key": "code",
        "write_disposition": merge,
        "endpoint": {"path": "pa/dossier/search", "params": query, "paginator": paginator, "data_selector": "content"},
    }
    return rest_api_source({"client": {"base_url": portal, "auth": sign_on}, "resources": [dossiers]})


def main() -> None:
    variant, rows, page_size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    fastest = variant == "fastest"
    os.environ |= {"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "ERROR"} | (FASTEST if fastest else {})
    seconds = []
    with tempfile.TemporaryDirectory() as directory:
        pipeline = dlt.pipeline(
            f"peer_{variant}",
            pipelines_dir=directory,
            destination=dlt.destinations.postgres(os.environ["DATABASE_URL"]),
            dataset_name=f"peer_{variant}",
        )
        for _ in ("first load", "again"):
            started = time.perf_counter()
            pipeline.run(
                source(os.environ["PORTAL_URL"], rows, page_size, fastest=fastest),
                loader_file_format="csv" if fastest else None,
            )
            seconds.append(time.perf_counter() - started)
        with pipeline.sql_client() as client:
            stored = client.execute_sql("select count(*) from dossiers")[0][0]
            client.drop_dataset()
    print(json.dumps({"stored": stored, "first": seconds[0], "again": seconds[1]}))


if __name__ == "__main__":
    main()
