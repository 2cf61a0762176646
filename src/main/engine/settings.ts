import { CONNECTING_LIMIT_MS, DISCONNECTING_LIMIT_MS, HEARTBEAT_LIMIT_MS } from '@shared/contract/overview';
import { UNDO_MS } from '@shared/contract/transitions';

/** What an operator may tune of the engine. Times in milliseconds. */
export interface EngineSettings {
  /** How long a user's metadata and history live after the last activity. */
  metadataTtlMs: number;
  /** How many of a user's last moves are kept with the user. */
  historyCap: number;
  /** About how many moves the journal keeps. */
  journalCap: number;
  /** How long minute statistics are kept. */
  statsTtlMs: number;
  /** How long a transaction can be repeated safely and undone. */
  transactionTtlMs: number;
  /** How long two people are kept apart after a skip, an end or a failed connection. */
  cooldownMs: number;
  /** CONNECTING longer than this is swept: both go back to the queue. */
  connectingLimitMs: number;
  /** DISCONNECTING longer than this is swept to IDLE. */
  disconnectingLimitMs: number;
  /** Whoever sent no heartbeat for this long is swept to IDLE. */
  heartbeatLimitMs: number;
  /** Whoever is silent and IDLE for this long is forgotten. */
  forgetAfterMs: number;
}

/** The settings of a deployment where nobody says otherwise. */
export const DEFAULT_SETTINGS: EngineSettings = {
  metadataTtlMs: 3_600_000,
  historyCap: 50,
  journalCap: 100_000,
  statsTtlMs: 48 * 3_600_000,
  transactionTtlMs: UNDO_MS,
  cooldownMs: 30_000,
  connectingLimitMs: CONNECTING_LIMIT_MS,
  disconnectingLimitMs: DISCONNECTING_LIMIT_MS,
  heartbeatLimitMs: HEARTBEAT_LIMIT_MS,
  forgetAfterMs: 30_000,
};
