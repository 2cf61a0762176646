/** Lua scripts are inlined as text by the bundler and by vitest. */
declare module '*.lua?raw' {
  const source: string;
  export default source;
}
