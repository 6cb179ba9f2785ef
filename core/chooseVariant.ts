import type { Traffic } from './routing.ts';
import { keyHash, uniformOf } from './uniformHash.ts';

/** Who is to answer a request, why, and who else scores it. */
export interface Choice {
  /** `champion` or the name of a variant. */
  readonly variant: string;
  readonly reason: ChoiceReason;
  /** Variants that score it without answering. */
  readonly shadows: readonly string[];
}

/** `rule`: a rule named the variant. `sticky`: the caller's key drew it. `weight`: the request drew it. */
export type ChoiceReason = 'rule' | 'sticky' | 'weight';

/** Value of the request's metadata of that name; undefined where it has none. */
export type MetadataOf = (name: string) => string | undefined;

/** Names that score and never answer: a model kept for comparison, and one that only records. */
export const neverAnswer: readonly string[] = ['reference', 'decoy'];

/** What `chooseVariant` needs of a traffic, made once when the traffic is applied. */
export interface Draw {
  readonly traffic: Traffic<unknown>;
  readonly salt: number;
  readonly answering: readonly Weighted[];
  readonly shadowing: readonly Weighted[];
}

interface Weighted {
  readonly name: string;
  readonly salt: number;
  readonly share: number;
}

/** Pipelines draw apart from each other: a caller who has the challenger of one may have the champion of the next. */
export function drawOf(pipeline: string, traffic: Traffic<unknown>): Draw {
  const weighted = (share: 'weight' | 'shadow'): Weighted[] =>
    Object.entries(traffic.variants)
      .filter(([name, variant]) => variant[share] > 0 && !(share === 'weight' && neverAnswer.includes(name)))
      .map(([name, variant]) => ({ name, salt: keyHash(`${share} ${name}`), share: variant[share] }));
  const others = weighted('weight');
  const left = 1 - others.reduce((sum, { share }) => sum + share, 0);
  const champion = { name: 'champion', salt: keyHash('weight champion'), share: left };
  return {
    traffic,
    salt: keyHash(pipeline),
    answering: left > roundingOf ? [champion, ...others] : others,
    shadowing: weighted('shadow'),
  };
}

/** Weights of 0.1 and 0.9 leave 1e-17 over. */
const roundingOf = 1e-9;

/**
 * Who answers a request, by its metadata and its own id alone: every process chooses alike. The first rule that fits wins;
 * then the value of `stickyBy` draws, where the request has one; else its id.
 */
export function chooseVariant(draw: Draw, requestId: string, metadataOf: MetadataOf): Choice {
  const { rules, stickyBy } = draw.traffic;
  const request = keyHash(requestId, draw.salt);
  const rule = rules.find(({ when }) => fits(when, metadataOf));
  if (rule !== undefined) return choice(draw, rule.variant, 'rule', request);
  const key = stickyBy === undefined ? undefined : metadataOf(stickyBy);
  if (key === undefined) return choice(draw, drawn(draw.answering, request), 'weight', request);
  return choice(draw, drawn(draw.answering, keyHash(key, draw.salt)), 'sticky', request);
}

function fits(when: Readonly<Record<string, string>>, metadataOf: MetadataOf): boolean {
  for (const name in when) if (metadataOf(name) !== when[name]) return false;
  return true;
}

/**
 * Weighted rendezvous hashing (Thaler and Ravishankar 1998; weights by logarithms, Schindelhauer and Schomaker 2005): of
 * exponential draws with the weights as rates the smallest wins, variant i with probability w_i. A key moves to another
 * variant only where that one's weight grew against the weight of the one that it leaves.
 */
function drawn(variants: readonly Weighted[], key: number): string {
  let [winner, smallest] = ['champion', Number.POSITIVE_INFINITY];
  for (const { name, salt, share } of variants) {
    const wait = -Math.log(uniformOf(key, salt)) / share;
    if (wait < smallest) [winner, smallest] = [name, wait];
  }
  return winner;
}

const nobody: readonly string[] = [];

/** Shadows are drawn by request, so that they see a sample of the requests and not of the callers. */
function choice({ shadowing }: Draw, variant: string, reason: ChoiceReason, request: number): Choice {
  if (shadowing.length === 0) return { variant, reason, shadows: nobody };
  const shadows = shadowing
    .filter(({ name, salt, share }) => name !== variant && uniformOf(request, salt) < share)
    .map(({ name }) => name);
  return { variant, reason, shadows };
}
