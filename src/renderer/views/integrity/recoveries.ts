/** The ways in which the metadata of a whole pool are put right, in words. */
export const RECOVERIES = {
  rebuild: {
    operation: 'metadata.rebuild',
    label: 'Create metadata',
    name: 'Missing metadata',
    description:
      'Whoever is in a state without metadata gets some, with defaults; the sets are the truth. This cannot be undone: it would bring the fault back.',
    would: 'without metadata would get some',
    did: 'got metadata',
  },
  removeOrphans: {
    operation: 'metadata.removeOrphans',
    label: 'Remove metadata',
    name: 'Orphaned metadata',
    description:
      'Metadata of whoever is in no state are removed. Each step of it can be undone for 30 s, unless somebody of them comes back meanwhile.',
    would: 'in no state would lose their metadata',
    did: 'lost their metadata',
  },
} as const;
export type RecoveryKind = keyof typeof RECOVERIES;

/** The ways, to choose from. */
export const RECOVERY_KINDS: readonly { value: RecoveryKind; label: string }[] = [
  { value: 'rebuild', label: RECOVERIES.rebuild.name },
  { value: 'removeOrphans', label: RECOVERIES.removeOrphans.name },
];
