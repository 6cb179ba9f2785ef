import { expect, test } from 'vitest';
import { eventTurns } from '../../models/eventTurns.ts';

test('the event loop turns after a millisecond of computing, and not for less', async () => {
  const giveWay = eventTurns();
  let turned = false;
  setImmediate(() => {
    turned = true;
  });
  for (let turn = giveWay(); ; turn = giveWay()) {
    await turn;
    if (turn !== undefined) break;
    expect(turned).toBe(false);
  }
  expect(turned).toBe(true);
});
