import { expect, test } from 'vitest';
import { WhetError } from '../../core/errors.ts';

test.each(['none', 'a run that was rejected: too few rows.'])(
  'an error is told in whole sentences where %j came',
  (came) => {
    const { message } = new WhetError('run.unknown', { expected: 'a run', came, todo: 'Name one.' });
    expect(message).toMatch(/^run\.unknown: expected a run, but came [^.]+\. Name one\.$/);
  },
);
