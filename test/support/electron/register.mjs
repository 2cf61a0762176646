// Lets `import 'electron'` mean the stand-in: node --import <this file> out/main/index.js
// STAND_IN_MODULE is the address of the built stand-in; see launch.ts.
import { register } from 'node:module';

const hook = `
  export async function resolve(specifier, context, next) {
    return specifier === 'electron'
      ? { url: ${JSON.stringify(process.env.STAND_IN_MODULE)}, shortCircuit: true }
      : next(specifier, context);
  }`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);
