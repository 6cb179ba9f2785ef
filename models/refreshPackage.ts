import type { GraphPart } from '../core/graph.ts';
import type { RefreshedFrom } from '../core/ledger.ts';
import type { HourTable } from '../core/matrix.ts';
import type { ModelPackage } from '../core/modelPackage.ts';
import type { DataPorts } from '../datasets/dataPorts.ts';
import { buildWholeTable } from '../features/buildTables.ts';
import { getObject, getObjectJson, putObject, putObjectJson } from '../storage/objects.ts';
import { modelGraph } from './modelGraph.ts';
import { decodeModel } from './onnx/decodeModel.ts';
import { encodeModel } from './onnx/encodeModel.ts';
import { type ProvenOn, provenRows } from './provenRows.ts';
import { openNetworkScorer } from './scorers/networkScorer.ts';
import { openOrtScorer } from './scorers/ortScorer.ts';

/** Raised when the same package would be refreshed to another. */
export const refreshVersion = 1;

export interface RefreshInput extends ProvenOn {
  /** `objects/<sha256>` of the `ModelPackage` to refresh. */
  readonly package: string;
  readonly refresh: RefreshedFrom;
}

/**
 * A package with the table of the window's `asOf`, and with the network, the encoders, the thresholds and the sketches of
 * the package before, byte for byte. Both graphs are proven to agree, and the golden rows scored anew. Null where the
 * table is the one that the package has. Throws `snapshot.missing-hour`, `package.no-rows`, `package.parity-failed`.
 */
export async function refreshPackage(
  ports: DataPorts,
  input: RefreshInput,
): Promise<{ id: string; package: ModelPackage } | null> {
  const { plan, snapshot, window, refresh } = input;
  const held = await getObjectJson<ModelPackage>(ports.store, input.package);
  const { object } = await buildWholeTable(ports, plan, snapshot, window.asOf);
  if (object === held.table) return null;
  const table = await getObjectJson<HourTable>(ports.store, object);
  const network = await getObject(ports.store, held.network.digest);
  const model = encodeModel(modelGraph(plan, held.encoders, table, networkOf(network)));
  const golden = await proven(ports, input, held, { model, network, table });
  const made: ModelPackage = {
    ...held,
    asOf: window.asOf,
    model: { digest: await putObject(ports.store, model), bytes: model.byteLength },
    table: object,
    golden,
    lineage: { ...held.lineage, refresh: { ...refresh, package: input.package, snapshot: snapshot.id } },
  };
  return { id: await putObjectJson(ports.store, made), package: made };
}

/** The weights lie in `network.onnx`, whoever trained them: it is taken out of there as it was put in. */
function networkOf(network: Uint8Array): GraphPart {
  const { nodes, initializers, outputs } = decodeModel(network);
  const [output] = outputs;
  if (output === undefined) throw new TypeError('Expected a network with an output.');
  return { nodes, initializers, output: output.name };
}

async function proven(
  ports: DataPorts,
  on: ProvenOn,
  { encoders, threshold }: ModelPackage,
  made: { readonly model: Uint8Array; readonly network: Uint8Array; readonly table: HourTable },
): Promise<ModelPackage['golden']> {
  const network = await openNetworkScorer(made.network);
  const model = await openOrtScorer(made.model);
  try {
    return await provenRows(ports, on, encoders, { network, model, threshold, table: made.table });
  } finally {
    await Promise.all([network.release(), model.release()]);
  }
}
