import { z } from 'zod';

/** Where the in-memory server listens, and what it asks for: as its process tells its parent, and is told by it. */
export const memoryServerAddress = z.object({ port: z.number().int(), password: z.string() });
export type MemoryServerAddress = z.infer<typeof memoryServerAddress>;

/** The variable in which the process finds the address of the one whose place it takes. */
export const ADDRESS_VARIABLE = 'SWITCHBOARD_PRIVATE_STORE';
