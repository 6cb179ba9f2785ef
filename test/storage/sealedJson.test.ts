import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSealed, openHint, openJson, sealedJson } from '../../storage/sealedJson.ts';

const document = { name: 'größe', list: [1, 2.5, null], '~': {}, seal: 'of their own' };

test('a sealed document is JSON for every tool, and gives its value without the seal', () => {
  for (const value of [document, {}, { a: 1 }]) {
    const bytes = sealedJson(value);
    expect(JSON.parse(Buffer.from(bytes).toString())).toMatchObject({
      ...value,
      seal: expect.stringMatching(/^sha256-/),
    });
    expect(openJson('k', bytes)).toEqual(value);
  }
});

test('any value comes back as it was', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      expect(openJson('k', sealedJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('every single bit that flips is told, in the seal as in the value', () => {
  const bytes = sealedJson(document);
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const flipped = Uint8Array.from(bytes);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(isSealed(flipped)).toBe(true);
    expect(() => openJson('some/key.json', flipped)).toThrow(/^storage\.damaged: expected .* in some\/key\.json/);
    expect(openHint('some/key.json', flipped)).toBeUndefined();
  }
});

test('documents that are cut, or swapped under another seal, are told; those that never had a seal are read', () => {
  const [bytes, other] = [sealedJson(document), sealedJson({ a: 1 })];
  expect(() => openJson('k', bytes.subarray(0, -1))).toThrow('storage.damaged');
  expect(() => openJson('k', Buffer.concat([bytes.subarray(0, -62), other.subarray(-62)]))).toThrow('storage.damaged');
  expect(openJson('k', Buffer.from('{ "by": "hand" }\n'))).toEqual({ by: 'hand' });
  expect(() => openJson('k', Buffer.from('{'))).toThrow('storage.damaged: expected JSON in k');
});

test('a list has no place for a seal', () => {
  expect(() => sealedJson([1])).toThrow(TypeError);
});
