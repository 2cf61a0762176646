import type { Configuration } from 'electron-builder';

/** How the desktop application is packaged. */
declare const config: Configuration;
export default config;
