import type { Graph } from '../../core/graph.ts';
import type { ModelPackage } from '../../core/modelPackage.ts';
import type { RoutedVersion } from '../../core/routing.ts';
import { decodeModel } from '../../models/onnx/decodeModel.ts';
import { encodeModel } from '../../models/onnx/encodeModel.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { getObject, getObjectJson, putObject, putObjectJson } from '../../storage/objects.ts';
import { pipeline, putVersion } from './fixture.ts';

/** The package of `putVersion` with the same scores, but one that can be compiled: int64 quotients cannot. */
export async function putCompiled(store: ObjectStore, version: number, name = pipeline): Promise<RoutedVersion> {
  const held = await getObjectJson<ModelPackage>(store, (await putVersion(store, version, name)).package);
  const bytes = encodeModel(withoutQuotient(decodeModel(await getObject(store, held.model.digest))));
  const digest = await putObject(store, bytes);
  const made: ModelPackage = { ...held, model: { digest, bytes: bytes.byteLength } };
  return { version, package: await putObjectJson(store, made), digest };
}

/** The hour as `(time - time mod hour) / hour`, divided once it is a float. */
function withoutQuotient(graph: Graph): Graph {
  const perHour = { name: 'perHour', dims: [], type: 'float' as const, values: Float32Array.of(0.01 / 3_600_000) };
  const nodes = graph.nodes.flatMap((node) =>
    node.op !== 'Div'
      ? [node]
      : [
          { op: 'Mod', inputs: node.inputs, outputs: ['within'] },
          { op: 'Sub', inputs: ['time', 'within'], outputs: node.outputs },
        ],
  );
  return {
    ...graph,
    nodes,
    initializers: graph.initializers.map((held) => (held.name === 'perHour' ? perHour : held)),
  };
}
