import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alertEnd } from '../../core/alertEnd.ts';
import type { FindingState, MonitorFinding } from '../../core/look.ts';

const state = fc.constantFrom<FindingState>('fine', 'off', 'too little to say');
const listed = (texts: string[]) => texts.join(', ');

test('an end says that all is fine only where the look found it so, and what is known of the version in its place', () => {
  fc.assert(
    fc.property(fc.option(state), fc.boolean(), fc.option(state), (old, isOver, now) => {
      const over = isOver && old === 'fine';
      const findings = [
        ...(old === null ? [] : [{ ...of(3, old), ...(over && { over: true as const }) }]),
        ...(now === null ? [] : [of(4, now)]),
      ];
      const said = alertEnd([part], { champion: { version: 4, epoch: 2 }, findings }, listed);
      const isFine = old === 'fine' && !over;
      expect(said.startsWith('fine again: auc of champion (version 3)')).toBe(isFine);
      const place = { fine: 'is fine', off: 'is off as well', 'too little to say': 'is not yet judged' };
      expect(said.endsWith(`; version 4 ${place[now ?? 'too little to say']}`)).toBe(!isFine);
    }),
  );
  expect(alertEnd([part], { champion: null, findings: [] }, listed)).toBe(
    'nothing more is found of: auc of champion (version 3)',
  );
});

const part = { firing: true, since: '2001-03-15T12:00:00.000Z', finding: of(3, 'off') };

function of(version: number, found: FindingState): MonitorFinding {
  return {
    ...{ monitor: 'auc', kind: 'performance', about: `auc of champion (version ${version})`, state: found },
    ...{ from: '', to: '', rows: 9, value: 0.5, limit: 0.7, text: '' },
  };
}
