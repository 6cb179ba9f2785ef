import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answeredBy } from './answeredBy.ts';
import { answerSoon } from './answerRequest.ts';
import { headerMetadata } from './headerMetadata.ts';
import { type InferReply, inferReply, rawOutput } from './inferReply.ts';
import { inferText } from './inferText.ts';
import { type InferRequest, parseInfer } from './parseInfer.ts';
import type { RowShape } from './rowShape.ts';
import type { ServingState } from './servingState.ts';

/** Parameters of `/v2/models/<model>[/versions/<version or alias>]…`. */
export interface ModelRoute {
  Params: { model: string; version?: string };
}

/** `POST /v2/models/<model>[/versions/<version or alias>]/infer`, of the Open Inference Protocol v2. */
export function addInferRoutes(server: FastifyInstance, state: ServingState): void {
  for (const path of ['/v2/models/:model/infer', '/v2/models/:model/versions/:version/infer']) {
    server.post<ModelRoute>(path, { config: { role: 'predict' } }, (request, reply) => infer(state, request, reply));
  }
}

function infer(state: ServingState, request: FastifyRequest<ModelRoute>, reply: FastifyReply): Promise<void> | void {
  const { params, headers, body } = request;
  const said = { id: headers['x-request-id'], jsonBytes: headers[jsonBytes], encoding: headers['content-encoding'] };
  const read = (shape: RowShape): InferRequest => parseInfer(shape, body, said, state.maxRows);
  const metadata = headerMetadata(headers, request.caller);
  const asked = { model: params.model, label: params.version, read, metadata };
  return answerSoon(state, asked, (answered) => {
    request.answeredBy = answeredBy(answered);
    if (answered.asked.outputs.some(({ binary }) => binary)) sendBinary(reply, inferReply(answered));
    else reply.header('content-type', 'application/json; charset=utf-8').send(inferText(answered));
  });
}

/** Bytes of JSON, after which raw tensors follow. */
const jsonBytes = 'inference-header-content-length';

/** Raw tensors after the JSON, in the order of its outputs that have a `binary_data_size`. */
function sendBinary(reply: FastifyReply, answer: InferReply): void {
  const raws: Buffer[] = [];
  const outputs = answer.outputs.map((output) => {
    const { name, datatype, shape, values } = output;
    if (!output.binary) return { name, datatype, shape, data: values };
    const raw = rawOutput(output);
    raws.push(raw);
    return { name, datatype, shape, parameters: { binary_data_size: raw.length } };
  });
  const { modelName, modelVersion, id, parameters } = answer;
  const json = Buffer.from(
    JSON.stringify({ model_name: modelName, model_version: modelVersion, id, parameters, outputs }),
  );
  reply.header(jsonBytes, json.length).header('content-type', 'application/octet-stream');
  reply.send(Buffer.concat([json, ...raws]));
}
