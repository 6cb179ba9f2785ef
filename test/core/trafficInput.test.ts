import { describe, expect, test } from 'vitest';
import { checkTrafficInput } from '../../core/trafficInput.ts';

describe('checkTrafficInput', () => {
  test('takes a word with as little as it can, and leaves the rest to the pipeline', () => {
    expect(checkTrafficInput({ traffic: { variants: { b: { version: 3, weight: 0.5 } } }, who: 'ana' })).toEqual({
      traffic: { variants: { b: { version: 3, weight: 0.5, shadow: 0 } } },
      who: 'ana',
    });
    expect(checkTrafficInput({ traffic: null })).toEqual({ traffic: null });
  });

  test.each<[unknown, string, string]>([
    [undefined, 'input.invalid', "an object with 'traffic'"],
    [[], 'input.invalid', "an object with 'traffic'"],
    [{ traffic: null, version: 3 }, 'input.invalid', '"version"'],
    [{ traffic: null, who: 7 }, 'input.invalid', "a text in 'who'"],
    [{ traffic: 7 }, 'traffic.invalid', 'an object in traffic'],
    [{ traffic: { variants: 7 } }, 'traffic.invalid', 'an object in variants'],
    [{ traffic: { variants: { b: 7 } } }, 'traffic.invalid', 'variants.b'],
    [{ traffic: { variants: {}, stickyby: 'customer' } }, 'traffic.invalid', "'stickyby'"],
    [{ traffic: { variants: { b: { version: 0 } } } }, 'traffic.invalid', 'a version in variants.b'],
  ])('refuses %j', (input, code, told) => {
    expect(() => checkTrafficInput(input)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(told) }),
    );
  });
});
