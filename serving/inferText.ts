import type { Answered } from './answerRequest.ts';
import { keptWords } from './keptWords.ts';
import type { InferRequest } from './parseInfer.ts';
import type { OutputName } from './parseOutputs.ts';
import type { Answering } from './slots.ts';

/**
 * The answer of the Open Inference Protocol v2 as JSON, the same as that of `inferReply`: what stands in all answers of a
 * version in an epoch is written once.
 */
export function inferText({ pipeline, answering, requestId, asked, scores, reason }: Answered<InferRequest>): string {
  const { model, parameters, facts } = wordsOf(pipeline, answering);
  const id = asked.id === undefined ? `"${requestId}"` : JSON.stringify(asked.id);
  const outputs = asked.outputs.map(({ name }) => outputText(name, answering, scores)).join(',');
  return `${model}${id}${parameters}${JSON.stringify(reason)}${facts}"${requestId}"},"outputs":[${outputs}]}`;
}

interface Words {
  /** Up to the id. */
  readonly model: string;
  /** Up to the reason. */
  readonly parameters: string;
  /** Up to the request's id. */
  readonly facts: string;
}

const wordsOf = keptWords((pipeline, answering): Words => {
  const { loaded, epoch, variant } = answering;
  const { version, digest } = loaded.routed;
  const { threshold } = loaded.package;
  return {
    model: `{"model_name":${JSON.stringify(pipeline)},"model_version":"${version}","id":`,
    parameters: `,"parameters":{"variant":${JSON.stringify(variant)},"reason":`,
    facts: `,"version":${version},"digest":"${digest}","epoch":${epoch},"threshold":${threshold},"requestId":`,
  };
});

/** Scores are finite: `requireScores` has seen to that. */
function outputText(name: OutputName, { loaded }: Answering, scores: Float32Array): string {
  if (name === 'score')
    return `{"name":"score","datatype":"FP32","shape":[${scores.length}],"data":[${scores.join()}]}`;
  const { threshold, answer } = loaded.package;
  const answers = Array.from(scores, (score) => (score >= threshold ? answer.positive : answer.negative));
  return `{"name":"answer","datatype":"BYTES","shape":[${scores.length}],"data":${JSON.stringify(answers)}}`;
}
