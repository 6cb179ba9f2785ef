import fc from 'fast-check';
import { expect, test } from 'vitest';
import { odcsText, readOdcsText } from '../../cli/odcsText.ts';
import type { ContractPlan } from '../../core/contractPlan.ts';
import { exportOdcs } from '../../core/odcs/exportOdcs.ts';
import { importOdcs } from '../../core/odcs/importOdcs.ts';
import { type Data, type DataMap, isMap, pathText } from '../../core/odcs/odcsData.ts';
import { formatPatterns } from '../../words/textFormats.ts';
import { somePlan } from '../core/somePlan.ts';
import { findOdcsSchema } from './findOdcsSchema.ts';

const breaks = await findOdcsSchema();

function newText(plan: ContractPlan): string {
  return odcsText(exportOdcs(plan, undefined, {}, formatPatterns, pathText));
}

function planIn(text: string, schema?: string): ContractPlan {
  const { data, where } = readOdcsText(text);
  return importOdcs(data, schema === undefined ? {} : { schema }, formatPatterns, where).plan;
}

/** The plan said in a document that says another one, in the schema object of that name. */
function textOnto(plan: ContractPlan, text: string, schema: string): string {
  const { data, where, withData } = readOdcsText(text);
  return withData(exportOdcs(plan, data, { schema }, formatPatterns, where));
}

test('a contract that is written as YAML of the standard and read back is the same', () => {
  fc.assert(
    fc.property(somePlan, (plan) => {
      expect(planIn(newText(plan))).toEqual(plan);
    }),
    { numRuns: 300 },
  );
});

test.skipIf(breaks === undefined)("what is written keeps to the standard's JSON schema", () => {
  fc.assert(
    fc.property(somePlan, (plan) => {
      expect(breaks?.(readOdcsText(newText(plan)).data)).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test('said in a document that has another contract there, it is the same, and all else stays', () => {
  fc.assert(
    fc.property(somePlan, somePlan, (before, plan) => {
      const others = { team: { name: 'flights' }, price: { priceAmount: 9.95 }, tags: ['a'] };
      const data = mapOf(exportOdcs(before, undefined, {}, formatPatterns, pathText));
      const schema = mapOf(listOf(data.schema)[0]);
      const more = { ...schema, tags: ['b'], quality: [...listOf(schema.quality), unchecked] };
      const text = odcsText({ ...data, ...others, schema: [more, { name: 'other' }] });
      const next = textOnto(plan, text, String(schema.name));
      expect(planIn(next, String(schema.name))).toEqual(plan);
      const { schema: schemas, ...rest } = mapOf(readOdcsText(next).data);
      expect(rest as object).toMatchObject(others);
      const [said, other] = listOf(schemas).map(mapOf);
      expect([other, said?.tags] as unknown).toEqual([{ name: 'other' }, ['b']]);
      expect(listOf(said?.quality) as readonly unknown[]).toContainEqual(unchecked);
      const names = (properties: unknown): unknown[] => listOf(properties).map((property) => mapOf(property).name);
      expect(names(said?.properties)).toEqual(expect.arrayContaining(names(schema.properties)));
    }),
    { numRuns: 150 },
  );
});

test('said in its own document, it changes no byte of it', () => {
  fc.assert(
    fc.property(somePlan, (plan) => {
      const text = newText(plan);
      expect(textOnto(plan, text, plan.id.replaceAll('-', '_'))).toBe(text);
    }),
    { numRuns: 100 },
  );
});

/** An item that no engine can judge. */
const unchecked = { type: 'text', description: 'is true' };

function listOf(data: unknown): readonly Data[] {
  return Array.isArray(data) ? data : [];
}

function mapOf(data: Data | undefined): DataMap {
  return isMap(data) ? data : {};
}
