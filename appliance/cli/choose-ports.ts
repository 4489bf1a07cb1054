// Ports for the trial: the ones that the documentation names where they are free, else any.
import { createServer } from 'node:net';

/** Each wanted port, or a free one in its place where something listens there. */
export async function choosePorts<Name extends string>(
  wanted: Readonly<Record<Name, number>>,
): Promise<Record<Name, number>> {
  const chosen = {} as Record<Name, number>;
  for (const name of Object.keys(wanted) as Name[])
    chosen[name] = (await tryPort(wanted[name])) ?? (await tryPort(0)) ?? wanted[name];
  return chosen;
}

/** The port when it can be had now, else null. */
function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : null));
    });
  });
}
