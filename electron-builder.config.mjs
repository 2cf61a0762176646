import { execFileSync } from 'node:child_process';

/**
 * How the desktop application is packaged: `npm run package` (or `npm run package -- --dir` for the unpacked form).
 * Signing needs certificates in the environment, as electron-builder documents them; without, the result is unsigned.
 */

/** The time of the commit, so that building one commit twice stamps the same. */
function sourceDate() {
  try {
    return execFileSync('git', ['log', '-1', '--format=%ct'], { encoding: 'utf8' }).trim();
  } catch {
    return '0'; // not a clone: a released archive
  }
}
process.env.SOURCE_DATE_EPOCH ??= sourceDate();

/** @type {import('electron-builder').Configuration} */
export default {
  appId: 'org.switchboard.console',
  productName: 'Switchboard',
  copyright: 'MIT licence',
  directories: { output: 'dist', buildResources: 'build' },
  // The built bundles and what they import at run time; sources, tests and documents stay out.
  files: ['out/**', 'package.json', '!**/*.map', '!**/*.d.ts'],
  // Beside the executable, where people look for them.
  extraFiles: [
    { from: 'LICENSE', to: 'LICENSE.switchboard.txt' },
    { from: 'THIRD-PARTY-NOTICES.txt', to: 'THIRD-PARTY-NOTICES.txt' },
  ],
  asar: true,
  npmRebuild: false,
  artifactName: '${productName}-${version}-${os}-${arch}.${ext}',
  // Nothing is fetched and nothing published unless somebody names a feed; see docs/desktop.md.
  publish: process.env.SWITCHBOARD_UPDATE_URL
    ? { provider: 'generic', url: process.env.SWITCHBOARD_UPDATE_URL }
    : null,
  electronFuses: {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  },
  protocols: [{ name: 'Switchboard', schemes: ['switchboard'] }],
  fileAssociations: [
    {
      ext: 'switchboard',
      name: 'Switchboard scenario',
      mimeType: 'application/vnd.switchboard.scenario+yaml',
      role: 'Viewer',
    },
  ],
  linux: {
    target: ['AppImage', 'deb'],
    category: 'Network',
    synopsis: 'The operations console for real-time matching queues on Redis',
    maintainer: 'Switchboard maintainers',
  },
  mac: {
    target: [{ target: 'dmg', arch: ['universal'] }],
    category: 'public.app-category.developer-tools',
    hardenedRuntime: true,
  },
  win: { target: ['nsis'] },
  nsis: { oneClick: false, perMachine: false, allowToChangeInstallationDirectory: true },
};
