import { type AnsweredBy, answeredBy } from './answeredBy.ts';
import { answerSoon } from './answerRequest.ts';
import { type AnswerBytes, type AskedBody, plainJson } from './askedBody.ts';
import { headerMetadata } from './headerMetadata.ts';
import { type InferReply, inferReply, rawOutput } from './inferReply.ts';
import { inferText } from './inferText.ts';
import { type InferRequest, parseInfer } from './parseInfer.ts';
import type { RowShape } from './rowShape.ts';
import type { ServingState } from './servingState.ts';

/** A request for scores in the Open Inference Protocol v2 over REST. */
export interface AskedInfer extends AskedBody {
  /** A version's number or alias, where the caller asks for that one. */
  readonly label?: string | undefined;
}

/** Bytes of JSON, after which raw tensors follow. */
export const jsonBytes = 'inference-header-content-length';

/** Answers it, at once where nothing has to be awaited. Throws, or rejects, as `answerSoon`. */
export function answerInfer(
  state: ServingState,
  { model, label, headers, caller, body }: AskedInfer,
  reply: (bytes: AnswerBytes, by: AnsweredBy) => void,
): Promise<void> | void {
  const said = { id: headers['x-request-id'], jsonBytes: headers[jsonBytes], encoding: headers['content-encoding'] };
  const read = (shape: RowShape): InferRequest => parseInfer(shape, body, said, state.maxRows);
  const asked = { model, label, read, metadata: headerMetadata(headers, caller) };
  return answerSoon(state, asked, (answered) => {
    const isBinary = answered.asked.outputs.some(({ binary }) => binary);
    const bytes = isBinary ? binaryBytes(inferReply(answered)) : { headers: plainJson, body: inferText(answered) };
    reply(bytes, answeredBy(answered));
  });
}

/** Raw tensors after the JSON, in the order of its outputs that have a `binary_data_size`. */
function binaryBytes(answer: InferReply): AnswerBytes {
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
  const headers = { [jsonBytes]: String(json.length), 'content-type': 'application/octet-stream' };
  return { headers, body: Buffer.concat([json, ...raws]) };
}
