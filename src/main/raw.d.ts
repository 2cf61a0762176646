/** Lua scripts and scenario files are inlined as text by the bundler and by vitest. */
declare module '*.lua?raw' {
  const source: string;
  export default source;
}

declare module '*.yaml?raw' {
  const source: string;
  export default source;
}

/** A file that is copied beside the bundle; what is imported is its path. */
declare module '*?asset' {
  const path: string;
  export default path;
}
