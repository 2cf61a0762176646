import type { z } from 'zod';
import { actionOperations } from './contract/actions';
import { alarmFeeds, alarmOperations } from './contract/alarms';
import { connectionOperations } from './contract/connections';
import type { FeedSpec, OperationSpec } from './contract/define';
import { analyticsOperations } from './contract/analytics';
import { auditFeeds, auditOperations } from './contract/audit';
import { integrityFeeds, integrityOperations } from './contract/integrity';
import { metadataOperations } from './contract/metadata';
import { overviewFeeds } from './contract/overview';
import { requestOperations } from './contract/requests';
import { serviceOperations } from './contract/service';
import { sessionFeeds, sessionOperations } from './contract/session';
import { simulatorFeeds, simulatorOperations } from './contract/simulator';
import { transitionFeeds, transitionOperations } from './contract/transitions';
import { userOperations } from './contract/users';

/** Every operation of the product, by name. IPC, WebSocket, HTTP and the in-memory wire all derive from it. */
export const operations = {
  ...sessionOperations,
  ...connectionOperations,
  ...transitionOperations,
  ...actionOperations,
  ...userOperations,
  ...auditOperations,
  ...alarmOperations,
  ...integrityOperations,
  ...metadataOperations,
  ...simulatorOperations,
  ...requestOperations,
  ...analyticsOperations,
  ...serviceOperations,
} satisfies Record<string, OperationSpec>;

/** Every feed of the product, by name. */
export const feeds = {
  ...sessionFeeds,
  ...overviewFeeds,
  ...transitionFeeds,
  ...auditFeeds,
  ...alarmFeeds,
  ...integrityFeeds,
  ...simulatorFeeds,
} satisfies Record<string, FeedSpec>;

/** Every operation, by name: what it takes, gives and who may call it. */
export type Operations = typeof operations;
export type OperationName = keyof Operations;
/** What a caller passes (defaults may be left out). */
export type OperationInput<N extends OperationName> = z.input<Operations[N]['input']>;
/** What a handler receives (defaults filled in). */
export type ParsedInput<N extends OperationName> = z.output<Operations[N]['input']>;
export type OperationOutput<N extends OperationName> = z.output<Operations[N]['output']>;

/** Every feed, by name: what chooses it and what its events hold. */
export type Feeds = typeof feeds;
export type FeedName = keyof Feeds;
export type FeedInput<N extends FeedName> = z.input<Feeds[N]['input']>;
export type ParsedFeedInput<N extends FeedName> = z.output<Feeds[N]['input']>;
export type FeedEvent<N extends FeedName> = z.output<Feeds[N]['event']>;

/** Narrows a name that came over a wire. */
export function isOperation(name: string): name is OperationName {
  return Object.hasOwn(operations, name);
}

/** Narrows a name that came over a wire. */
export function isFeed(name: string): name is FeedName {
  return Object.hasOwn(feeds, name);
}
