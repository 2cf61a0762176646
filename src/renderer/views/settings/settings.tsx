import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { editThresholds } from '../../commands/alarm-commands';
import { allowNotifications } from '../../commands/preference-commands';
import button from '../../components/button.module.css';
import { CommandButton } from '../../components/button';
import { Choice } from '../../components/fields';
import { Panel } from '../../components/panel';
import toolbar from '../../components/toolbar.module.css';
import { formatMoment, formatZone, NUMBER_FORMATS, sampleNumber } from '../../format';
import { useNow } from '../../hooks/use-now';
import { useLive } from '../../store/live';
import { ui, useUi } from '../../store/ui';
import styles from './settings.module.css';

const THEMES = [
  { value: 'system', label: 'as the system' },
  { value: 'light', label: 'light' },
  { value: 'dark', label: 'dark' },
] as const;
const ON_OFF = [
  { value: 'off', label: 'off' },
  { value: 'on', label: 'on' },
] as const;
const NUMBERS = NUMBER_FORMATS.map((format) => ({
  value: format,
  label: format === 'system' ? `as the system: ${sampleNumber(format)}` : sampleNumber(format),
}));

/** What one person chooses for this window, and what everybody shares. */
export function SettingsScreen() {
  return (
    <div className={`${toolbar.screen} ${styles.screen}`}>
      <h1 className="visually-hidden">Settings</h1>
      <Appearance />
      <Calls />
      <Shared />
      <Rights />
    </div>
  );
}

function Appearance() {
  const theme = useUi((state) => state.theme);
  const zone = useUi((state) => state.zone);
  const numbers = useUi((state) => state.numbers);
  const now = useNow();
  const own = formatZone('local', new Date().getTimezoneOffset());
  return (
    <Panel title="How it looks" aside="for you, kept in this browser">
      <Setting name="Theme" about="The system’s choice changes with the time of day where it does.">
        <Choice
          label="Theme"
          value={theme}
          options={THEMES}
          onChange={(value) => ui.setState({ theme: value })}
        />
      </Setting>
      <Setting name="Times" about={`It is ${formatMoment(now, zone)}.`}>
        <Choice
          label="Times"
          value={zone}
          options={[
            { value: 'local', label: `your zone (${own})` },
            { value: 'utc', label: 'UTC' },
          ]}
          onChange={(value) => ui.setState({ zone: value })}
        />
      </Setting>
      <Setting name="Numbers" about="How thousands and fractions are set off.">
        <Choice
          label="Numbers"
          value={numbers}
          options={NUMBERS}
          onChange={(value) => ui.setState({ numbers: value })}
        />
      </Setting>
      <Setting
        name="Wallboard"
        about="The queue for a whole room, without anything to press. Escape leads back."
      >
        <Link className={button.button} href="/wallboard">
          Open the wallboard
        </Link>
      </Setting>
    </Panel>
  );
}

function Calls() {
  const notifications = useUi((state) => state.notifications);
  const sound = useUi((state) => state.sound);
  const desktop = useLive(({ session }) => session?.host === 'desktop');
  return (
    <Panel title="When an alarm comes up" aside="for you, kept in this browser">
      <Setting name="Notifications" about={<NotificationWords desktop={desktop} />}>
        {desktop ? (
          'on'
        ) : notifications ? (
          <Choice
            label="Notifications"
            value="on"
            options={ON_OFF}
            onChange={(value) => ui.setState({ notifications: value === 'on' })}
          />
        ) : (
          <CommandButton command={allowNotifications} />
        )}
      </Setting>
      <Setting name="Sound" about="A tone for a warning, two for something critical. Off unless you want it.">
        <Choice
          label="Sound"
          value={sound ? 'on' : 'off'}
          options={ON_OFF}
          onChange={(value) => ui.setState({ sound: value === 'on' })}
        />
      </Setting>
    </Panel>
  );
}

function NotificationWords({ desktop }: { desktop: boolean }) {
  if (desktop) return 'The application shows them; your system’s settings can silence them.';
  return 'Of the browser, for alarms that nobody has snoozed, while this page is open.';
}

function Shared() {
  const pool = useUi((state) => state.pool);
  const usual = useLive(({ alarms }) => alarms?.usual ?? true);
  return (
    <Panel title="Thresholds of alarms" aside={`for everybody, pool ${pool}`}>
      <Setting
        name="Thresholds"
        about={usual ? 'As they come; nobody has changed them.' : 'They were chosen for this pool.'}
      >
        <Link className={button.button} href="/alarms">
          Alarms now
        </Link>
        <CommandButton command={editThresholds} />
      </Setting>
    </Panel>
  );
}

function Rights() {
  const session = useLive((state) => state.session);
  if (!session) return null;
  const { actor, role, deployment, version } = session;
  return (
    <Panel title="Who you are here" aside={`Switchboard ${version}`}>
      <Setting name="Name" about="Stands in the audit trail beside everything that you change.">
        {actor}
      </Setting>
      <Setting
        name="Role"
        about="Given where Switchboard is started (--role); the server holds to it, the screen only shows it."
      >
        {role}
      </Setting>
      <Setting name="Deployment" about={deployment.address}>
        {deployment.name} · {deployment.environment}
        {deployment.readOnly && ' · read-only'}
      </Setting>
    </Panel>
  );
}

function Setting({ name, about, children }: { name: string; about: ReactNode; children: ReactNode }) {
  return (
    <div className={styles.setting}>
      <div>
        <h3>{name}</h3>
        <p className={toolbar.note}>{about}</p>
      </div>
      <div className={styles.control}>{children}</div>
    </div>
  );
}
