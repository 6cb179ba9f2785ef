"""Reads and judges the dirty flights with Great Expectations on pandas, complete, and tells of it in a line of JSON."""

import json
import resource
import sys
import time

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import ColumnPairMapExpectation
from great_expectations.expectations.metrics.map_metric_provider import (
    ColumnPairMapMetricProvider,
    column_pair_condition_partial,
)


class PairDiffers(ColumnPairMapMetricProvider):
    """No expectation that comes with the package says that two columns differ."""

    condition_metric_name = "column_pair_values.differs"
    condition_domain_keys = ("column_A", "column_B")
    condition_value_keys = ()

    @column_pair_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_A, column_B, **kwargs):
        return column_A != column_B


class ExpectColumnPairToDiffer(ColumnPairMapExpectation):
    map_metric = "column_pair_values.differs"
    success_keys = ()
    ignore_row_if: str = "either_value_is_missing"


code = "^[A-Z0-9]{3}$"
rules = [
    *(gxe.ExpectColumnValuesToNotBeNull(column=name) for name in ("delay", "origin", "destination")),
    gxe.ExpectColumnValuesToBeBetween(column="delay", min_value=-120, max_value=1500),
    gxe.ExpectColumnValuesToBeBetween(column="distance", min_value=0, max_value=5000),
    *(gxe.ExpectColumnValuesToMatchRegex(column=name, regex=code) for name in ("origin", "destination")),
    ExpectColumnPairToDiffer(column_A="origin", column_B="destination"),
]

started = time.perf_counter()
context = gx.get_context(mode="ephemeral")
context.variables.progress_bars = {"globally": False}
source = context.data_sources.add_pandas("flights").add_dataframe_asset("dirty")
batch = source.add_batch_definition_whole_dataframe("whole")
suite = context.suites.add(gx.ExpectationSuite(name="flights", expectations=rules))
definition = gx.ValidationDefinition(name="dirty", data=batch, suite=suite)
frame = pd.read_parquet(sys.argv[1])
result = context.validation_definitions.add(definition).run(
    batch_parameters={"dataframe": frame}, result_format={"result_format": "COMPLETE"}
)
rows = [one.result.get("unexpected_index_list") or [] for one in result.results]
bad = set().union(*rows)
seconds = time.perf_counter() - started

used = resource.getrusage(resource.RUSAGE_SELF)
found = {
    "seconds": seconds,
    "bad": len(bad),
    "reasons": sum(len(of_rule) for of_rule in rows),
    "cpuSeconds": used.ru_utime + used.ru_stime,
    "peakMb": used.ru_maxrss / 1024,
}
print(json.dumps(found))
