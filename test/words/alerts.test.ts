import { expect, test } from 'vitest';
import { alert } from '../../words/alert.ts';
import { inputDrift } from '../../words/inputDrift.ts';
import { requireShape } from '../../words/requireShape.ts';
import { scoreDrift } from '../../words/scoreDrift.ts';
import { type WatchDefinition, watchOf, watchShape } from '../../words/watchDefinition.ts';
import { type WebhookOptions, webhook } from '../../words/webhook.ts';

const monitors = [inputDrift({ id: 'origins' }), inputDrift({ id: 'hours' }), scoreDrift()];
const url = 'https://ops.example/alerts';
const secret = 'env:WHET_WEBHOOK_SECRET';

/** As `definePipeline` reads the section. */
function planned(definition: unknown) {
  const whole = { monitors, ...(definition as object) };
  requireShape(watchShape, whole, 'watch');
  return watchOf(whole as WatchDefinition, 'auc', 'watch');
}

test('a rule names monitors by id and by kind, and what is left out is usual', () => {
  const decay = alert('decay', { on: ['origins', 'score drift'], severity: 'page', after: 3, until: 1 });
  expect(planned({ alerts: [decay, alert('hours', { on: 'hours' })] }).alerts).toEqual([
    { name: 'decay', on: ['origins', 'score drift'], severity: 'page', after: 3, until: 1 },
    { name: 'hours', on: ['hours'], severity: 'ticket', after: 1, until: 2 },
  ]);
});

test('without rules there is one for each kind of monitor; an empty list is none', () => {
  expect(planned({}).alerts).toMatchObject([
    { name: 'input-drift', on: ['input drift'] },
    { name: 'score-drift', on: ['score drift'] },
  ]);
  expect(planned({ alerts: [] }).alerts).toEqual([]);
});

test('receivers hold the names of the variables, never a secret', () => {
  const tell = [webhook({ url, secret }), webhook({ name: 'duty', url: 'env:DUTY_URL', secret, severities: ['page'] })];
  expect(planned({ tell }).receivers).toEqual([
    { kind: 'webhook', name: 'webhook', url, secret },
    { kind: 'webhook', name: 'duty', url: 'env:DUTY_URL', secret, severities: ['page'] },
  ]);
});

const told = (changes: object) => webhook({ url, secret, ...changes } as WebhookOptions);

test.each<[() => object, string]>([
  [() => ({ alerts: [alert('decay', { on: 'orgins' })] }), "Did you mean 'origins'?"],
  [() => ({ alerts: [alert('decay', { on: 'staleness' })] }), 'score drift'],
  [() => ({ alerts: [alert('decay', { on: [] })] }), 'one monitor or more'],
  [() => ({ alerts: [alert('The decay', { on: 'hours' })] }), 'small letters'],
  [() => ({ alerts: [alert('a', { on: 'hours' }), alert('a', { on: 'origins' })] }), 'each name once'],
  [() => ({ alerts: [alert('a', { on: 'hours', after: 0 })] }), 'watch.alerts[0], after'],
  [() => ({ alerts: [alert('a', { on: 'hours', severity: 'loud' as 'page' })] }), "'page', 'ticket' or 'note'"],
  [() => ({ alerts: ['decay'] }), 'an alert, such as'],
  [() => ({ tell: [told({}), told({})] }), 'a name for each receiver'],
  [() => ({ tell: [told({ url: 'ops.example' })] }), 'an http address, or env:NAME'],
  [() => ({ tell: [told({ severities: [] })] }), 'severities'],
  [() => ({ tell: [url] }), 'a receiver, such as'],
])('what nobody could be told of is refused: %#', (definition, said) => {
  expect(() => planned(definition())).toThrow(said);
});

test('a secret in the pipeline file is refused, and not repeated', () => {
  const whsec = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const refused = () => planned({ tell: [told({ secret: whsec })] });
  expect(refused).toThrow('env:NAME');
  expect(refused).not.toThrow(/MfKQ/);
});
