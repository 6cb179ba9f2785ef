import { describe, expect, test } from 'vitest';
import { drawServingGraph } from '../../core/drawServingGraph.ts';
import { readGraphFile } from '../../workers/graphFile.ts';
import { codeBlock } from '../docs/codeBlocks.ts';

const read = (text: string) => readGraphFile('g', text, 'graphs/g.yaml').graph;

/** Lines of a graph of two models, whose third node is to be given. */
const withNode = (node: string) => `nodes:\n  a: { model: x }\n  b: { model: y }\n${node}\noutput: c`;

describe('the file of a serving graph', () => {
  test.each([
    ['broken YAML', 'nodes: { a: [ }', /YAML.*graphs\/g.yaml:1:/],
    ['the same node twice', 'nodes:\n  a: { model: x }\n  a: { model: y }\noutput: a', /unique.*:3:3/],
    ['nothing', '', /keys with values, but came nothing.*:1:1/],
    ['a list', '- a', /keys with values, but came \["a"\]/],
    ['a word that is none', 'nodes: { a: { model: x } }\noutputs: a', /'outputs' \(did you mean 'output'\?\).*:2:1/],
    ['no output', 'nodes: { a: { model: x } }', /name of a node, but came nothing/],
    ['an output that is none', 'nodes: { ab: { model: x } }\noutput: ba', /'ba' \(did you mean 'ab'\?\).*:2:1/],
    ['rows as the output', withNode('  c: { transform: ./t.ts }'), /gives scores.*'c', which gives rows,.*:5:1/],
    ['a deadline that is none', 'nodes: { a: { model: x } }\noutput: a\ndeadlineMs: 0', /1 to 60000.*0.*:3:1/],
    ['a name with capitals', 'nodes:\n  A: { model: x }\noutput: A', /small letters.*'A'.*:2:3/],
    ['a name that is taken', 'nodes:\n  input: { model: x }\noutput: input', /none of them input/],
    ['a node of no kind', withNode('  c: { of: a }'), /one of transform, model, route, combine, but came 'of'.*:4:8/],
    ['a node of two kinds', withNode('  c: { model: x, route: [] }'), /one of transform.*:4:3/],
    ['a misspelt kind', withNode('  c:\n    combin: mean'), /'combin' \(did you mean 'combine'\?\).*:5:5/],
    ['a way to combine that is none', withNode('  c: { combine: median, of: [a, b] }'), /mean.*"median".*:4:8/],
    ['nothing to combine', withNode('  c: { combine: mean, of: [] }'), /a list of nodes.*\[\].*:4:23/],
    ['a node twice', withNode('  c: { combine: mean, of: [a, a] }'), /each node once.*"a".*:4:31/],
    ['weights of a mean', withNode('  c: { combine: mean, of: { a: 1 } }'), /a list of nodes/],
    ['no weights', withNode('  c: { combine: weighted, of: [a, b] }'), /keys with values.*:4:27/],
    ['a weight of 0', withNode('  c: { combine: weighted, of: { a: 0, b: 1 } }'), /above 0, but came 0.*:4:33/],
    ['more needed than there are', withNode('  c: { combine: mean, of: [a, b], need: 3 }'), /1 to 2.*3.*:4:35/],
    ['half a node needed', withNode('  c: { combine: mean, of: [a, b], need: 1.5 }'), /whole number/],
    ['no margin', withNode('  c: { combine: first confident, of: [a, b] }'), /0 to 1, but came nothing/],
    ['a margin of a mean', withNode('  c: { combine: mean, of: [a, b], margin: 0.1 }'), /first confident alone/],
    ['an unknown node', withNode('  c:\n    combine: mean\n    of: [a, d]'), /'d'.*:6:5/],
    ['rows to combine', withNode('  c: { combine: mean, of: [a, b, input] }'), /'input', which gives rows/],
    [
      'scores as rows',
      withNode('  c: { model: x, of: a }'),
      /gives rows \(input\), but came 'a', which gives scores,.*:4:18/,
    ],
    ['a file of another kind', withNode('  c: { transform: t.py }'), /TypeScript.*"t.py".*:4:8/],
    ['no ways', withNode('  c: { route: [] }'), /a list of ways/],
    ['no way for the others', withNode('  c:\n    route:\n      - when: { s: x }\n        to: a'), /last way.*:6:9/],
    ['a way behind the last', withNode('  c:\n    route:\n      - to: a\n      - to: b'), /no way after.*:7:9/],
    ['a way to nobody', withNode('  c:\n    route:\n      - to: d'), /'d'.*:6:9/],
    [
      'metadata with capitals',
      withNode('  c: { route: [{ when: { Se: x }, to: a }, { to: b }] }'),
      /small letters.*'Se'/,
    ],
    ['metadata that are no text', withNode('  c: { route: [{ when: { s: 1 }, to: a }, { to: b }] }'), /text.*1 in/],
    [
      'a value that is a list of lists',
      withNode('  c: { route: [{ where: { s: [[1]] }, to: a }, { to: b }] }'),
      /a text, a number/,
    ],
    ['sticky without shares', withNode('  c: { route: [{ to: a, stickyBy: s }] }'), /shares alone/],
    ['a node that nobody asks', withNode('  c: { combine: mean, of: [a] }'), /'b', which nobody asks,.*:3:3/],
    ['a circle', withNode('  c: { combine: mean, of: [a, b, c] }'), /the circle c → c.*:4:3/],
    [
      'a circle of two',
      withNode('  c: { combine: mean, of: [a, d] }\n  d: { route: [{ to: { b: 1, c: 1 } }] }'),
      /the circle c → d → c.*:4:3/,
    ],
    [
      'too many aliases',
      `a: &a [x, x, x, x, x, x, x, x, x, x]\nb: &b [${'*a, '.repeat(30)}]\nc: [${'*b, '.repeat(30)}]`,
      /few aliases/,
    ],
  ])('refuses %s, with its place', (_, text, expected) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({ code: 'graph.invalid', message: expect.stringMatching(expected) }),
    );
  });

  test('is drawn', () => {
    const drawing = drawServingGraph(read(codeBlock('docs/serving.md', 'graphs/by-segment.yaml')));
    expect(drawing.split('\n')).toEqual([
      '%% POST /predict/g',
      'flowchart LR',
      '  n_input(["input"])',
      '  n_with-hub[/"with-hub<br/>./withHub.ts"/]',
      '  n_exact["exact<br/>flight-delays"]',
      '  n_quick["quick<br/>flight-delays-quick"]',
      '  n_sure(("sure<br/>first confident, margin 0.1"))',
      '  n_private{"private<br/>route"}',
      '  n_segment{"segment<br/>route"}',
      '  answer(["answer"])',
      '  n_input --> n_with-hub',
      '  n_with-hub --> n_exact',
      '  n_with-hub --> n_quick',
      '  n_quick --> n_sure',
      '  n_exact --> n_sure',
      '  n_quick -->|"else 90 % by customer"| n_private',
      '  n_sure -->|"else 10 % by customer"| n_private',
      '  n_with-hub -.-> n_segment',
      '  n_exact -->|"segment is business"| n_segment',
      '  n_sure -->|"hub: true and distance: 733, 800"| n_segment',
      '  n_private -->|"else"| n_segment',
      '  n_segment --> answer',
    ]);
  });
});
