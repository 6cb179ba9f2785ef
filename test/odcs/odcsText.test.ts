import { expect, test } from 'vitest';
import { readOdcsText } from '../../cli/odcsText.ts';
import type { DataMap } from '../../core/odcs/odcsData.ts';

/** The text with the same data but for what `change` gives. */
function changed(text: string, change: (data: DataMap) => DataMap): string {
  const { data, withData } = readOdcsText(text);
  return withData(change(data as DataMap));
}

test('comments, quotes, order, the place of lists and the ends of lines stay', () => {
  const text = [
    '# above',
    'b: "1" # beside',
    'list:',
    '- name: x # of x',
    "  more: ['a', 'b']",
    '  other: { a: 1 }',
    '# between',
    '- name: y',
    'a: 1',
    '',
  ].join('\r\n');
  expect(changed(text, (data) => ({ ...data, a: 2 }))).toBe(
    text.replace('a: 1\r\n', 'a: 2\r\n').replace('{ a: 2', '{ a: 1'),
  );
  const next = changed(text, ({ list, ...data }) => ({ ...data, list: [...(list as DataMap[]), { name: 'z' }] }));
  expect(next).toBe(text.replace('- name: y\r\n', '- name: y\r\n- name: z\r\n'));
});

test('an item that is called the same keeps what was written of it; one that is gone takes its comment along', () => {
  const text = 'list:\n  - name: x # of x\n    a: 1 # one\n  - name: y # of y\n';
  expect(changed(text, () => ({ list: [{ name: 'x', a: 2 }] }))).toBe('list:\n  - name: x # of x\n    a: 2 # one\n');
});

test('an alias stays while what it stands for does; else its value takes its place', () => {
  const text = 'a: &one { x: 1 }\nb: *one\nc: 1\n';
  expect(changed(text, (data) => ({ ...data, c: 2 }))).toBe(text.replace('c: 1', 'c: 2'));
  expect(readOdcsText(changed(text, ({ b = null }) => ({ b }))).data).toEqual({ b: { x: 1 } });
});

test('a place has the line of what is nearest to it', () => {
  const { where } = readOdcsText('a:\n  b:\n    - c: 1\n');
  expect(where(['a', 'b', 0, 'c'])).toBe('a.b[0].c (line 3)');
  expect(where(['a', 'd'])).toBe('a.d (line 2)');
  expect(where([])).toBe('the document');
});
