import type { ClientReport, Kill, Life, Published } from './swapReport.ts';

export interface SwapEvidence {
  readonly client: ClientReport;
  readonly published: readonly Published[];
  readonly kills: readonly Kill[];
  readonly lives: readonly Life[];
  readonly connections: number;
}

/** All in which a soak of swaps broke what serving promises. */
export function findSwapViolations(evidence: SwapEvidence): string[] {
  return [
    ...evidence.client.failures.map((why) => `a call failed at both addresses: ${why}`),
    ...lostOutsideKills(evidence),
    ...notAllowed(evidence),
    ...outOfOrder(evidence),
    ...evidence.lives.flatMap(appliedTwice),
  ];
}

/** Only a process that was killed loses requests, those under way on its connections: each had one at most. */
function lostOutsideKills({ client, kills, connections }: SwapEvidence): string[] {
  const inTime = ({ address, began, failed }: ClientReport['retried'][number]) =>
    kills.find((kill) => kill.address === address && failed >= kill.killed && began <= kill.back);
  const strange = client.retried.filter((each) => inTime(each) === undefined || /^\d/.test(each.why));
  const underWay = kills.flatMap((kill) => {
    const cut = client.retried.filter((each) => inTime(each) === kill && each.why !== 'ECONNREFUSED');
    return cut.length <= connections
      ? []
      : [`${cut.length} requests were cut off by one death, on ${connections} lines`];
  });
  return [
    ...strange.map(({ address, why }) => `a request at address ${address} failed and nobody was killed: ${why}`),
    ...underWay,
  ];
}

/** Each answer comes from a variant and version of its epoch, and from no epoch that its process had left by then. */
function notAllowed({ client, published }: SwapEvidence): string[] {
  return client.seen.flatMap(({ session, epoch, variant, version, answers, last }) => {
    const by = published.find((each) => each.epoch === epoch);
    if (by === undefined) return [`${answers} answers by epoch ${epoch}, which was never published`];
    const wrong =
      by.allowed[variant] === version ? [] : [`${answers} answers by ${variant} ${version} in epoch ${epoch}`];
    const next = published.find((each) => each.epoch > epoch && each.applied[session] !== undefined);
    const late = last > (next?.applied[session] ?? Number.POSITIVE_INFINITY);
    return [
      ...wrong,
      ...(late ? [`an answer by epoch ${epoch} to a request that began after ${session} had said ${next?.epoch}`] : []),
    ];
  });
}

/** On one connection a process answers by epochs that only grow. */
function outOfOrder({ client }: SwapEvidence): string[] {
  const lines = Map.groupBy(client.seen, ({ connection, session }) => `connection ${connection} of ${session}`);
  return [...lines].flatMap(([line, seen]) => {
    const sorted = [...seen].sort((a, b) => a.epoch - b.epoch);
    return sorted.flatMap((each, at) => {
      const before = sorted[at - 1];
      const backwards = before !== undefined && before.epoch < each.epoch && before.last > each.began;
      return backwards ? [`${line}: epoch ${before.epoch} answered after epoch ${each.epoch}`] : [];
    });
  });
}

function appliedTwice({ address, pid, epochs }: Life): string[] {
  return epochs.flatMap((epoch, at) => {
    const before = epochs[at - 1] ?? Number.NEGATIVE_INFINITY;
    return epoch > before ? [] : [`process ${pid} of address ${address} applied epoch ${epoch} after ${before}`];
  });
}
