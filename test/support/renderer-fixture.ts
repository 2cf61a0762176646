import { join } from 'node:path';

/** A folder that looks like the built renderer, for tests that need one to serve and not to look at. */
export const RENDERER_FIXTURE = join(import.meta.dirname, 'renderer-fixture');
