import type { SourceKind } from '../../core/contractPlan.ts';
import { checkOutSnapshot } from '../../datasets/snapshots/checkOutSnapshot.ts';
import { findSnapshot } from '../../datasets/snapshots/findSnapshot.ts';
import { openWorkDatabase } from '../../workers/openPorts.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson } from '../output.ts';

interface CheckoutOptions extends JsonOption {
  readonly to: string;
  readonly format: SourceKind;
}

/** Writes a snapshot's rows as files. Throws `snapshot.unknown`, and as `checkOutSnapshot`. */
export async function snapshotCheckout(name: string, { to, format, json }: CheckoutOptions): Promise<void> {
  const workplace = openWorkplace();
  const snapshot = await findSnapshot(workplace.store, name);
  const database = await openWorkDatabase(workplace);
  try {
    const { files } = await checkOutSnapshot({ store: workplace.store, database }, snapshot, to, format);
    if (json) return printJson({ id: snapshot.id, to, format, files });
    const rows = files.reduce((sum, file) => sum + file.rows, 0);
    print(`${rows} rows of ${snapshot.id} in ${files.length} files of ${to}, and manifest.json`);
  } finally {
    database.close();
  }
}
