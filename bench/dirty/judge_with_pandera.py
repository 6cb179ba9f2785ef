"""Reads and judges the dirty flights with pandera on polars, all rules at once, and tells of it in a line of JSON."""

import json
import resource
import sys
import time

import pandera.polars as pa
import polars as pl

code = r"^[A-Z0-9]{3}$"
differ = pa.Check(
    lambda data: data.lazyframe.select((pl.col("origin") != pl.col("destination")).fill_null(True)),
    name="origin differs from destination",
)
schema = pa.DataFrameSchema(
    {
        "date": pa.Column(),
        "delay": pa.Column(checks=pa.Check.in_range(-120, 1500)),
        "distance": pa.Column(nullable=True, checks=pa.Check.in_range(0, 5000)),
        "origin": pa.Column(checks=pa.Check.str_matches(code)),
        "destination": pa.Column(checks=pa.Check.str_matches(code)),
    },
    checks=differ,
)

started = time.perf_counter()
frame = pl.read_parquet(sys.argv[1])
try:
    schema.validate(frame, lazy=True)
    cases = pl.DataFrame({"index": []})
except pa.errors.SchemaErrors as error:
    cases = error.failure_cases
seconds = time.perf_counter() - started

used = resource.getrusage(resource.RUSAGE_SELF)
found = {
    "seconds": seconds,
    "bad": cases["index"].n_unique(),
    "reasons": cases.height,
    "cpuSeconds": used.ru_utime + used.ru_stime,
    "peakMb": used.ru_maxrss / 1024,
}
print(json.dumps(found))
