import { useState } from 'react';
import type { FoundUser } from '@shared/contract/users';
import type { State } from '@shared/states';
import { describeFault } from '../../commands/run';
import { Button } from '../../components/button';
import { ExportMenu } from '../../components/export-menu';
import { type ExportFormat, growFile, saveFile, toFile } from '../../export';
import { formatCount } from '../../format';
import { useClient } from '../../hooks/use-command';
import { showToast } from '../../store/toasts';
import { useUi } from '../../store/ui';

const PAGE = 500;
const NOBODY = 'There is nobody to export.';

interface UserExportProps {
  state: State | null;
  order: 'oldest' | 'newest';
  total: number;
}

/** Saves the whole list, read page by page; it can be cancelled. */
export function UserExport({ state, order, total }: UserExportProps) {
  const client = useClient();
  const pool = useUi((ui) => ui.pool);
  const [progress, setProgress] = useState<{ read: number; stop: AbortController } | null>(null);

  async function save(format: ExportFormat): Promise<void> {
    const stop = new AbortController();
    const file = growFile(format);
    // Whoever moves while the list is read may be met twice.
    const known = new Set<string>();
    setProgress({ read: 0, stop });
    try {
      for (let offset = 0; !stop.signal.aborted; offset += PAGE) {
        const page = await client.call('users.list', { pool, state, order, offset, limit: PAGE });
        const fresh = page.rows.filter(({ user }) => !known.has(user));
        for (const { user } of fresh) known.add(user);
        file.add(fresh.map(exportUser));
        setProgress({ read: known.size, stop });
        if (page.rows.length < PAGE) {
          saveFile(`users-${pool}`, format, ...file.parts);
          break;
        }
      }
    } catch (fault) {
      showToast({ tone: 'bad', title: 'The export failed', detail: describeFault(fault) });
    }
    setProgress(null);
  }

  if (progress) {
    return (
      <Button onClick={() => progress.stop.abort()}>Reading {formatCount(progress.read)} · Cancel</Button>
    );
  }
  return <ExportMenu onExport={(format) => void save(format)} refusal={total === 0 ? NOBODY : null} />;
}

/** Saves those who were found. */
export function FoundExport({ rows }: { rows: readonly FoundUser[] }) {
  const pool = useUi((ui) => ui.pool);
  return (
    <ExportMenu
      onExport={(format) => saveFile(`users-${pool}`, format, toFile(rows.map(exportUser), format))}
      refusal={rows.length === 0 ? NOBODY : null}
    />
  );
}

function exportUser({ since, lastHeartbeat, ...row }: FoundUser) {
  return { ...row, since: toIsoTime(since), lastHeartbeat: toIsoTime(lastHeartbeat) };
}

function toIsoTime(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
