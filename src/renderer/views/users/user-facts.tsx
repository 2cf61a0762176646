import type { ReactNode } from 'react';
import type { UserDetails } from '@shared/contract/users';
import { StateName } from '../../components/state-name';
import { UserLink } from '../../components/user-link';
import { formatAge, formatCount, formatDuration, formatMoment, formatThings, NOTHING } from '../../format';
import { useUi } from '../../store/ui';
import { heartbeatTone } from './ages';
import styles from './user-drawer.module.css';

/** The facts that answer most questions, before anybody reads metadata. */
export function UserFacts({ details }: { details: UserDetails }) {
  const { at, heartbeat, partner, queue, cooldown, metadata } = details;
  const fields = metadata.values;
  const facts: [string, ReactNode][] = [
    ['Heartbeat', <Heartbeat key="heartbeat" at={at} heartbeat={heartbeat} />],
    ['Partner', <Partner key="partner" partner={partner} />],
  ];
  if (queue) facts.push(['Queue position', `${formatCount(queue.position)} of ${formatCount(queue.length)}`]);
  if (fields.currentRoom !== undefined) facts.push(['Room', <code key="room">{fields.currentRoom}</code>]);
  if (fields.previousState !== undefined)
    facts.push(['Previous state', <StateName key="previous" state={fields.previousState} />]);
  if (cooldown) {
    facts.push([
      'Last partner',
      <span key="cooldown">
        <UserLink user={cooldown.partner} /> · cooldown {formatAge(cooldown.remainingMs)}
      </span>,
    ]);
  }
  facts.push(['Session', sessionWords(details)]);
  if (fields.averageCallDuration !== undefined)
    facts.push(['Average call', formatDuration(fields.averageCallDuration)]);
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function sessionWords({ at, metadata: { values: fields } }: UserDetails): string {
  const parts = [
    fields.sessionStartTime === undefined ? null : formatAge(at - fields.sessionStartTime),
    fields.totalMatches === undefined ? null : formatThings(fields.totalMatches, 'match', 'matches'),
    fields.totalSkips === undefined ? null : formatThings(fields.totalSkips, 'skip'),
    fields.totalEnds === undefined ? null : formatThings(fields.totalEnds, 'end'),
  ].filter((part) => part !== null);
  // A line breaks between the parts, not within one.
  return parts.length === 0 ? NOTHING : parts.map((part) => part.replaceAll(' ', '\u00a0')).join(' · ');
}

function Heartbeat({ at, heartbeat }: { at: number; heartbeat: UserDetails['heartbeat'] }) {
  const zone = useUi((state) => state.zone);
  const { lastAt, stale, grace } = heartbeat;
  const ageMs = lastAt === null ? null : at - lastAt;
  const forgiven =
    grace === true ? ', forgiven' : grace === null ? '' : `, forgiven until ${formatMoment(grace, zone)}`;
  return (
    <span className={styles.toned} data-tone={ageMs === null ? undefined : heartbeatTone(ageMs)}>
      {ageMs === null ? 'none known' : `${formatAge(ageMs)} ago`}
      {stale && ' (stale)'}
      {forgiven}
    </span>
  );
}

function Partner({ partner }: { partner: UserDetails['partner'] }) {
  if (!partner) return NOTHING;
  return (
    <span className={styles.partner}>
      <UserLink user={partner.user} /> <StateName state={partner.state} />
      {!partner.mutual && <strong className={styles.broken}>does not name this user</strong>}
    </span>
  );
}
