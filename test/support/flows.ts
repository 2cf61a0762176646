import type { EngineContext } from '../../src/main/engine/context';
import { lookScript, type Whereabouts } from '../../src/main/engine/look';
import { StateMachine } from '../../src/main/engine/state-machine';
import { testContext } from './engine';
import type { TestStore } from './store';

/** Two people, the flows that they go through, and plain looks at what is kept of them. */
export interface Flows {
  readonly context: EngineContext;
  readonly machine: StateMachine;
  look(user: string): Promise<Whereabouts>;
  stateOf(user: string): Promise<Whereabouts['state']>;
  /** A field of the metadata, read with a plain command. */
  field(user: string, name: string): Promise<string | null>;
  onCooldown(a: string, b: string): Promise<boolean>;
  /** Two people who are connecting with each other; resolves with their room. */
  pair(a?: string, b?: string): Promise<string>;
  /** Two people in a call; resolves with their room. */
  call(a?: string, b?: string): Promise<string>;
}

/** The flows on a test's store. */
export function flowsOn({ store, client }: TestStore): Flows {
  const context = testContext(store);
  const machine = new StateMachine(context);
  const { keys } = context;

  const look = async (user: string): Promise<Whereabouts> => {
    const [found] = await store.run(lookScript, { keys, users: [user] });
    if (!found) throw new Error('the script must answer for each user');
    return found;
  };
  const pair = async (a = 'alice', b = 'bob'): Promise<string> => {
    await machine.startMatching(a);
    await machine.startMatching(b);
    await machine.createMatch(a, b);
    return (await look(a)).room ?? '';
  };
  const call = async (a = 'alice', b = 'bob'): Promise<string> => {
    const room = await pair(a, b);
    await machine.enterCall(a);
    await machine.enterCall(b);
    return room;
  };
  return {
    context,
    machine,
    look,
    stateOf: async (user) => (await look(user)).state,
    field: (user, name) => client.hget(keys.user(user), name),
    onCooldown: async (a, b) => (await client.exists(keys.cooldown(a, b))) === 1,
    pair,
    call,
  };
}
