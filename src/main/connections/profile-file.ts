import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { type ConnectionProfile, connectionProfile } from '@shared/contract/connections';
import { SwitchboardError } from '@shared/errors';

/** What the file held when it was last looked at. */
export interface ProfileList {
  profiles: ConnectionProfile[];
  /** What is wrong in it, and what to do; the rest of it counts all the same. */
  faults: string[];
}

/** The file's form; each profile is judged by itself, so that one fault does not take the others away. */
const fileContent = z.looseObject({ profiles: z.array(z.unknown()) });
type FileContent = z.infer<typeof fileContent>;

const INDENT = 2;
/** Only its owner has to read it; there is no secret in it. */
const MODE = 0o600;

/**
 * The profiles of connections, in a JSON file that people may read and edit while the console runs: it is read anew
 * each time. A file that cannot be understood is told and never overwritten; an entry that is wrong is told and kept
 * as it stands.
 */
export class ProfileFile {
  /** One change after the other: two at once would each write a file without the other's. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(readonly path: string) {}

  /** What the file holds. Never throws: faults are part of the answer. */
  async list(): Promise<ProfileList> {
    try {
      const { profiles } = await this.read();
      return judge(profiles);
    } catch (fault) {
      return { profiles: [], faults: [messageOf(fault)] };
    }
  }

  /** One profile. @throws SwitchboardError `not_found`, or why the file cannot be read */
  async get(id: string): Promise<ConnectionProfile> {
    const { profiles, faults } = judge((await this.read()).profiles);
    const found = profiles.find((profile) => profile.id === id);
    if (found) return found;
    const why = faults.length > 0 ? ` ${faults.join(' ')}` : '';
    throw new SwitchboardError('not_found', `There is no connection "${id}" in ${this.path}.${why}`);
  }

  /** @throws SwitchboardError `conflict` when an entry has this id, whatever else is in it */
  async demandFree(id: string): Promise<void> {
    if ((await this.read()).profiles.some((entry) => idOf(entry) === id))
      throw new SwitchboardError('conflict', `There is a connection "${id}" already: choose another id.`);
  }

  /** Writes a profile in the place of the one of its id, or at the end. @throws SwitchboardError when it cannot */
  save(profile: ConnectionProfile): Promise<void> {
    return this.change((profiles) => {
      const at = profiles.findIndex((entry) => idOf(entry) === profile.id);
      return at < 0 ? [...profiles, profile] : profiles.with(at, profile);
    });
  }

  /** Takes a profile out. @returns whether there was one */
  async remove(id: string): Promise<boolean> {
    let removed = false;
    await this.change((profiles) => {
      const kept = profiles.filter((entry) => idOf(entry) !== id);
      removed = kept.length < profiles.length;
      return kept;
    });
    return removed;
  }

  private change(edit: (profiles: unknown[]) => unknown[]): Promise<void> {
    const work = async () => {
      const content = await this.read();
      await this.write({ ...content, profiles: edit(content.profiles) });
    };
    const done = this.last.then(work, work);
    this.last = done.catch(() => undefined);
    return done;
  }

  private async read(): Promise<FileContent> {
    let text: string;
    try {
      text = await readFile(this.path, 'utf8');
    } catch (fault) {
      if (codeOf(fault) === 'ENOENT') return { profiles: [] };
      throw this.unusable(`cannot be read (${codeOf(fault)})`, 'Give yourself the right to read it');
    }
    if (text.trim() === '') return { profiles: [] };
    const parsed = fileContent.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    throw this.unusable(
      text.trim().startsWith('{') ? sayWhereBroken(text) : 'is not JSON of the form { "profiles": [ … ] }',
      'Correct it in an editor, or move it away',
    );
  }

  private async write(content: FileContent): Promise<void> {
    try {
      await mkdir(dirname(this.path), { recursive: true });
      // Whole or not at all: a power cut must not leave half a file.
      await writeFileAtomic(this.path, `${JSON.stringify(content, null, INDENT)}\n`, { mode: MODE });
    } catch (fault) {
      throw this.unusable(
        `cannot be written (${codeOf(fault)})`,
        'Make room there, or give yourself the right to write it',
      );
    }
  }

  private unusable(what: string, advice: string): SwitchboardError {
    return new SwitchboardError(
      'profiles_unusable',
      `The file of the connections, ${this.path}, ${what}. ${advice}; nothing in it was changed.`,
      { file: this.path },
    );
  }
}

function judge(entries: readonly unknown[]): ProfileList {
  const profiles: ConnectionProfile[] = [];
  const faults: string[] = [];
  for (const [index, entry] of entries.entries()) {
    const parsed = connectionProfile.safeParse(entry);
    const which = `Connection ${index + 1}${idOf(entry) === null ? '' : ` ("${idOf(entry)}")`}`;
    if (!parsed.success)
      faults.push(
        `${which} is not shown: ${inWords(parsed.error)}. Correct it in the file; it is kept as it stands.`,
      );
    else if (profiles.some(({ id }) => id === parsed.data.id))
      faults.push(`${which} is not shown: another one before it has the same id.`);
    else profiles.push(parsed.data);
  }
  return { profiles, faults };
}

function inWords(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => (path.length > 0 ? `${z.core.toDotPath(path)}: ${message}` : message))
    .join('; ');
}

function idOf(entry: unknown): string | null {
  const id = typeof entry === 'object' && entry !== null && 'id' in entry ? entry.id : null;
  return typeof id === 'string' ? id : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Where JSON stops being JSON, as far as the parser tells. */
function sayWhereBroken(text: string): string {
  try {
    JSON.parse(text);
  } catch (fault) {
    const at = /position (\d+)/.exec(messageOf(fault))?.[1];
    const line = at === undefined ? null : text.slice(0, Number(at)).split('\n').length;
    return line === null ? 'is not valid JSON' : `is not valid JSON at line ${line}`;
  }
  return 'is not of the form { "profiles": [ … ] }';
}

function codeOf(fault: unknown): string {
  return fault instanceof Error && 'code' in fault ? String(fault.code) : messageOf(fault);
}

function messageOf(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault);
}
