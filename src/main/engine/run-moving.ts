import type { TransactionResult } from '@shared/contract/transitions';
import type { Script } from '../redis/script';
import type { EngineContext } from './context';
import type { Acting } from './core';

/**
 * Runs a script that moves users and tells this process's listeners what came of it. A repeated or planned
 * transaction moved nobody, and is not told.
 * @throws SwitchboardError what the script refused, or why Redis could not be asked.
 */
export async function runMoving<Input extends { acting: Acting; dryRun?: boolean }, Reply>(
  context: EngineContext,
  script: Script<Input, Reply>,
  input: Input,
  transactionOf: (reply: Reply) => TransactionResult | null,
): Promise<Reply> {
  const { by, transaction } = input.acting;
  const { pool } = context.keys;
  try {
    const reply = await context.store.run(script, input);
    const result = transactionOf(reply);
    if (result && !result.repeated && !input.dryRun && result.moves.length > 0)
      context.events.emitTransition({ pool, by, result });
    return reply;
  } catch (error) {
    context.events.emitError({ pool, by, transaction, error });
    throw error;
  }
}
