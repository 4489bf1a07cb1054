// Types of the two modules of node-forge that are used; its index would load forty more.

declare module 'node-forge/lib/rc2.js' {
  const rc2: typeof import('node-forge').rc2;
  export default rc2;
}

declare module 'node-forge/lib/util.js' {
  const util: typeof import('node-forge').util;
  export default util;
}
