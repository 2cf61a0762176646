import { z } from 'zod';
import { timeLength } from './distribution';

const share = z
  .number()
  .positive('a share is above 0 and at most 1')
  .max(1, 'a share is above 0 and at most 1');

/** When a fault strikes: once at a moment of the run, or again and again. */
const moment = { at: timeLength, every: timeLength.optional() };

/**
 * Something that breaks on purpose.
 * - `kill-clients`: a share of the people present close the browser without a word.
 * - `freeze-heartbeats`: a share of the people send no heartbeats for a while, and go on otherwise.
 * - `delay-replies`, `drop-replies`: answers come late, or not at all though the request was carried out.
 * - `restart-redis`, `pause-redis`: of the console's own private server only; a restart empties it.
 * - `restart-matcher`: matching and sweeping stop and begin again, as when a server process is killed.
 * - `kill-server`: for a while another server process of its own does all the pairing, and is then killed outright.
 * - `corrupt-user`: puts somebody into a second state behind the engine's back, to see that it is noticed.
 */
export const fault = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('kill-clients'), ...moment, share }),
  z.strictObject({ do: z.literal('freeze-heartbeats'), ...moment, share, for: timeLength }),
  z.strictObject({ do: z.literal('delay-replies'), ...moment, by: timeLength, for: timeLength }),
  z.strictObject({ do: z.literal('drop-replies'), ...moment, share, for: timeLength }),
  z.strictObject({ do: z.literal('restart-redis'), ...moment }),
  z.strictObject({ do: z.literal('pause-redis'), ...moment, for: timeLength }),
  z.strictObject({ do: z.literal('restart-matcher'), ...moment, for: timeLength }),
  z.strictObject({ do: z.literal('kill-server'), ...moment, for: timeLength }),
  z.strictObject({ do: z.literal('corrupt-user'), ...moment }),
]);
export type Fault = z.infer<typeof fault>;

/** What strikes, without when. */
export type FaultKind = Fault['do'];
