import { z } from 'zod';
import { arrivals } from './arrivals';
import { timeLength } from './distribution';
import { fault } from './fault';
import { persona, PERSONA_NAMES, PERSONAS, type Persona } from './persona';
import { VIOLATION_KINDS } from './watch/violation';

const mixEntry = z.strictObject({
  persona: z.enum(PERSONA_NAMES),
  /** Weight against the others. */
  share: z.number().positive(),
  /** Fields that differ from the ready persona. */
  but: persona.partial().optional(),
});

/** How good the service must be; a run that misses one fails. What is missing here is not judged. */
const targets = z
  .strictObject({
    /** 95 of 100 requests are answered within this. */
    answer: timeLength.optional(),
    /** A partner learns of a skip or an end within this, 95 of 100 times. */
    notice: timeLength.optional(),
    /** The mean wait for a partner. */
    match: timeLength.optional(),
    /** The share of pairs for which somebody who waited clearly longer was passed over. */
    overtaken: z.number().min(0).max(1).optional(),
  })
  .default({});

/** A load to put on a pool, and what must hold meanwhile. */
export const scenario = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'a scenario is named by small letters, digits and -'),
  title: z.string().min(1).max(120),
  description: z.string().max(2_000).default(''),
  /** How many people at once, or altogether where they come by a rate. */
  people: z.number().int().min(2).max(100_000),
  /** How long it runs; without an end when missing. */
  duration: timeLength.optional(),
  arrivals,
  mix: z.array(mixEntry).min(1),
  /** Matchers that work at once, as in several server processes. */
  matchers: z.number().int().min(1).max(8).default(1),
  faults: z.array(fault).max(50).default([]),
  targets,
  /** What the run is expected to show: that every promise held, or that a certain break was caught. */
  expect: z.enum(['promises-hold', ...VIOLATION_KINDS]).default('promises-hold'),
});
export type Scenario = z.infer<typeof scenario>;

/** Turns the mix into a way to tell each person's persona by a number from 0 to 1. */
export function personaPicker(mix: Scenario['mix']): (chance: number) => Persona {
  const total = mix.reduce((sum, { share }) => sum + share, 0);
  const personas = mix.map(({ persona: name, share, but }) => ({
    share: share / total,
    persona: changed(persona.parse(PERSONAS[name]), but ?? {}),
  }));
  return (chance) => {
    let below = 0;
    for (const entry of personas) {
      below += entry.share;
      if (chance < below) return entry.persona;
    }
    return (personas.at(-1) as (typeof personas)[number]).persona;
  };
}

function changed(base: Persona, changes: object): Persona {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  return { ...base, ...(Object.fromEntries(given) as Partial<Persona>) };
}

/** The JSON schema of scenario files, for editors. */
export function scenarioJsonSchema(): object {
  return z.toJSONSchema(scenario, { io: 'input', unrepresentable: 'any' });
}
