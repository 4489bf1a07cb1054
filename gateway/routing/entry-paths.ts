// Where browsers begin: folders of Dogtag's CA with a page of their own, and the same without the slash at the end, from which its container leads there.

const folders = ['/ca/', '/ca/ee/', '/ca/ee/ca/', '/ca/agent/', '/ca/agent/ca/', '/ca/admin/'] as const;

export const entryPaths: readonly string[] = [
  ...folders,
  ...folders.map((folder) => folder.slice(0, -1)),
  '/ca/index.jsp',
];
