// Where browsers begin: folders of Dogtag's CA with a page of their own, and the same without the slash at the end, from which its container leads there.

export const entryFolders: readonly string[] = [
  '/ca/',
  '/ca/ee/',
  '/ca/ee/ca/',
  '/ca/agent/',
  '/ca/agent/ca/',
  '/ca/admin/',
];

export const entryPaths: readonly string[] = [
  ...entryFolders,
  ...entryFolders.map((folder) => folder.slice(0, -1)),
  '/ca/index.jsp',
];
