import { useState } from 'react';
import type { UserRow } from '@shared/contract/users';
import type { State } from '@shared/states';
import { describeFault } from '../../commands/run';
import { Button } from '../../components/button';
import { ExportMenu } from '../../components/export-menu';
import { type ExportFormat, growFile, saveFile } from '../../export';
import { formatCount } from '../../format';
import { useClient } from '../../hooks/use-command';
import { showToast } from '../../store/toasts';
import { useUi } from '../../store/ui';

const PAGE = 500;

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
  return (
    <ExportMenu
      onExport={(format) => void save(format)}
      refusal={total === 0 ? 'There is nobody to export.' : null}
    />
  );
}

function exportUser({ since, lastHeartbeat, ...row }: UserRow) {
  return {
    ...row,
    since: new Date(since).toISOString(),
    lastHeartbeat: lastHeartbeat === null ? null : new Date(lastHeartbeat).toISOString(),
  };
}
