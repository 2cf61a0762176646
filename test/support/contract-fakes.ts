import { feeds, operations } from '@shared/contract';
import type { Handlers, Publishers } from '../../src/main/api/dispatch';
import type { RequestContext } from '../../src/main/api/pipeline';

/** What a fake engine was asked. */
export interface Asked {
  name: string;
  input: unknown;
  context: RequestContext;
}

/** One running feed of the fake engine, to publish into. */
export interface RunningFeed extends Asked {
  publish: (event: unknown) => void;
  fail: (fault: unknown) => void;
}

/**
 * A back end with every operation and feed of the contract, made from the contract itself, so that none can be
 * forgotten: each handler answers with its own name and records what it was asked.
 */
export interface FakeBackEnd {
  handlers: Handlers;
  publishers: Publishers;
  asked: Asked[];
  running: Set<RunningFeed>;
  /** Makes an operation do something else. */
  answer(name: keyof Handlers, answer: (input: unknown, context: RequestContext) => unknown): void;
}

export function createFakeBackEnd(): FakeBackEnd {
  const asked: Asked[] = [];
  const running = new Set<RunningFeed>();
  const answers = new Map<string, (input: unknown, context: RequestContext) => unknown>();

  const handlers = Object.fromEntries(
    Object.keys(operations).map((name) => [
      name,
      async (input: unknown, context: RequestContext) => {
        asked.push({ name, input, context });
        const answer = answers.get(name);
        return await (answer ? answer(input, context) : { operation: name });
      },
    ]),
  );
  const publishers = Object.fromEntries(
    Object.keys(feeds).map((name) => [
      name,
      (
        input: unknown,
        context: RequestContext,
        publish: (event: unknown) => void,
        fail: (fault: unknown) => void,
      ) => {
        const feed = { name, input, context, publish, fail };
        running.add(feed);
        return () => running.delete(feed);
      },
    ]),
  );

  return {
    handlers: handlers as unknown as Handlers,
    publishers: publishers as unknown as Publishers,
    asked,
    running,
    answer: (name, answer) => answers.set(name, answer),
  };
}
