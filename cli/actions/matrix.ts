import { findRun, hasMatrix, matrixOfRun } from '../../activities/runRecords.ts';
import type { FeatureMatrix } from '../../core/matrix.ts';
import { exportMatrix } from '../../features/exportMatrix.ts';
import { getObjectJson } from '../../storage/objects.ts';
import { openWorkDatabase } from '../../workers/openPorts.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson } from '../output.ts';

interface MatrixOptions extends JsonOption {
  readonly to: string;
  readonly format?: 'parquet' | 'csv';
}

/** Writes a run's feature matrix. Throws `run.unknown`, and as `exportMatrix`. */
export async function matrix(name: string, { to, format, json }: MatrixOptions): Promise<void> {
  const workplace = openWorkplace();
  const { store } = workplace;
  const record = await findRun(store, name, hasMatrix);
  const held = await getObjectJson<FeatureMatrix>(store, matrixOfRun(record));
  const database = await openWorkDatabase(workplace);
  try {
    const written = await exportMatrix(
      { store, database },
      held,
      to,
      format ?? (to.endsWith('.csv') ? 'csv' : 'parquet'),
    );
    if (json) return printJson({ run: record.run, to, ...written });
    const { train, validate, test } = written.rows;
    print(`${train} rows to train, ${validate} to validate, ${test} to test, of ${record.run}, in ${to}`);
    print(`Inputs of a model, in this order: ${written.columns.join(', ')}`);
  } finally {
    database.close();
  }
}
