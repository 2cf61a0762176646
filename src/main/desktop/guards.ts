import { app, type Session, shell, type WebContents } from 'electron';
import { isExternalLink } from './external-links';

/** What the page may ask the system for. Everything else, and any other page, is denied. */
const PERMISSIONS_OF_THE_PAGE: ReadonlySet<string> = new Set([
  'clipboard-sanitized-write',
  'fullscreen',
  'screen-wake-lock', // the wallboard
]);

/**
 * Locks every page that this process will ever show to our own origins: it goes nowhere else, opens no window,
 * takes no foreign frame in, and holds no webview. Links to known sites open in the system's browser.
 */
export function guardEveryPage(origins: readonly string[]): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => denyUnlessOurs(event, origins));
    contents.on('will-frame-navigate', (event) => denyUnlessOurs(event, origins));
    contents.on('will-redirect', (event) => denyUnlessOurs(event, origins));
    contents.on('will-attach-webview', (event) => event.preventDefault());
    denyWindows(contents);
  });
}

function denyUnlessOurs(
  event: { url: string; preventDefault: () => void },
  origins: readonly string[],
): void {
  if (!isOurs(event.url, origins)) event.preventDefault();
}

function denyWindows(contents: WebContents): void {
  contents.setWindowOpenHandler(({ url }) => {
    if (isExternalLink(url)) void shell.openExternal(url);
    return { action: 'deny' };
  });
}

/** Denies every permission but the few that our own page uses. */
export function guardPermissions(session: Session, origins: readonly string[]): void {
  const allowed = (permission: string, url: string) =>
    PERMISSIONS_OF_THE_PAGE.has(permission) && isOurs(url, origins);
  session.setPermissionRequestHandler((_contents, permission, callback, { requestingUrl }) =>
    callback(allowed(permission, requestingUrl)),
  );
  session.setPermissionCheckHandler((_contents, permission, requestingOrigin) =>
    allowed(permission, requestingOrigin),
  );
  session.setDevicePermissionHandler(() => false);
}

function isOurs(url: string, origins: readonly string[]): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host } = new URL(url);
  return origins.includes(`${protocol}//${host}`);
}
