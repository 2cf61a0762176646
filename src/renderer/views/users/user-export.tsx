import { useState } from 'react';
import type { UserRow } from '@shared/contract/users';
import type { State } from '@shared/states';
import { describeFault } from '../../commands/run';
import { Button } from '../../components/button';
import { ExportMenu } from '../../components/export-menu';
import { type ExportFormat, saveFile, toFile } from '../../export';
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
    const rows = new Map<string, UserRow>();
    setProgress({ read: 0, stop });
    try {
      for (let offset = 0; !stop.signal.aborted; offset += PAGE) {
        const page = await client.call('users.list', { pool, state, order, offset, limit: PAGE });
        for (const row of page.rows) rows.set(row.user, row);
        setProgress({ read: rows.size, stop });
        if (page.rows.length < PAGE) {
          saveFile(`users-${pool}`, format, toFile([...rows.values()].map(exportUser), format));
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
