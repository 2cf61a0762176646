import { z } from 'zod';
import { distribution } from './distribution';

const share = z.number().min(0, 'a share is between 0 and 1').max(1, 'a share is between 0 and 1');

/** How one kind of person behaves. Shares are between 0 and 1; what the endings leave over to 1 is `end`. */
export const persona = z.strictObject({
  /** On the landing page before queueing. */
  pause: distribution,
  /** In the queue before giving up. */
  patience: distribution,
  /** Until the connection stands, or fails. */
  connect: distribution,
  /** Connections that fail. */
  fails: share,
  /** In a call before doing something about it. */
  talk: distribution,
  /** How a call ends: the next partner, hanging up, or the browser closed without a word; the rest end plainly. */
  skips: share,
  hangsUp: share,
  vanishes: share,
  /** From hanging up until the client is done with it. */
  settle: distribution,
  /** Times a person goes through the queue before leaving. */
  rounds: z.number().int().min(1).max(10_000),
  /** Away before coming back, and how many come back at all. */
  absence: distribution,
  returns: share,
  /** Actions sent twice at once, as by a double click. */
  doubleClicks: share,
  /** Heartbeats that are not sent. */
  losesHeartbeats: share,
  /** Actions that are illegal where the person is. */
  misbehaves: share,
});
export type Persona = z.infer<typeof persona>;

/** What a person is when nothing else is said. */
const CASUAL: z.input<typeof persona> = {
  pause: { exponential: '3s' },
  patience: { lognormal: '60s', spread: 0.6 },
  connect: { lognormal: '900ms', spread: 0.5 },
  fails: 0.04,
  talk: { lognormal: '15s', spread: 0.9 },
  skips: 0.55,
  hangsUp: 0.2,
  vanishes: 0.03,
  settle: { lognormal: '1200ms', spread: 0.4 },
  rounds: 8,
  absence: { exponential: '20s' },
  returns: 0.9,
  doubleClicks: 0.02,
  losesHeartbeats: 0.01,
  misbehaves: 0,
};

/** Ready kinds of people; a scenario may mix them and change any field. */
export const PERSONAS = {
  'casual-browser': CASUAL,
  'quick-skipper': {
    ...CASUAL,
    talk: { lognormal: '3s', spread: 0.7 },
    skips: 0.92,
    hangsUp: 0.04,
    rounds: 20,
  },
  'long-talker': { ...CASUAL, talk: { lognormal: '2m', spread: 0.8 }, skips: 0.1, hangsUp: 0.5, rounds: 4 },
  'flaky-mobile': {
    ...CASUAL,
    connect: { lognormal: '2500ms', spread: 0.7 },
    fails: 0.18,
    vanishes: 0.15,
    losesHeartbeats: 0.2,
    absence: { exponential: '12s' },
  },
  impatient: { ...CASUAL, patience: { lognormal: '6s', spread: 0.5 }, doubleClicks: 0.15, rounds: 4 },
  hostile: { ...CASUAL, misbehaves: 0.3, doubleClicks: 0.3, vanishes: 0.1 },
} as const satisfies Record<string, z.input<typeof persona>>;

export type PersonaName = keyof typeof PERSONAS;
/** The names of the ready kinds of people. */
export const PERSONA_NAMES = Object.keys(PERSONAS) as PersonaName[];
