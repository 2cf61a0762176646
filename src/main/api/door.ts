import { readAddress } from '@shared/address';
import { isOperation, operations } from '@shared/contract';
import type { Role } from '@shared/contract/define';
import { type Envelope, SwitchboardError, toErrorBody } from '@shared/errors';
import type { OperationSpec } from '@shared/contract/define';
import { newId } from '../lib/ids';
import type { Dispatcher } from './dispatch';
import type { OpenDeployment, OpenDeployments } from './open-deployments';

/**
 * The door for pages: brings each call to the deployment that it is addressed to, with the role that its person has
 * there. A call for one that is not open any more is refused, so that it can never act on, or show, another one.
 */
export function createDoor(deployments: OpenDeployments, consoleRole: Role): Dispatcher {
  const reach = (text: unknown): { deployment: OpenDeployment; name: string; role: Role } | null => {
    // A wire hands through what it was sent; what is no text is refused by the dispatcher.
    const address = readAddress(typeof text === 'string' ? text : '');
    const name = typeof text === 'string' ? address.name : (text as string);
    if (isOfConsole(name)) return { deployment: deployments.first, name, role: consoleRole };
    const deployment = address.deployment === null ? deployments.first : deployments.find(address.deployment);
    return deployment && { deployment, name, role: deployment.role };
  };

  return {
    async invoke(text, input, caller) {
      const reached = reach(text);
      if (!reached) return closed();
      const { deployment, name, role } = reached;
      const end = deployments.use(deployment.session.deployment.id);
      try {
        return await deployment.dispatcher.invoke(name, input, { ...caller, role });
      } finally {
        end();
      }
    },

    subscribe(text, input, caller, listener) {
      const reached = reach(text);
      let stop = () => {};
      let ended = false;
      const end = () => {
        if (ended) return false;
        ended = true;
        stop();
        return true;
      };
      if (!reached) {
        // In a later turn, so that no event arrives before the caller holds the way to end it.
        queueMicrotask(() => end() && listener(closed()));
        return () => void end();
      }
      const { deployment, name, role } = reached;
      const stopUse = deployments.use(deployment.session.deployment.id, () => end() && listener(closed()));
      const stopFeed = deployment.dispatcher.subscribe(name, input, { ...caller, role }, (event) => {
        if (ended) return;
        if (!event.ok) end();
        listener(event);
      });
      stop = () => {
        stopFeed();
        stopUse();
      };
      return () => void end();
    },
  };
}

function isOfConsole(name: unknown): boolean {
  if (typeof name !== 'string' || !isOperation(name)) return false;
  const spec: OperationSpec = operations[name];
  return spec.ofConsole === true;
}

function closed(): Envelope<never> {
  const fault = new SwitchboardError(
    'deployment_closed',
    'The connection that this page shows is not open any more; nothing was done. The page connects anew by itself.',
  );
  return { ok: false, error: toErrorBody(fault), requestId: newId() };
}
