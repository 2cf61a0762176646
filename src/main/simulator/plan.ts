import { type Random, seededRandom } from '../lib/random';
import { draw } from './distribution';
import type { Persona } from './persona';

/** How a call ends when this person ends it. */
export type Ending = 'skip' | 'end' | 'hang-up' | 'vanish';

/** Everything that one person will choose on one way through the queue, whatever happens meanwhile. Times in ms. */
export interface Round {
  pauseMs: number;
  patienceMs: number;
  connectMs: number;
  connects: boolean;
  talkMs: number;
  ending: Ending;
  settleMs: number;
  absenceMs: number;
  returns: boolean;
  doubleClicks: boolean;
  misbehaves: boolean;
}

/** Mixes numbers to a seed, so that neighbours have nothing in common (FNV-1a over 32-bit words). */
export function mixSeed(...parts: readonly number[]): number {
  let hash = 0x811c9dc5;
  for (const part of parts) {
    hash = Math.imul(hash ^ (part & 0xffff), 0x01000193);
    hash = Math.imul(hash ^ (part >>> 16), 0x01000193);
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
}

/**
 * One round of one person. It depends on nothing but seed, person and round, so that the same seed plans the same
 * choices however the run goes.
 * @param midway the person is in the middle of things: part of pause and talk is over already
 */
export function planRound(
  seed: number,
  person: number,
  round: number,
  persona: Persona,
  midway = false,
): Round {
  const random = seededRandom(mixSeed(seed, person, round));
  const part = random();
  const left = midway ? part : 1;
  return {
    pauseMs: left * draw(persona.pause, random),
    patienceMs: draw(persona.patience, random),
    connectMs: draw(persona.connect, random),
    connects: random() >= persona.fails,
    talkMs: left * draw(persona.talk, random),
    ending: drawEnding(persona, random),
    settleMs: draw(persona.settle, random),
    absenceMs: draw(persona.absence, random),
    returns: random() < persona.returns,
    doubleClicks: random() < persona.doubleClicks,
    misbehaves: random() < persona.misbehaves,
  };
}

function drawEnding({ skips, hangsUp, vanishes }: Persona, random: Random): Ending {
  const chance = random();
  if (chance < skips) return 'skip';
  if (chance < skips + hangsUp) return 'hang-up';
  return chance < skips + hangsUp + vanishes ? 'vanish' : 'end';
}
