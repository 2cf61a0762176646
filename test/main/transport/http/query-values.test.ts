import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { operations } from '@shared/contract';
import { readQuery } from '../../../../src/main/transport/http/query-values';

describe('readQuery', () => {
  it('makes numbers and booleans of text where they are wanted', () => {
    const schema = z.strictObject({
      limit: z.number().default(5),
      dryRun: z.boolean(),
      name: z.string().optional(),
    });
    expect(readQuery(schema, { limit: '7', dryRun: 'true', name: '7' })).toEqual({
      limit: 7,
      dryRun: true,
      name: '7',
    });
  });

  it('leaves what does not fit for the validation to name', () => {
    const schema = z.strictObject({ limit: z.number(), dryRun: z.boolean() });
    expect(readQuery(schema, { limit: 'many', dryRun: 'yes', other: '1' })).toEqual({
      ...{ limit: 'many', dryRun: 'yes', other: '1' },
    });
    expect(readQuery(schema, { limit: '' })).toEqual({ limit: '' });
  });

  it('puts the fields of a filter where the operation has them', () => {
    const { input } = operations['requests.list'];
    const query = { user: 'ada', minMs: '5', limit: '3' };
    expect(input.parse(readQuery(input, query))).toMatchObject({
      filter: { user: 'ada', minMs: 5 },
      limit: 3,
    });
  });

  it('makes lists of what stands once', () => {
    expect(readQuery(z.object({ users: z.array(z.string()) }), { users: 'ada' })).toEqual({ users: ['ada'] });
  });

  it('is not fooled by names of prototypes', () => {
    const query = Object.fromEntries([
      ['constructor', '1'],
      ['toString', '2'],
    ]);
    expect(readQuery(z.object({ limit: z.number() }), query)).toEqual(query);
  });
});
