import { Cluster, type Redis } from 'ioredis';
import type { FailureContext } from './error-rules';
import { translateRedisError } from './errors';
import type { KeyLayout } from './keys';
import type { RedisCommand, Store, StoreNode } from './store';

/** What a store needs of its connection. */
export interface StoreConnection {
  readonly layout: KeyLayout;
  /** The client to use right now. @throws SwitchboardError `redis_away` when there is none. */
  client(): Redis | Cluster;
  /** What error messages may say about where this Redis is. */
  readonly failure: FailureContext;
}

/** A Store over ioredis. It asks for the client at each call, so that it outlives every connection. */
export function createIoredisStore(connection: StoreConnection): Store {
  const guarded = async <T>(key: string | undefined, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (fault) {
      throw translateRedisError(fault, { ...connection.failure, key });
    }
  };

  const send = ([name, ...args]: RedisCommand): Promise<unknown> =>
    guarded(keyOf(args), () => connection.client().call(name, ...args));

  const toNode = (node: Redis): StoreNode => {
    const address = nameOfNode(node);
    return {
      address,
      async command([name, ...args]) {
        try {
          return await node.call(name, ...args);
        } catch (fault) {
          throw translateRedisError(fault, { ...connection.failure, address });
        }
      },
    };
  };
  const onlyNode: StoreNode = { address: connection.failure.address, command: send };

  return {
    layout: connection.layout,
    command: send,
    nodes() {
      const client = connection.client();
      return client instanceof Cluster ? client.nodes('master').map(toNode) : [onlyNode];
    },

    nodeOf: (key) =>
      guarded(key, async () => {
        const client = connection.client();
        if (!(client instanceof Cluster)) return onlyNode;
        const slot = Number(await client.call('CLUSTER', 'KEYSLOT', key));
        const holder = client.slots[slot]?.[0];
        const node = client.nodes('master').find((one) => nameOfNode(one) === holder);
        // The cluster changes its shape just then, and can be asked again.
        if (!node) throw new Error('Connection is closed.');
        return toNode(node);
      }),

    async run(script, input) {
      const { keys, args } = script.encode(input);
      const tail = [keys.length, ...keys, ...args];
      const key = keys.length === 1 ? keys[0] : undefined;
      const reply = await guarded(key, () =>
        connection
          .client()
          .call('EVALSHA', script.digest, ...tail)
          .catch((fault: unknown) => {
            if (!isUnknownScript(fault)) throw fault;
            return connection.client().call('EVAL', script.source, ...tail);
          }),
      );
      return script.decode(reply, input);
    },

    pipeline(commands) {
      return guarded(undefined, async () => {
        if (commands.length === 0) return [];
        const batch = connection.client().pipeline();
        for (const [name, ...args] of commands) batch.call(name, ...args);
        const replies = (await batch.exec()) ?? [];
        return replies.map(([fault, reply], index) => {
          if (!fault) return reply;
          throw translateRedisError(fault, {
            ...connection.failure,
            key: keyOf(commands[index]?.slice(1) ?? []),
          });
        });
      });
    },
  };
}

/** A node of a cluster as the cluster itself names it, `host:port`. */
export function nameOfNode({ options }: Redis): string {
  return `${options.host ?? ''}:${options.port ?? 0}`;
}

/** Redis forgets its scripts when it restarts. A script that was not known has not run, so sending it is safe. */
function isUnknownScript(fault: unknown): boolean {
  return fault instanceof Error && fault.message.includes('NOSCRIPT');
}

function keyOf(args: readonly (string | number)[]): string | undefined {
  return args[0] === undefined ? undefined : String(args[0]);
}
