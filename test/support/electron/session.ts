type RequestHandler = NonNullable<Parameters<Electron.Session['setPermissionRequestHandler']>[0]>;
type CheckHandler = NonNullable<Parameters<Electron.Session['setPermissionCheckHandler']>[0]>;
type DeviceHandler = NonNullable<Parameters<Electron.Session['setDevicePermissionHandler']>[0]>;
type SchemeHandler = Parameters<Electron.Protocol['handle']>[1];

type UsedOfSession =
  'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler';

const privileged = new Set<string>();

/** `protocol`, before anything is ready. */
export const protocol = {
  registerSchemesAsPrivileged(schemes: Electron.CustomScheme[]): void {
    for (const { scheme, privileges } of schemes)
      if (privileges?.standard && privileges.secure) privileged.add(scheme);
  },
} satisfies Pick<Electron.Protocol, 'registerSchemesAsPrivileged'>;

/** The one session of the stand-in: who serves its schemes and who answers for permissions. */
class StandInSession implements Pick<Electron.Session, UsedOfSession> {
  readonly schemes = new Map<string, SchemeHandler>();
  permissionRequest: RequestHandler = (_contents, _permission, callback) => callback(true);
  permissionCheck: CheckHandler = () => true;
  devicePermission: DeviceHandler = () => false;

  readonly protocol = {
    handle: (scheme: string, handler: SchemeHandler): void => {
      if (!privileged.has(scheme)) throw new Error(`${scheme} was not registered as standard and secure`);
      this.schemes.set(scheme, handler);
    },
  } satisfies Pick<Electron.Protocol, 'handle'>;

  schemeNames(): Set<string> {
    return new Set(this.schemes.keys());
  }

  setPermissionRequestHandler(handler: RequestHandler | null): void {
    if (handler) this.permissionRequest = handler;
  }

  setPermissionCheckHandler(handler: CheckHandler | null): void {
    if (handler) this.permissionCheck = handler;
  }

  setDevicePermissionHandler(handler: DeviceHandler | null): void {
    if (handler) this.devicePermission = handler;
  }
}

export const defaultSession = new StandInSession();
export const session = { defaultSession };
