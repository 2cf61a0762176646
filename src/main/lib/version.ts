declare const __SWITCHBOARD_VERSION__: string;

/** The version of this build, from package.json; the bundler puts it here. */
export const VERSION = __SWITCHBOARD_VERSION__;
