import { STATES } from '@shared/states';
import readLua from '../engine/read.lua?raw';
import type { EngineSettings } from '../engine/settings';
import type { PoolKeys } from '../redis/keys';
import { defineScript } from '../redis/script';
import heartbeatLua from './heartbeat.lua?raw';

export interface HeartbeatInput {
  keys: PoolKeys;
  settings: EngineSettings;
  users: readonly string[];
  /** Milliseconds since the epoch; the server's clock when missing. Tests pass a fixed one. */
  now?: number | undefined;
}

/** When the heartbeats were noted, and for whom they were not because nobody knows them. */
export interface HeartbeatReply {
  at: number;
  unknown: string[];
}

/** Notes that users live. Nothing comes into being for a user whom nobody knows. */
export const heartbeatScript = defineScript<HeartbeatInput, HeartbeatReply>({
  name: 'heartbeat',
  source: [readLua, heartbeatLua].join('\n'),
  encode: ({ keys, settings, users, now }) => ({
    keys: [
      ...STATES.map((state) => keys.sets[state]),
      keys.heartbeats,
      keys.prefixes.user,
      keys.prefixes.heartbeat,
      keys.prefixes.history,
    ],
    args: [now ?? '', settings.metadataTtlMs, settings.heartbeatLimitMs, ...users],
  }),
  decode(reply) {
    const [at, ...unknown] = reply as [number, ...string[]];
    return { at, unknown };
  },
});
